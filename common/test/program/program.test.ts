import { expect } from "chai";
import { applicationContract } from "../../contract";
import { version } from "../../package.json";
import { exampleOutputs, type Outcome, run, type Values } from "../../testing";

const application: Values = { ...exampleOutputs(applicationContract) };

const layer = (outputs: Values | undefined, config: Values = {}): Promise<Outcome> =>
  run({
    layer: "dns",
    folder: __dirname,
    config,
    stacks: outputs ? { "selfhosted-application": outputs } : {},
  });

describe("a layer", () => {
  it("reads the layer above and gives its own outputs with the contract's version", async () => {
    const { outputs } = await layer(application);
    expect(outputs).to.deep.equal({
      contractVersion: 1,
      apiUrl: "https://api.pulumi.example.com",
      consoleUrl: "https://app.pulumi.example.com",
      zoneId: "Z1",
      records: [],
    });
  });

  it("is bound to one account and tags everything", async () => {
    const provider = (await layer(application)).the("pulumi:providers:aws").inputs;
    expect(JSON.parse(String(provider["allowedAccountIds"]))).to.deep.equal(["111122223333"]);
    expect(JSON.parse(String(provider["defaultTags"]))).to.deep.equal({
      tags: { team: "platform", project: "acme", layer: "dns", stack: "test", "managed-by": "pulumi", version },
    });
  });

  it("gives components their type and children their parent", async () => {
    const { the } = await layer(application);
    expect(the("selfhosted:dns:Notice").name).to.equal("acme-test-notice");
    expect(the("aws:sns/topic:Topic").parent).to.equal(the("selfhosted:dns:Notice").urn);
  });

  const refusals: [string, Values | undefined, Values, string][] = [
    [
      "a child without its parent's name",
      application,
      { child: "topic" },
      '"topic" must start with that of its parent, "acme-test-notice"',
    ],
    [
      "a layer that isn't there, with what to do about it",
      undefined,
      {},
      "stack organization/selfhosted-application/test doesn't exist\n    fix: deploy that layer first",
    ],
    [
      "a layer without outputs",
      {},
      {},
      "organization/selfhosted-application/test has no outputs yet\n    fix: deploy that layer first",
    ],
    [
      "another version of the contract",
      { ...application, contractVersion: 2 },
      {},
      "follows version 2 of the contract between layers; this layer needs 1",
    ],
    [
      "missing outputs",
      { ...application, api: undefined, console: undefined },
      {},
      "lacks the outputs api, console, which this release needs\n    fix: deploy that layer first: `make deploy` for all layers, or `pulumi up` in application/",
    ],
  ];
  for (const [what, outputs, config, sentence] of refusals) {
    it(`refuses ${what}`, async () => {
      const error = await layer(outputs, config).then(
        () => undefined,
        (reason: Error) => reason,
      );
      expect(error?.message).to.include(sentence);
    });
  }
});
