import { awsError } from "@selfhosted/common/testing";
import { expect } from "chai";
import { withKeys, withRoutes } from "./account";
import { refusal, runLayer, runWith } from "./layer";

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

  it("refuses a configuration with every problem at once, each with its fix", async () => {
    const message = await refusal({
      config: {
        vpcId: undefined,
        size: "Small",
        databasePort: 1,
        nonsense: 1,
        databaseEvents: false,
        alarmsEnabled: false,
        databaseEventEmails: "a@b.c",
      },
    });
    expect(message).to.match(/^The configuration of selfhosted-infrastructure, stack prod, has 5 problems:/);
    expect(message.match(/\n +fix: /g)).to.have.length(4);
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

describe("Options that are off", () => {
  it("leave nothing behind", async () => {
    const outcome = await runLayer();
    for (const option of ["search", "endpoints", "backup", "replication"]) {
      const parts = outcome.resources.filter(({ name }) => name.startsWith(`pulumi-prod-${option}`));
      expect(parts, option).to.deep.equal([]);
    }
    const { search, endpointsSecurityGroupId, backup } = outcome.outputs;
    expect([search, endpointsSecurityGroupId, backup]).to.deep.equal([undefined, undefined, undefined]);
  });

  it("don't touch the data when they are turned on or off", async () => {
    const off = await runLayer();
    const everything = await runWith({ searchEnabled: true, endpointsEnabled: true, backupEnabled: true });
    for (const resource of off.resources) {
      expect(everything.resources.find(({ urn }) => urn === resource.urn)?.inputs, resource.name).to.deep.equal(
        resource.inputs,
      );
    }
  });
});
