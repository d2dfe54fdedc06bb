import { layers } from "@selfhosted/common/layer";
import { expect } from "chai";
import { costOfEnvironment } from "../../cost/environment";
import type { Stack, Stacks } from "../../stacks";

const environment = { name: "prod", stack: "prod", isSandbox: false };

const provider = { urn: "urn:pulumi:prod::p::pulumi:providers:aws::default", type: "pulumi:providers:aws" };
const key = { urn: "urn:pulumi:prod::p::aws:kms/key:Key::data", type: "aws:kms/key:Key", inputs: {} };

function stacks(infrastructure: Partial<Stack>, application: Partial<Stack> = {}): Stacks {
  const of: Record<string, Partial<Stack>> = { infrastructure, application };
  const entries = layers.map((layer): [string, Stack] => [
    layer,
    { layer, resources: [], operations: [], locks: { locks: [] }, torn: [], ...of[layer] },
  ]);
  return Object.fromEntries(entries) as Stacks;
}

describe("The cost of an environment", () => {
  const inFrankfurt = { ...provider, inputs: { region: "eu-central-1" } };

  it("is that of all its layers, in its own region", () => {
    const cost = costOfEnvironment(environment, stacks({ resources: [inFrankfurt, key] }, { resources: [key] }));
    expect(cost).to.include({ region: "eu-central-1", usdPerMonth: 2 });
  });

  it("isn't computed without a layer whose state can't be read", () => {
    const torn = stacks({ resources: [inFrankfurt, key] }, { torn: ["prod.json"] });
    expect(() => costOfEnvironment(environment, torn)).to.throw(
      /application: killed while writing prod\.json.*\n.*make recover ENV=prod/,
    );
  });

  it("isn't computed by the prices of a region that nobody named", () => {
    for (const resources of [[key], [provider, key], [{ ...provider, inputs: {} }, key]]) {
      expect(() => costOfEnvironment(environment, stacks({ resources }))).to.throw("which region");
    }
  });

  it("is none where nothing is deployed", () => {
    expect(() => costOfEnvironment(environment, stacks({}))).to.throw("Nothing is deployed in prod.");
  });
});
