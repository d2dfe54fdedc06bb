import { IAM } from "@aws-sdk/client-iam";
import { OpenSearch } from "@aws-sdk/client-opensearch";
import { expect } from "chai";
import type { Seeded } from "../../../seed";
import { Deployment, emulator } from "../../account";
import { live } from "../../life";

describe("search", () => {
  let stack: Deployment;
  let seeded: Seeded;

  before(async () => {
    stack = await Deployment.open();
    seeded = (await emulator()).account;
    const AWSServiceName = "opensearchservice.amazonaws.com";
    await stack.account.client(IAM).createServiceLinkedRole({ AWSServiceName });
  });

  it("runs in the VPC, and grows in place", async () => {
    const group = await stack.create("aws:cloudwatch/logGroup:LogGroup", "search", {});
    const security = await stack.create("aws:ec2/securityGroup:SecurityGroup", "search", { vpcId: seeded.vpcId });
    const volume = (volumeSize: number) => ({ ebsEnabled: true, volumeType: "gp3", volumeSize });
    const cluster = (instanceType: string) => ({
      ...{ instanceType, instanceCount: 2, zoneAwarenessEnabled: true },
      zoneAwarenessConfig: { availabilityZoneCount: 2 },
    });
    const statement = { Effect: "Allow", Principal: "*", Action: "es:ESHttp*", Resource: "*" };
    await live(stack, "aws:opensearch/domain:Domain", {
      inputs: {
        domainName: "search",
        engineVersion: "OpenSearch_2.19",
        clusterConfig: cluster("m7g.large.search"),
        ebsOptions: volume(50),
        encryptAtRest: { enabled: true, kmsKeyId: seeded.serviceKeyArn },
        nodeToNodeEncryption: { enabled: true },
        domainEndpointOptions: { enforceHttps: true, tlsSecurityPolicy: "Policy-Min-TLS-1-2-PFS-2023-10" },
        advancedSecurityOptions: {
          ...{ enabled: true, internalUserDatabaseEnabled: true },
          masterUserOptions: { masterUserName: "admin", masterUserPassword: "Correct-horse-1" },
        },
        accessPolicies: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
        logPublishingOptions: [{ logType: "ES_APPLICATION_LOGS", cloudwatchLogGroupArn: group.outputs.arn }],
        softwareUpdateOptions: { autoSoftwareUpdateEnabled: true },
        vpcOptions: { subnetIds: seeded.subnetIds.private.slice(0, 2), securityGroupIds: [security.id] },
      },
      changed: { ebsOptions: volume(100), clusterConfig: cluster("r7g.large.search") },
      replaced: { encryptAtRest: { enabled: false } },
      known: ["advancedSecurityOptions"],
      importId: "search",
    });
  });

  it("has types whose zones are named only on demand", async () => {
    const client = stack.account.client(OpenSearch);
    const EngineVersion = "OpenSearch_2.13";
    const { InstanceTypeDetails: all = [] } = await client.listInstanceTypeDetails({ EngineVersion });
    expect(all.find(({ InstanceType }) => InstanceType === "m6g.large.search")?.AvailabilityZones).to.deep.equal([]);
    const request = { EngineVersion, InstanceType: "m6g.large.search", RetrieveAZs: true };
    const { InstanceTypeDetails: details = [] } = await client.listInstanceTypeDetails(request);
    expect(details.map(({ InstanceType }) => InstanceType)).to.deep.equal(["m6g.large.search"]);
    expect(details[0]?.AvailabilityZones).to.include(`${seeded.region}a`);
  });
});
