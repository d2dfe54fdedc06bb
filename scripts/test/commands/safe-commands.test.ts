import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect } from "chai";
import { type Outcome, run } from "../../bench/scratch";
import { repository } from "../../repository";
import { runCommands } from "../support/several-commands";

/** Values that would make a file `ran` if make or a shell took them for code; none of them is allowed for any variable. */
const hostile: Record<string, string> = {
  "a quote and a command": `20260105-317-signed"; touch ran; "`,
  "an apostrophe and a command": `local'; touch ran; '`,
  "a command in backquotes": "`touch ran`",
  "a command in $()": "$$(touch ran)local",
  "a function of make": "$(shell touch ran)local",
  "a function of make, in braces": "${shell touch ran}",
  "a function of make, escaped once": "$$$(shell touch ran)",
  "an expression of make": "$(eval $(shell touch ran))1",
  "a second line": "local\ntouch ran",
  "a second line and a recipe": "1\n\ttouch ran\n",
  "a second command": "1; touch ran",
  "a pipe": "local|touch ran",
  "a redirection": "local > ran",
  "an option": "--yes",
  "a comment": "local # touch ran",
  "a space": "local prod",
};

/** Commands that take variables; each refuses a wrong value of any of them before it does anything. */
const variables: Record<string, string[]> = {
  backend: ["ENV", "YES", "STATE_BUCKET", "STATE_KEY", "DEPLOYER_ROLE_ARN"],
  images: ["ENV", "IMAGE_TAG", "FROM", "YES"],
  init: ["ENV", "ANSWERS", "YES"],
  adopt: ["ENV", "ANSWERS", "YES"],
  deploy: ["ENV", "YES"],
  preview: ["ENV"],
  preflight: ["ENV", "JSON"],
  upgrade: ["ENV", "IMAGE_TAG"],
  rollback: ["ENV", "IMAGE_TAG", "ALLOW_DOWNGRADE"],
  recover: ["ENV", "YES"],
  rotate: ["ENV", "WHAT", "VALUE_FILE", "ALLOW_WINDOW"],
  destroy: ["ENV", "YES", "REMOVE_STACKS"],
  backup: ["ENV"],
  backups: ["ENV", "KEEP", "YES", "JSON"],
  restore: ["ENV", "FROM", "YES"],
  verify: ["ENV", "JSON"],
  status: ["ENV", "JSON"],
  logs: ["ENV", "SERVICE", "FOLLOW", "SINCE"],
  events: ["ENV", "SINCE", "JSON"],
  shell: ["ENV", "SERVICE"],
  doctor: ["ENV"],
  drift: ["ENV", "JSON"],
  controls: ["ENV", "JSON"],
  cost: ["ENV", "JSON"],
  outputs: ["ENV", "JSON"],
  env: ["ENV"],
};

const valid: Record<string, string> = { IMAGE_TAG: "20260105-317-signed", SERVICE: "api", WHAT: "licence" };

/** How a command names what `make` calls so. */
const option = (variable: string): string => `--${variable.toLowerCase().replaceAll("_", "-")}=`;

describe("a variable of the user's", function () {
  this.timeout(120_000);
  let folder: string;
  let recorder: string;

  before(() => {
    // With a name that a careless command would break at, too.
    folder = join(mkdtempSync(join(tmpdir(), "checkout-")), `it's "mine" $HOME`);
    mkdirSync(folder);
    for (const part of ["Makefile", "package-lock.json"]) {
      cpSync(join(repository, part), join(folder, part), { preserveTimestamps: true });
    }
    for (const part of ["node_modules", "scripts"]) {
      symlinkSync(join(repository, part), join(folder, part));
    }
    recorder = join(folder, "bin");
    mkdirSync(recorder);
    writeFileSync(join(recorder, "node"), `#!/bin/sh\nprintf '%s\\0' "$@" > started\n`, { mode: 0o755 });
  });

  after(() => rmSync(join(folder, ".."), { recursive: true }));

  function make(args: string[], variables: NodeJS.ProcessEnv = {}): Promise<Outcome> {
    return run(folder, "make", ["--no-print-directory", "-f", "Makefile", ...args], {
      variables: { MAKEFLAGS: undefined, ...variables },
    });
  }

  /** What `make` has Node run: the file of a command, and its arguments. Nothing that the variables hold was run. */
  async function started(args: string[], variables: NodeJS.ProcessEnv = {}): Promise<string[]> {
    rmSync(join(folder, "started"), { force: true });
    const PATH = [recorder, process.env.PATH].join(delimiter);
    const { code, output } = await make(args, { ...variables, PATH });
    expect(code, output).to.equal(0);
    expect(existsSync(join(folder, "ran")), "what it holds was run").to.equal(false);
    return readFileSync(join(folder, "started"), "utf8").split("\0").slice(0, -1);
  }

  const values = Object.entries(hostile);
  const pairs = Object.entries(variables).flatMap(([target, names]) => names.map((name) => ({ target, name })));

  it("is never code: it reaches the command as it is", async () => {
    // Every target that takes it has some of the values, in turn.
    for (const [index, { target, name }] of pairs.entries()) {
      for (const [, value] of [values[index % values.length], values[(index + 5) % values.length]]) {
        expect(await started([target, `${name}=${value}`]), `${name} of make ${target}`).to.include.members([
          `scripts/commands/${target}.ts`,
          `${option(name)}${value}`,
        ]);
      }
    }
  });

  it("is never code: not in the environment either, even where that takes precedence", async () => {
    const value = `\`touch ran\`$(shell touch ran)"; touch ran; "`;
    expect(await started(["upgrade", "ENV=local"], { IMAGE_TAG: value })).to.include(`--image-tag=${value}`);
    expect(await started(["-e", "destroy"], { ENV: value, YES: "1" })).to.include(`--env=${value}`);
  });

  it("is never code: not where it has the name of one of the Makefile's own, or of none", async () => {
    const names = ["run", "yes", "json", "tag", "packages", "quick", "name", "MAKEFILE_LIST", "ANYTHING", "1"];
    const code = names.map((name) => `${name}=$(shell touch ran); touch ran`);
    expect(await started(["verify", "ENV=no such", ...code])).to.include("--env=no such");
    const listed = await make(["help", ...code]);
    expect(listed.output).to.match(/make deploy +Install or update all layers/);
    expect(existsSync(join(folder, "ran"))).to.equal(false);
  });

  it("is refused by each command that takes it, whatever it holds", async () => {
    const runs = pairs.flatMap(({ target, name }) => values.map(([kind, value]) => ({ target, name, kind, value })));
    const commands = runs.map(({ target, name, value }) => {
      // The sandbox needs neither.
      const ENV = ["init", "adopt"].includes(target) ? "prod" : "local";
      const given: Record<string, string> = { ENV, ...valid, [name]: value };
      const options = variables[target] ?? [];
      return [`scripts/commands/${target}.ts`, ...options.map((each) => option(each) + (given[each] ?? ""))];
    });
    const ended = await runCommands(folder, commands);
    for (const [index, { target, name, kind }] of runs.entries()) {
      const { code, output } = ended[index];
      expect(output, `${name} of make ${target} with ${kind}`).to.match(new RegExp(`^error: .*${name}`, "m"));
      expect(code).to.equal(1);
    }
  });

  it("is refused by `make` too, with the value as it was found", async () => {
    const { code, output } = await make(["verify", "ENV=$a$$b `c` \"d\" 'e' \\f"]);
    expect(code).to.equal(2);
    expect(output).to.include(`Found ${JSON.stringify("$a$$b `c` \"d\" 'e' \\f")}`);
  });
});
