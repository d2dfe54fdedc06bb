import { join } from "node:path";
import { expect } from "chai";
import { run } from "../../bench/scratch";
import { pulumi } from "../../pulumi/cli";
import { failingSince, readConfiguration, readStackState } from "../../pulumi/stacks";
import { repository } from "../../repository";
import { scriptedPulumi } from "../support/scripted-account";

describe("the pulumi command, as the scripts run it,", () => {
  let end: () => void;
  afterEach(() => end());

  const behaves = (script: string): void => {
    end = scriptedPulumi(script);
  };

  const empty = { resources: [], operations: [] };

  it("has nothing of a stack that doesn't exist", async () => {
    behaves(`echo "error: no stack named 'prod' found" >&2; exit 6`);
    expect(await readStackState("infrastructure", "prod")).to.deep.equal(empty);
    expect(await readConfiguration("infrastructure", "prod")).to.equal(undefined);
  });

  for (const exported of ['{ "deployment": { "manifest": {} } }', '{ "deployment": null }']) {
    it(`has no outputs and no resources of a stack that was never deployed: ${exported}`, async () => {
      behaves(`echo '${exported}'`);
      expect(await readStackState("infrastructure", "prod")).to.deep.equal({ ...empty, outputs: {} });
    });
  }

  it("has the outputs of a stack with its resources, secrets masked wherever they are", async () => {
    const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:…" };
    const outputs = { version: 1, key: secret, list: [{ secret }], plain: { none: null } };
    const stack = { urn: "urn:s", type: "pulumi:pulumi:Stack", outputs };
    behaves(`echo '${JSON.stringify({ deployment: { resources: [{ urn: "urn:p", type: "p" }, stack] } })}'`);
    expect((await readStackState("dns", "prod")).outputs).to.deep.equal({
      ...{ version: 1, key: "[secret]", list: [{ secret: "[secret]" }], plain: { none: null } },
    });
  });

  for (const error of [
    "error: secrets (code=NotFound): NotFoundException: Alias arn:aws:kms:…:alias/pulumi-state is not found.",
    'error: exec: "pulumi-language-nodejs": executable file not found in $PATH',
    "error: no stack selected; please use `pulumi stack select` to select one",
  ]) {
    it(`isn't taken to say that a stack doesn't exist: ${error}`, async () => {
      behaves(`echo '${error}' >&2; exit 6`);
      const refused = await readConfiguration("infrastructure", "prod").then(String, String);
      expect(refused).to.include(error).and.include("could not be read");
      const unread = await readStackState("infrastructure", "prod").then(String, String);
      expect(unread).to.include(error).and.include("could not be read");
    });
  }

  it("says since when deployments fail, whatever was imported or refreshed since", async () => {
    const update = (kind: string, result: string, hour: number) => ({
      ...{ kind, result, startTime: `2026-03-20T${hour}:00:00.000Z` },
    });
    const failed = [update("refresh", "succeeded", 15), update("update", "failed", 14), update("update", "failed", 13)];
    const since = async (history: object[]): Promise<string | undefined> => {
      behaves(`echo '${JSON.stringify(history)}'`);
      const date = await failingSince("application", "prod").finally(end);
      return date?.toISOString();
    };
    const first = "2026-03-20T13:00:00.000Z";
    expect(await since(failed)).to.equal(first);
    expect(await since([...failed, update("update", "succeeded", 12), update("update", "failed", 11)])).to.equal(first);
    expect(await since([...failed, update("destroy", "succeeded", 12)])).to.equal(first);
    expect(await since([update("destroy", "failed", 15), ...failed])).to.equal(first);
    expect(await since([update("update", "succeeded", 16), ...failed])).to.equal(undefined);
    expect(await since([update("destroy", "succeeded", 16), ...failed])).to.equal(undefined);
    expect(await since([])).to.equal(undefined);
    behaves(`echo "error: no stack named 'prod' found" >&2; exit 255`);
    expect(await failingSince("application", "prod")).to.equal(undefined);
  });

  it("goes through the layers until one fails, and says how long each took, what is next, and what isn't run", async () => {
    behaves(`case $PWD in */application) echo "error: no" >&2; exit 3;; *) echo "$*";; esac`);
    // In a process without a terminal, whatever the tests run in.
    const program = `void require("./pulumi/cli").eachLayer(["infrastructure", "application", "dns"], ["up"]).then(console.log)`;
    const folder = join(repository, "scripts");
    const { output } = await run(folder, process.execPath, ["--require", "@selfhosted/common/register", "-e", program]);
    expect(output.trim().split(/\n+/)).to.deep.equal([
      "── 1/3 selfhosted-infrastructure ──",
      "up --suppress-progress",
      "infrastructure: done after 0 s; next: application",
      "── 2/3 selfhosted-application ──",
      "error: no",
      "application: `pulumi up` failed. Not run: dns.",
      "{ layer: 'application', code: 3 }",
    ]);
  });

  it("may end before it has read what it is given", async () => {
    behaves(`exec <&-; echo "no permission" >&2; exit 1`);
    const { code, stderr } = await pulumi("dns", ["config", "set"], { input: "x".repeat(1_000_000) });
    expect({ code, stderr: stderr.trim() }).to.deep.equal({ code: 1, stderr: "no permission" });
  });

  it("may write a character in two parts", async () => {
    behaves(String.raw`printf 'Lizenzschl\303'; sleep 0.2; printf '\274ssel'`);
    expect((await pulumi("dns", [])).stdout).to.equal("Lizenzschlüssel");
  });
});
