import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { layers } from "@selfhosted/common";
import { expect } from "chai";
import { interruptedOf, mentionInterrupted, refuseInterrupted } from "../recovery/interrupted";
import { readStacks } from "../stacks";
import { scriptedPulumi } from "./support/scripted-account";

const environment = { name: "acme/prod", stack: "prod", isSandbox: false };

describe("the stacks of an environment", () => {
  const { error } = console;
  const { PULUMI_BACKEND_URL: before } = process.env;
  let folder: string;
  let asked: string;
  let endPulumi: () => void;

  beforeEach(() => {
    console.error = () => undefined;
    delete process.env.PULUMI_BACKEND_URL;
    folder = mkdtempSync(join(tmpdir(), "stacks-"));
    asked = join(folder, "asked");
    appendFileSync(asked, "");
  });

  afterEach(() => {
    console.error = error;
    Object.assign(process.env, before !== undefined && { PULUMI_BACKEND_URL: before });
    endPulumi();
    rmSync(folder, { recursive: true });
  });

  /** Has `pulumi` note what it is asked for, keep its state in the folder, and answer with this when asked for a stack. */
  function behaves(answer: string): void {
    endPulumi = scriptedPulumi(
      `echo "$(basename "$PWD") $*" >> '${asked}'
      case "$1" in
        whoami) echo '{ "url": "file://${folder}" }';;
        config) echo '{ "selfhosted:a": { "value": "b" } }';;
        stack) ${answer};;
      esac`,
    );
  }

  const exported = (operations: object[] = []): string => {
    const stack = { urn: "urn:s", type: "pulumi:pulumi:Stack", outputs: { contractVersion: 1 } };
    return `echo '${JSON.stringify({ deployment: { resources: [stack], pending_operations: operations } })}'`;
  };

  it("are each asked for once: their state, the configuration where it is wanted, and one of them for the login", async () => {
    behaves(exported());
    const stacks = await readStacks(environment, { configurationOf: ["application"] });
    expect(readFileSync(asked, "utf8").trim().split("\n").sort()).to.deep.equal([
      "application config --json --show-secrets --stack acme/prod",
      "application stack export --stack acme/prod",
      "dns stack export --stack acme/prod",
      "infrastructure stack export --stack acme/prod",
      "infrastructure whoami --json",
    ]);
    expect(stacks.dns).to.deep.include({ outputs: { contractVersion: 1 }, locks: { locks: [] }, torn: [] });
    expect(stacks.application.configuration).to.deep.equal({ "selfhosted:a": { text: "b", encrypted: false } });
    expect(interruptedOf(stacks)).to.deep.equal([]);
    refuseInterrupted(environment, stacks);
  });

  it("are refused to what would change them where a command was interrupted, and read all the same", async () => {
    behaves(exported([{ type: "creating", resource: { urn: "urn:pulumi:prod::p::t::bucket", type: "t" } }]));
    const stacks = await readStacks(environment);
    expect(interruptedOf(stacks).map(({ layer }) => layer)).to.deep.equal(layers);
    expect(() => refuseInterrupted(environment, stacks)).to.throw(/interrupted while creating bucket \(t\)/);
    const said: string[] = [];
    console.error = (line: string) => void said.push(line);
    mentionInterrupted(environment, stacks);
    expect(said.join()).to.include("make recover ENV=acme/prod");
  });

  it("are known to be torn where Pulumi can't read them, which isn't said as a failure of Pulumi", async () => {
    const kept = join(folder, ".pulumi", "stacks", "selfhosted-dns");
    mkdirSync(kept, { recursive: true });
    writeFileSync(join(kept, "prod.json.attrs"), "");
    behaves(`case "$PWD" in *dns) echo "error: failed to load checkpoint: EOF" >&2; exit 1;; *) ${exported()};; esac`);
    const stacks = await readStacks(environment, { configurationOf: layers });
    expect(interruptedOf(stacks).map(({ layer, torn }) => [layer, torn.length])).to.deep.equal([["dns", 1]]);
    for (const use of [refuseInterrupted, mentionInterrupted]) {
      expect(() => use(environment, stacks)).to.throw(/dns: killed while writing .*prod\.json\.attrs/);
    }
  });

  it("are known to be damaged where their state was cut", async () => {
    const kept = join(folder, ".pulumi", "stacks", "selfhosted-dns");
    mkdirSync(kept, { recursive: true });
    writeFileSync(join(kept, "prod.json"), "{");
    const cut = `echo "error: failed to load checkpoint: unexpected end of JSON input" >&2; exit 1`;
    behaves(`case "$PWD" in *dns) ${cut};; *) ${exported()};; esac`);
    const stacks = await readStacks(environment, { configurationOf: layers });
    expect(interruptedOf(stacks).map(({ layer }) => layer)).to.deep.equal(["dns"]);
    for (const use of [refuseInterrupted, mentionInterrupted]) {
      expect(() => use(environment, stacks)).to.throw(/dns: its state .*prod\.json was cut.*make recover/s);
    }
  });

  it("can't be read where Pulumi says why", async () => {
    behaves(`echo "error: AccessDenied" >&2; exit 1`);
    const refused = await readStacks(environment).then(String, String);
    expect(refused).to.include("could not be read").and.include("AccessDenied");
  });
});
