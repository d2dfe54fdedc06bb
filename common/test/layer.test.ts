import { expect } from "chai";
import * as path from "node:path";
import { run, type Outcome, type Values } from "../testing";
import { version } from "../package.json";

const application: Values = {
  contractVersion: 1,
  installation: { name: "pulumi", region: "eu-central-1", accountId: "111122223333", tags: { team: "platform" } },
  clusterName: "pulumi-test",
  imageTag: "20260105-317-signed",
  api: { domain: "api.example.com" },
  console: { domain: "app.example.com" },
  migration: {},
  certificateArn: "arn:aws:acm:eu-central-1:111122223333:certificate/1",
  internal: false,
  dualStack: false,
  vpcId: "vpc-0a",
};

const layer = (outputs: Values | undefined, config: Values = {}): Promise<Outcome> =>
  run({
    layer: "dns",
    folder: path.join(__dirname, "program"),
    config,
    stacks: outputs ? { "selfhosted-application": outputs } : {},
  });

describe("a layer", () => {
  it("reads the layer above and publishes its own outputs with the contract's version", async () => {
    const { outputs } = await layer(application);
    expect(outputs).to.deep.equal({
      contractVersion: 1,
      apiUrl: "https://api.example.com",
      consoleUrl: "https://app.example.com",
      zoneId: "Z1",
      records: [],
    });
  });

  it("is bound to one account and tags everything", async () => {
    const provider = (await layer(application)).the("pulumi:providers:aws").inputs;
    expect(JSON.parse(String(provider["allowedAccountIds"]))).to.deep.equal(["111122223333"]);
    expect(JSON.parse(String(provider["defaultTags"]))).to.deep.equal({
      tags: { team: "platform", project: "pulumi", layer: "dns", stack: "test", "managed-by": "pulumi", version },
    });
  });

  it("gives components their type and children their parent", async () => {
    const { the } = await layer(application);
    expect(the("selfhosted:dns:Notice").name).to.equal("pulumi-test-notice");
    expect(the("aws:sns/topic:Topic").parent).to.equal(the("selfhosted:dns:Notice").urn);
  });

  const refusals: [string, Values | undefined, Values, string][] = [
    [
      "a child without its parent's name",
      application,
      { child: "topic" },
      '"topic" must start with that of its parent, "pulumi-test-notice"',
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
      "lacks the outputs api, console\n    fix: deploy that layer first: `make deploy` for all layers, or `pulumi up` in application/",
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
