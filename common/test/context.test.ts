import { expect } from "chai";
import { contextOf } from "../context";
import { infrastructureContract } from "../contract";
import { version } from "../package.json";
import { exampleOutput } from "../testing";

describe("the context of a layer", () => {
  const installation = exampleOutput(infrastructureContract, "installation");

  it("names components after installation and stack, and tags say what made a resource", () => {
    const { name, tags } = contextOf("dns", { installation, stack: "prod" });
    expect(name("records")).to.equal("pulumi-prod-records");
    expect(tags).to.deep.equal({
      ...{ team: "platform", project: "pulumi", layer: "dns", stack: "prod" },
      "managed-by": "pulumi",
      version,
    });
  });

  it("has the location where one is given", () => {
    const location = { accountId: "111122223333", region: "cn-north-1", partition: "aws-cn", dnsSuffix: "a.cn" };
    expect(contextOf("application", { installation, stack: "prod", location }).location).to.equal(location);
  });
});
