import { accountId, type AwsAnswers, ecrWithout, keyArn, s3Error, subnetIds } from "@selfhosted/common/testing";
import { withKeys } from "../../../../infrastructure/test/account";
import { mistakes } from "./mistakes";

/** A log group that isn't the installation's. */
const withLogGroup = (logGroupName: string): Partial<AwsAnswers> => ({
  "logs:DescribeLogGroups": () => ({ logGroups: [{ logGroupName, arn: `${logGroupName}:*` }] }),
});

mistakes("what is named exists, and fits", [
  [
    "a log group that a former database left",
    "infrastructure",
    {},
    "databaseLogExports",
    /log group \/aws\/rds\/cluster\/pulumi-prod-database-cluster\/audit exists already/,
    {
      only: "fresh",
      firstDeployment: true,
      fix: /delete-log-group/,
      aws: withLogGroup("/aws/rds/cluster/pulumi-prod-database-cluster/audit"),
    },
  ],
  [
    "a log group that ECS made for a former cluster",
    "application",
    {},
    "containerInsights",
    /log group \/aws\/ecs\/containerinsights\/pulumi-prod-cluster\/performance exists already/,
    { fix: /delete-log-group/, aws: withLogGroup("/aws/ecs/containerinsights/pulumi-prod-cluster/performance") },
  ],
  [
    "a bucket that doesn't exist",
    "infrastructure",
    { bucketCheckpointName: "no-such-bucket-1" },
    "bucketCheckpointName",
    /no-such-bucket-1 doesn't exist/,
    { aws: { "s3:HeadBucket": () => throwIfInvalid(s3Error(404)) } },
  ],
  [
    "a security group that doesn't exist",
    "infrastructure",
    { databaseExtraSecurityGroupIds: "sg-0a1b2c3d" },
    "databaseExtraSecurityGroupIds",
    /has no security group sg-0a1b2c3d/,
    { fix: /describe-security-groups/ },
  ],
  [
    "a region for copies that is misspelt",
    "infrastructure",
    { bucketReplicationRegion: "eu-wst-1" },
    "bucketReplicationRegion",
    /eu-wst-1/,
    { fix: /eu-west-1/ },
  ],
  [
    "a region for copies that AWS doesn't have",
    "infrastructure",
    { bucketReplicationRegion: "eu-west-9" },
    "bucketReplicationRegion",
    /that AWS doesn't have/,
  ],
  [
    "a region for copies that isn't turned on",
    "infrastructure",
    { bucketReplicationRegion: "me-south-1" },
    "bucketReplicationRegion",
    /isn't enabled/,
  ],
  [
    "a vault for copies that doesn't exist",
    "infrastructure",
    { backupEnabled: true, backupCopyVaultArn: `arn:aws:backup:eu-west-1:${accountId}:backup-vault:nowhere` },
    "backupCopyVaultArn",
    /no backup vault nowhere/,
  ],
  [
    "a VPC that doesn't exist",
    "infrastructure",
    { vpcId: "vpc-0000000000000dead" },
    "vpcId",
    /vpc-0000000000000dead doesn't exist/,
  ],
  [
    "isolated subnets where the private ones belong",
    "infrastructure",
    { privateSubnetIds: subnetIds.isolated, isolatedSubnetIds: subnetIds.private },
    "privateSubnetIds",
    /exchanged/,
  ],
  [
    "a key that is disabled",
    "infrastructure",
    {},
    "serviceKeyId",
    /Disabled/,
    { aws: withKeys({ "alias/service": { KeyState: "Disabled" } }) },
  ],
  [
    "a key of another region",
    "infrastructure",
    { serviceKeyId: keyArn("1", "aws", "eu-west-1") },
    "serviceKeyId",
    /eu-west-1; allowed: one in eu-central-1/,
  ],
  [
    "a bucket for packages that doesn't exist",
    "application",
    { registryPublicBucket: "no-such-bucket-1" },
    "registryPublicBucket",
    /no-such-bucket-1/,
    { aws: { "s3:HeadBucket": () => throwIfInvalid(s3Error(404)) } },
  ],
  [
    "a bucket for packages that holds the stacks' state",
    "application",
    { registryPublicBucket: `pulumi-checkpoint-prod-${accountId}-eu-central-1` },
    "registryPublicBucket",
    /uses for something else/,
  ],
  [
    "an image that isn't there",
    "application",
    { imageTag: "20990101-1-signed" },
    "imageTag",
    /20990101-1-signed/,
    { aws: ecrWithout(() => true) },
  ],
  ["a zone that doesn't hold the names", "dns", { zoneName: "example.org" }, "zoneName", /example\.org/],
  [
    "a zone that doesn't exist",
    "dns",
    { zoneName: undefined, zoneId: "Z0NOWHERE" },
    "zoneId",
    /Z0NOWHERE doesn't exist/,
  ],
  [
    "a stack of another project",
    "dns",
    { applicationStack: "organization/elsewhere/prod" },
    "applicationStack",
    /allowed: organization\/selfhosted-application\/stack/,
  ],
  [
    "a stack of the infrastructure layer that doesn't exist",
    "application",
    { infrastructureStack: "organization/selfhosted-infrastructure/nowhere" },
    "infrastructureStack",
    /stack organization\/selfhosted-infrastructure\/nowhere doesn't exist/,
    {
      named: { infrastructure: { name: "organization/selfhosted-infrastructure/nowhere" } },
      fix: /or set \w+Stack, where its stack has another name$/,
    },
  ],
  [
    "a stack of the application layer that doesn't exist",
    "dns",
    { applicationStack: "organization/selfhosted-application/nowhere" },
    "applicationStack",
    /stack organization\/selfhosted-application\/nowhere doesn't exist/,
    {
      named: { application: { name: "organization/selfhosted-application/nowhere" } },
      fix: /or set \w+Stack, where its stack has another name$/,
    },
  ],
  [
    "no opt-in of AWS Backup for databases",
    "infrastructure",
    { backupEnabled: true },
    "backupEnabled",
    /isn't opted in for Aurora/,
    { aws: { "backup:DescribeRegionSettings": () => ({ ResourceTypeOptInPreference: { S3: true } }) } },
  ],
]);

function throwIfInvalid(error: Error): never {
  throw error;
}
