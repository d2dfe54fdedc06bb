import { expect } from "chai";
import { pulumi } from "../../pulumi/cli";
import { failingSince, readStackOutputs, stackResources } from "../../pulumi/stacks";
import { scriptedPulumi } from "../support/scripted-account";

describe("the pulumi command, as the scripts run it,", () => {
  let end: () => void;
  afterEach(() => end());

  const behaves = (script: string): void => {
    end = scriptedPulumi(script);
  };

  it("has no outputs and no resources for a stack that doesn't exist", async () => {
    behaves(`echo "error: no stack named 'prod' found" >&2; exit 6`);
    expect(await readStackOutputs("infrastructure", "prod")).to.equal(undefined);
    expect(await stackResources("infrastructure", "prod")).to.deep.equal([]);
  });

  for (const exported of ['{ "deployment": { "manifest": {} } }', '{ "deployment": null }']) {
    it(`has no resources for a stack that was never deployed: ${exported}`, async () => {
      behaves(`echo '${exported}'`);
      expect(await stackResources("infrastructure", "prod")).to.deep.equal([]);
    });
  }

  for (const error of [
    "error: secrets (code=NotFound): NotFoundException: Alias arn:aws:kms:…:alias/pulumi-state is not found.",
    'error: exec: "pulumi-language-nodejs": executable file not found in $PATH',
    "error: no stack selected; please use `pulumi stack select` to select one",
  ]) {
    it(`isn't taken to say that a stack doesn't exist: ${error}`, async () => {
      behaves(`echo '${error}' >&2; exit 6`);
      const refused = await readStackOutputs("infrastructure", "prod").then(String, String);
      expect(refused).to.include(error).and.include("could not be read");
      const unread = await stackResources("infrastructure", "prod").then(String, String);
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

  it("may write a character in two parts", async () => {
    behaves(String.raw`printf 'Lizenzschl\303'; sleep 0.2; printf '\274ssel'`);
    expect((await pulumi("dns", [])).stdout).to.equal("Lizenzschlüssel");
  });
});
