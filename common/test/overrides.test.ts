import * as path from "node:path";
import * as aws from "@pulumi/aws";
import { expect } from "chai";
import { applicationContract, type ResourceOverrides, resourceOverridesSetting } from "..";
import { exampleOutputs, type Outcome, run } from "../testing";

const deploy = (resourceOverrides: ResourceOverrides, secretKeys: string[] = []): Promise<Outcome> =>
  run({
    secretKeys,
    layer: "dns",
    folder: path.join(__dirname, "program"),
    config: { resourceOverrides },
    stacks: { "selfhosted-application": { ...exampleOutputs(applicationContract) } },
  });

describe("overrides of resources", () => {
  it("replace whole properties of the resource that they name, and of no other", async () => {
    const { the } = await deploy({ "notice-topic": { displayName: "Notices", fifoTopic: true } });
    expect(the(aws.sns.Topic).inputs).to.include({ displayName: "Notices", fifoTopic: true });
    expect(the("selfhosted:dns:Notice").inputs).to.deep.equal({});
  });

  it("keep the resource's name, parent and provider", async () => {
    const plain = (await deploy({})).the(aws.sns.Topic);
    const overridden = (await deploy({ "notice-topic": { displayName: "Notices" } })).the(aws.sns.Topic);
    expect(overridden).to.include({ urn: plain.urn, parent: plain.parent, provider: plain.provider });
  });

  it("are secret where they replace a secret, and where the setting is encrypted", async () => {
    const secretsIn = async (overrides: ResourceOverrides, secretKeys?: string[]): Promise<string[]> =>
      (await deploy(overrides, secretKeys)).the(aws.sns.Topic).secretInputs;
    expect(await secretsIn({ "notice-topic": { signatureVersion: 2, displayName: "Notices" } })).to.deep.equal([
      "displayName",
    ]);
    expect(await secretsIn({ "notice-topic": { signatureVersion: 2 } }, ["resourceOverrides"])).to.have.members([
      "displayName",
      "signatureVersion",
    ]);
  });

  it("warn where they name no resource, with the name that was meant", async () => {
    const warnings = await warningsOf(() => deploy({ "notice-topics": { displayName: "Notices" } }));
    expect(warnings).to.include("resourceOverrides.notice-topics: has no effect");
    expect(warnings).to.include("set 'resourceOverrides.notice-topic' if you meant that");
    const rule = await warningsOf(() => deploy({ "from-0.0.0.0/0": {} }));
    expect(rule).to.include("pulumi config rm --path 'resourceOverrides[\"from-0.0.0.0/0\"]'");
    expect(await warningsOf(() => deploy({ "notice-topic": {} }))).to.equal("");
  });

  const setting = resourceOverridesSetting("");
  it("are taken as structured configuration, and as JSON for one resource", () => {
    const value = { "api-service": { healthCheckGracePeriodSeconds: 300 } };
    expect(setting.parse(JSON.stringify(value))).to.deep.equal({ value });
    expect(setting.parse(JSON.stringify({ "api-service": '{"healthCheckGracePeriodSeconds":300}' }))).to.deep.equal({
      value,
    });
  });

  for (const [text, because] of [
    [
      '{"api-service":{"a":"AKIAABCDEFGHIJKLMNOP"}}',
      "holds what looks like a key or a token, and would be shown in clear",
    ],
    ["api-service", "is no JSON object"],
    ['["api-service"]', "is no JSON object"],
    ['{"api-service":"yes","api-nlb":{}}', 'of which "api-service" has no properties'],
  ] as const) {
    it(`refuse ${text}`, () => {
      expect(setting.parse(text)).to.deep.equal({ fault: { because } });
    });
  }
});

/** What the SDK writes to the console where there is no engine to show it. */
async function warningsOf(action: () => Promise<unknown>): Promise<string> {
  const { warn } = console;
  const lines: unknown[] = [];
  console.warn = (...args: unknown[]) => lines.push(args.join(" "));
  try {
    await action();
  } finally {
    console.warn = warn;
  }
  return lines.join("\n");
}
