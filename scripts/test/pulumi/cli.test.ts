import { expect } from "chai";
import { pulumi } from "../../pulumi/cli";
import { readStackOutputs, stackResources } from "../../pulumi/stacks";
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

  it("may write a character in two parts", async () => {
    behaves(String.raw`printf 'Lizenzschl\303'; sleep 0.2; printf '\274ssel'`);
    expect((await pulumi("dns", [])).stdout).to.equal("Lizenzschlüssel");
  });
});
