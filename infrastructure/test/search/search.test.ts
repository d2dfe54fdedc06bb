import * as aws from "@pulumi/aws";
import * as random from "@pulumi/random";
import { policyIn, subnetIds } from "@selfhosted/common/testing";
import { expect } from "chai";
import { type Outcome, runWith } from "../layer";

describe("Search", () => {
  const domainOf = (outcome: Outcome) => outcome.the(aws.opensearch.Domain).inputs;
  let small: Outcome;
  before(async () => {
    small = await runWith({ searchEnabled: true });
  });

  it("is encrypted everywhere, in the private subnets, behind a group of its own", () => {
    expect(domainOf(small)).to.deep.include({
      domainName: "pulumi-prod-search",
      engineVersion: "OpenSearch_2.13",
      encryptAtRest: { enabled: true, kmsKeyId: small.outputs.dataKeyArn },
      nodeToNodeEncryption: { enabled: true },
      domainEndpointOptions: { enforceHttps: true, tlsSecurityPolicy: "Policy-Min-TLS-1-2-PFS-2023-10" },
      vpcOptions: { subnetIds: subnetIds.private, securityGroupIds: ["pulumi-prod-search-access-id"] },
    });
  });

  it("asks for name and password, which only the API gets", () => {
    expect(domainOf(small).advancedSecurityOptions).to.deep.equal({
      enabled: true,
      internalUserDatabaseEnabled: true,
      masterUserOptions: { masterUserName: "pulumi_search", masterUserPassword: "Generated-0-Password!" },
    });
    expect(small.the(aws.opensearch.Domain).secretInputs).to.deep.equal([
      "advancedSecurityOptions.masterUserOptions.masterUserPassword",
    ]);
    expect(small.the(random.RandomPassword, "-search-password").inputs).to.deep.include({
      length: 32,
      minLower: 1,
      minUpper: 1,
      minNumeric: 1,
      minSpecial: 1,
    });
    expect(small.outputs.search).to.deep.equal({
      endpoint: "https://pulumi-prod-search-domain.example.internal:443",
      securityGroupId: "pulumi-prod-search-access-id",
      credentials: {
        arn: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:pulumi-prod-search-credentials-secret-AbCdEf",
        versionId: "version-of-pulumi-prod-search-credentials-version",
      },
    });
  });

  it("has a node in each zone, and dedicated masters from size medium on", async () => {
    expect(domainOf(small).clusterConfig).to.deep.equal({
      instanceType: "t3.medium.search",
      instanceCount: 3,
      zoneAwarenessEnabled: true,
      zoneAwarenessConfig: { availabilityZoneCount: 3 },
      dedicatedMasterEnabled: false,
    });
    const medium = await runWith({ searchEnabled: true, size: "medium", searchZoneCount: 2, searchInstanceCount: 4 });
    expect(domainOf(medium).clusterConfig).to.deep.equal({
      instanceType: "m6g.large.search",
      instanceCount: 4,
      zoneAwarenessEnabled: true,
      zoneAwarenessConfig: { availabilityZoneCount: 2 },
      dedicatedMasterEnabled: true,
      dedicatedMasterCount: 3,
      dedicatedMasterType: "m6g.large.search",
    });
    expect(domainOf(medium).vpcOptions).to.deep.include({ subnetIds: subnetIds.private.slice(0, 2) });
  });

  it("can live in one zone", async () => {
    const outcome = await runWith({ searchEnabled: true, searchZoneCount: 1 });
    expect(domainOf(outcome).clusterConfig).to.deep.include({ instanceCount: 1, zoneAwarenessEnabled: false });
  });

  it("writes its logs, the audit log among them, to groups that admit this domain only", () => {
    const { logPublishingOptions = [] } = domainOf(small);
    expect(logPublishingOptions.map(({ logType }) => logType)).to.include.members([
      "AUDIT_LOGS",
      "ES_APPLICATION_LOGS",
    ]);
    const policy = small.the(aws.cloudwatch.LogResourcePolicy);
    expect(policyIn(policy.inputs.policyDocument)["SearchLogs"]).to.deep.include({
      Principal: { Service: "es.amazonaws.com" },
      Condition: {
        StringEquals: { "aws:SourceAccount": "111122223333" },
        ArnLike: { "aws:SourceArn": "arn:aws:es:eu-central-1:111122223333:domain/pulumi-prod-search" },
      },
    });
    expect(small.the(aws.opensearch.Domain).dependsOn).to.include(policy.urn);
  });

  it("comes after a new database, which takes long enough for OpenSearch to know a new service-linked role", () => {
    const { dependsOn } = small.the(aws.opensearch.Domain);
    const instances = small.ofType(aws.rds.ClusterInstance).map(({ urn }) => urn);
    expect(dependsOn).to.include.members(instances);
    expect(instances).to.have.length(2);
  });

  it("leaves the account's role for it alone: other domains need it too", () => {
    expect(small.ofType(aws.iam.ServiceLinkedRole)).to.deep.equal([]);
  });
});
