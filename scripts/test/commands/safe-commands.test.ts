import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { repository } from "../../repository";

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
  deploy: ["ENV", "YES"],
  preview: ["ENV"],
  preflight: ["ENV", "JSON"],
  upgrade: ["ENV", "IMAGE_TAG"],
  rollback: ["ENV", "IMAGE_TAG", "ALLOW_DOWNGRADE"],
  recover: ["ENV", "YES"],
  destroy: ["ENV", "YES"],
  verify: ["ENV", "JSON"],
  status: ["ENV", "JSON"],
  outputs: ["ENV", "JSON"],
  env: ["ENV"],
};

const valid: Record<string, string> = { IMAGE_TAG: "20260105-317-signed" };

interface Outcome {
  code: number | null;
  output: string;
}

describe("a variable of the user's", function () {
  this.timeout(120_000);
  let folder: string;

  beforeEach(() => {
    // With a name that a careless command would break at, too.
    folder = join(mkdtempSync(join(tmpdir(), "checkout-")), `it's "mine" $HOME`);
    mkdirSync(folder);
    for (const part of ["Makefile", "package-lock.json"]) {
      cpSync(join(repository, part), join(folder, part), { preserveTimestamps: true });
    }
    for (const part of ["node_modules", "scripts"]) {
      symlinkSync(join(repository, part), join(folder, part));
    }
  });

  afterEach(() => rmSync(join(folder, ".."), { recursive: true }));

  function make(args: string[], environment: Record<string, string> = {}): Promise<Outcome> {
    const { MAKEFLAGS: _, ...own } = process.env;
    const child = spawn("make", ["--no-print-directory", "-f", "Makefile", ...args], {
      cwd: folder,
      env: { ...own, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const outcome: Outcome = { code: null, output: "" };
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => (outcome.output += text));
    }
    return new Promise((done, fail) => child.on("error", fail).on("close", (code) => done({ ...outcome, code })));
  }

  function expectRefused({ code, output }: Outcome, variable: string): void {
    expect(code, output).to.equal(2);
    expect(output).to.match(new RegExp(`^error: .*${variable}`, "m"));
    expect(existsSync(join(folder, "ran")), "what it holds was run").to.equal(false);
  }

  // Every target that takes it has one of the values, in turn: all of them would take minutes.
  const values = Object.entries(hostile);
  const pairs = Object.entries(variables).flatMap(([target, names]) => names.map((name) => [target, name] as const));
  const runs = values.flatMap(([kind, value], index) => {
    const [target, name] = pairs[index % pairs.length] ?? ["deploy", "ENV"];
    return [{ target, name, kind, value }];
  });
  pairs.slice(values.length).forEach(([target, name], index) => {
    const [kind = "", value = ""] = values[index % values.length] ?? [];
    runs.push({ target, name, kind, value });
  });

  for (const { target, name, kind, value } of runs) {
    it(`is never code: ${name} of make ${target} with ${kind}`, async () => {
      const others = (variables[target] ?? [])
        .filter((other) => other !== name && valid[other])
        .map((other) => `${other}=${valid[other]}`);
      expectRefused(await make([target, ...others, `${name}=${value}`]), name);
    });
  }

  it("is never code: not in the environment either, even where that takes precedence", async () => {
    const value = `\`touch ran\`$(shell touch ran)"; touch ran; "`;
    expectRefused(await make(["upgrade", "ENV=local"], { IMAGE_TAG: value }), "IMAGE_TAG");
    expectRefused(await make(["-e", "destroy"], { ENV: value, YES: "1" }), "ENV");
  });

  it("is never code: not where it has the name of one of the Makefile's own, or of none", async () => {
    const names = ["run", "yes", "json", "tag", "packages", "tests", "name", "MAKEFILE_LIST", "ANYTHING", "1"];
    const code = names.map((name) => `${name}=$(shell touch ran); touch ran`);
    expectRefused(await make(["verify", "ENV=no such", ...code]), "ENV");
    const listed = await make(["help", ...code]);
    expect(listed.output).to.match(/make deploy +Install or update all layers/);
    expect(existsSync(join(folder, "ran"))).to.equal(false);
  });

  it("reaches the command as it is", async () => {
    const { output } = await make(["verify", "ENV=$a$$b `c` \"d\" 'e' \\f"]);
    expect(output).to.include(`found ${JSON.stringify("$a$$b `c` \"d\" 'e' \\f")}`);
  });
});
