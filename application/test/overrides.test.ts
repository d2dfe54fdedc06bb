import * as aws from "@pulumi/aws";
import { expect } from "chai";
import { deploy, refusal, refusals } from "./fixtures";

describe("properties that a stack puts over those of the layer", () => {
  it("reach the resource that they name, and leave its other properties", async () => {
    const resourceOverrides = { "api-service": { healthCheckGracePeriodSeconds: 300 } };
    const plain = (await deploy()).the(aws.ecs.Service, "-api-service");
    const changed = (await deploy({ config: { resourceOverrides } })).the(aws.ecs.Service, "-api-service");
    expect(changed.inputs).to.deep.equal({ ...plain.inputs, healthCheckGracePeriodSeconds: 300 });
    expect(changed.urn).to.equal(plain.urn);
  });

  it("are refused before anything is made where they aren't properties of resources", async () => {
    const sentence = "resourceOverrides: found";
    expect(refusals({ config: { resourceOverrides: '{"api-service":"slow"}' } })).to.include(sentence);
    expect(await refusal({ config: { resourceOverrides: '{"api-service":"slow"}' } })).to.include(sentence);
  });
});
