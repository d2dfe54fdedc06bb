import { awsError } from "@selfhosted/common/testing";
import { expect } from "chai";
import { withKeys, withRoutes } from "./account";
import { refusal, runLayer } from "./layer";

describe("The program of the infrastructure layer", () => {
  it("refuses before anything is registered, with what is wrong in values, in rules and in the account at once", async () => {
    const message = await refusal({
      config: {
        size: "huge",
        bucketLogsName: "mine",
        bucketObjectLockMode: "COMPLIANCE",
        searchEnabled: true,
        searchInstanceCount: 2,
      },
      aws: {
        ...withKeys({ "alias/service": { KeyState: "Disabled" } }),
        ...withRoutes({ "rtb-main": [{ DestinationCidrBlock: "0.0.0.0/0", NatGatewayId: "nat-1" }] }),
        "s3:HeadBucket": () => {
          throw Object.assign(awsError("NotFound", "UnknownError"), { $metadata: { httpStatusCode: 404 } });
        },
      },
    });
    expect(message.match(/^ {2}\S+:/gm)?.map((line) => line.trim())).to.have.members([
      "size:",
      "bucketObjectLockMode:",
      "serviceKeyId:",
      "isolatedSubnetIds:",
      "bucketLogsName:",
    ]);
    expect(message).to.contain("has 5 problems");
  });

  it("asks nothing of AWS where there is no region to ask in", async () => {
    const message = await refusal({ config: { "aws:region": undefined } });
    expect(message).to.match(/has 1 problem:\n {2}aws:region: not set; required/);
  });

  it("isn't stopped by a warning", async () => {
    const propagated = {
      DestinationCidrBlock: "0.0.0.0/0",
      GatewayId: "vgw-1",
      Origin: "EnableVgwRoutePropagation" as const,
    };
    const { outputs } = await runLayer({ aws: withRoutes({ "rtb-main": [propagated] }) });
    expect(outputs).to.have.property("network");
  });
});
