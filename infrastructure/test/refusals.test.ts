import { expect } from "chai";
import { subnetIds } from "./account";
import { LayerArgs, refusal, runLayer } from "./layer";

const arnOf = (service: string, rest: string): string => `arn:aws:${service}:eu-central-1:111122223333:${rest}`;
const key = arnOf("kms", "key/00000000-0000-0000-0000-000000000000");
const pem = (text: string): string => `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`;

/** What is wrong, the settings over those that fit, and the sentence that says so. */
const refusals: [string, LayerArgs["config"], RegExp][] = [
  // Installation
  ["no region", { "aws:region": undefined }, /aws:region: not set; required: the region to install in/],
  ["a region that is none", { "aws:region": "Frankfurt" }, /aws:region: found "Frankfurt"; allowed: the region/],
  ["a misspelt key", { databaseInstanceCont: 3 }, /unknown setting; did you mean databaseInstanceCount\?/],
  ["a key of another layer", { imageTag: "1" }, /imageTag: unknown setting\n +fix: pulumi config rm imageTag/],
  ["a name in capitals", { name: "Pulumi" }, /name: found "Pulumi"; allowed: up to 20 lower-case letters/],
  ["a name that is too long", { name: "a".repeat(21) }, /name: found "a{21}"; allowed: up to 20/],
  ["a name that ends in a hyphen", { name: "pulumi-" }, /name: found "pulumi-"/],
  ["an unknown size", { size: "huge" }, /size: found "huge"; allowed: one of small, medium, large/],
  ["an account with a letter", { accountId: "1234" }, /accountId: found "1234"; allowed: the 12 digits/],
  ["a tag of the installer", { tags: { stack: "x" } }, /tags: stack is a tag that the installer sets itself/],
  [
    "a tag of the installer in other letters",
    { tags: { Project: "x" } },
    /tags: Project is a tag that the installer sets itself, as project; AWS compares tags without case\n +fix: .*'tags\.Project'/,
  ],
  ["the tag of one resource", { tags: { "Service-Key": "x" } }, /tags: Service-Key is a tag .* as service-key/],
  ["the tag of snapshots", { tags: { "upgrade-from": "x" } }, /tags: upgrade-from is a tag that the installer sets/],
  [
    "two tags that differ in case only",
    { tags: { Team: "a", team: "b" } },
    /tags: team and Team differ in case only, which is the same tag to IAM/,
  ],
  [
    "a value that AWS refuses",
    { tags: { "cost:center": "a & b" } },
    /tags: cost:center has the value "a & b"; allowed: up to 256 letters.*\n +fix: pulumi config rm --path 'tags\["cost:center"\]'/,
  ],
  [
    "a value that is too long",
    { tags: { note: "x".repeat(257) } },
    /tags: note has the value "x+"; allowed: up to 256/,
  ],
  ["a tag of AWS", { tags: { "aws:x": "x" } }, /tags: found .*; allowed: tag names/],
  ["a tag of AWS in capitals", { tags: { "AWS:x": "x" } }, /tags: found .*; allowed: tag names/],
  [
    "too many tags",
    { tags: Object.fromEntries(Array.from({ length: 41 }, (_, index) => [`t${index}`, "x"])) },
    /tags: found 41 tags; allowed: up to 40/,
  ],
  [
    "a boundary that is a role",
    { permissionsBoundaryArn: "arn:aws:iam::111122223333:role/x" },
    /the ARN of an IAM pol/,
  ],
  ["no service key", { serviceKeyId: undefined }, /serviceKeyId: not set; required: the id, alias \(alias\/…\) or ARN/],
  ["a service key by its bare name", { serviceKeyId: "service" }, /serviceKeyId: found "service"; allowed: the id/],
  [
    "a retention unknown to CloudWatch",
    { logRetentionDays: 31 },
    /logRetentionDays: found "31"; allowed: one of 30, 60/,
  ],
  // Network
  ["no VPC", { vpcId: undefined }, /vpcId: not set; required: the id of a VPC/],
  ["a VPC that is none", { vpcId: "main" }, /vpcId: found "main"; allowed: the id of a VPC/],
  [
    "one public subnet",
    { publicSubnetIds: subnetIds.public.slice(0, 1) },
    /publicSubnetIds: found one subnet; allowed: two/,
  ],
  [
    "one private subnet",
    { privateSubnetIds: subnetIds.private.slice(0, 1) },
    /privateSubnetIds: found .* 2 or more differ/,
  ],
  [
    "one isolated subnet",
    { isolatedSubnetIds: subnetIds.isolated.slice(0, 1) },
    /isolatedSubnetIds: found .* 2 or more/,
  ],
  [
    "a subnet of two kinds",
    { isolatedSubnetIds: [subnetIds.private[0], ...subnetIds.isolated] },
    /isolatedSubnetIds: subnet-1000000000000000a is also in privateSubnetIds; a subnet is of one kind/,
  ],
  [
    "a firewall before no public subnets",
    { publicSubnetIds: undefined, publicSubnetsBehindFirewall: true },
    /publicSubnetsBehindFirewall: has no effect without publicSubnetIds/,
  ],
  // Database
  [
    "no instance",
    { databaseInstanceCount: 0 },
    /databaseInstanceCount: found "0"; allowed: a whole number from 1 to 15/,
  ],
  ["sixteen instances", { databaseInstanceCount: 16 }, /databaseInstanceCount: found "16"/],
  [
    "a class that is none",
    { databaseInstanceClass: "large" },
    /databaseInstanceClass: found "large"; allowed: an instance/,
  ],
  [
    "serverless as a class",
    { databaseInstanceClass: "db.serverless" },
    /databaseInstanceClass: found "db\.serverless"/,
  ],
  [
    "a class for a serverless database",
    { databaseServerless: true, databaseInstanceClass: "db.r6g.large" },
    /databaseInstanceClass: has no effect with databaseServerless/,
  ],
  [
    "capacity without serverless",
    { databaseMaxCapacity: 8 },
    /databaseMaxCapacity: has no effect without databaseServer/,
  ],
  [
    "capacity in odd steps",
    { databaseServerless: true, databaseMinCapacity: 0.7 },
    /databaseMinCapacity: found 0\.7; allowed: steps of 0\.5/,
  ],
  [
    "capacity upside down",
    { databaseServerless: true, databaseMinCapacity: 8, databaseMaxCapacity: 4 },
    /databaseMaxCapacity: found 4; allowed: at least databaseMinCapacity, 8/,
  ],
  [
    "a least capacity above that of the size",
    { databaseServerless: true, databaseMinCapacity: 32 },
    /databaseMinCapacity: found 32; allowed: at most databaseMaxCapacity of size small, 16\n +fix: .*MaxCapacity 32/,
  ],
  [
    "a greatest capacity below that of the size",
    { databaseServerless: true, databaseMaxCapacity: 1 },
    /databaseMaxCapacity: found 1; allowed: at least databaseMinCapacity of size small, 2\n +fix: .*MinCapacity 1/,
  ],
  [
    "a greatest capacity below that of a large size",
    { size: "large", databaseServerless: true, databaseMaxCapacity: 4 },
    /databaseMaxCapacity: found 4; allowed: at least databaseMinCapacity of size large, 8/,
  ],
  [
    "a snapshot of an instance",
    { databaseRestoreFromSnapshot: arnOf("rds", "snapshot:x") },
    /databaseRestoreFromSnapshot: found .*; allowed: the name or ARN of a cluster snapshot/,
  ],
  [
    "the general log by its parameter",
    { databaseParameters: { general_log: "1" } },
    /databaseParameters: general_log stays off: its statements may hold secrets/,
  ],
  [
    "another engine",
    { databaseEngineVersion: "8.4.0" },
    /databaseEngineVersion: found "8\.4\.0"; allowed: a version 3/,
  ],
  ["a reserved user", { databaseUsername: "root" }, /databaseUsername: found "root"; allowed: .*not admin, root/],
  ["a privileged port", { databasePort: 443 }, /databasePort: found "443"; allowed: a whole number from 1150/],
  ["no backup", { databaseBackupRetentionDays: 0 }, /databaseBackupRetentionDays: found "0"/],
  [
    "a window without end",
    { databaseBackupWindow: "03:00" },
    /databaseBackupWindow: found "03:00"; allowed: a time of day/,
  ],
  [
    "a short backup window",
    { databaseBackupWindow: "03:00-03:20" },
    /databaseBackupWindow: allowed: 30 minutes or more/,
  ],
  [
    "a maintenance window of a week",
    { databaseMaintenanceWindow: "sun:05:00-sat:05:00" },
    /databaseMaintenanceWindow: allowed: 30 minutes to 24 hours/,
  ],
  [
    "windows that overlap",
    { databaseMaintenanceWindow: "wed:03:30-wed:04:30" },
    /databaseMaintenanceWindow: found wed:03:30-wed:04:30, which overlaps the daily databaseBackupWindow, 03:00-04:00/,
  ],
  [
    "windows that overlap over midnight",
    { databaseBackupWindow: "23:45-00:30", databaseMaintenanceWindow: "mon:00:15-mon:01:00" },
    /databaseMaintenanceWindow: found mon:00:15-mon:01:00, which overlaps/,
  ],
  [
    "the general log",
    { databaseLogExports: "general" },
    /databaseLogExports: found "general"; allowed: .*audit, error/,
  ],
  [
    "a parameter of the installer",
    { databaseParameters: { sql_mode: "" } },
    /databaseParameters: sql_mode is set by the installer/,
  ],
  [
    "insights on a class without",
    { databaseInstanceClass: "db.t3.medium" },
    /databasePerformanceInsights: AWS has no Performance Insights for db\.t3\.medium/,
  ],
  [
    "an odd interval",
    { databaseMonitoringSeconds: 7 },
    /databaseMonitoringSeconds: found "7"; allowed: one of 0, 1, 5/,
  ],
  [
    "a topic without events",
    { databaseEvents: false, databaseEventEmails: "a@b.c" },
    /databaseEventEmails: has no effect/,
  ],
  [
    "addresses for a topic of one's own",
    { databaseEventTopicArn: arnOf("sns", "x"), databaseEventEmails: "a@b.c" },
    /databaseEventEmails: has no effect with databaseEventTopicArn/,
  ],
  ["an address that is none", { databaseEventEmails: "me" }, /databaseEventEmails: found "me"; allowed: .*e-mail/],
  [
    "a path to certificates",
    { databaseCaCertificate: "./rds.pem" },
    /found no CERTIFICATE block; allowed: the PEM text/,
  ],
  [
    "a broken certificate",
    { databaseCaCertificate: pem("AAAA") },
    /databaseCaCertificate: CERTIFICATE block 1 is not an X\.509 certificate\n +fix: .*bundle\.pem/,
  ],
  [
    "the certificates of all regions",
    { databaseCaCertificate: pem("A".repeat(64 * 1024)) },
    /databaseCaCertificate: found \d+ bytes; allowed: 32768/,
  ],
  // Buckets
  [
    "a bucket in capitals",
    { bucketCheckpointName: "Mine" },
    /bucketCheckpointName: found "Mine"; allowed: the name of an/,
  ],
  [
    "one bucket for two kinds",
    { bucketCheckpointName: "mine", bucketPolicyName: "mine" },
    /bucketPolicyName: found mine, which is also bucketCheckpointName/,
  ],
  [
    "a key without a brought bucket",
    { bucketKeyArns: key },
    /bucketKeyArns: has no effect without a bucket of your own/,
  ],
  [
    "all S3 actions",
    { bucketExtraActions: "s3:*" },
    /bucketExtraActions: found "s3:\*"; allowed: .*each by its full name/,
  ],
  ["a lock mode without days", { bucketObjectLockMode: "COMPLIANCE" }, /bucketObjectLockMode: has no effect without/],
  [
    "a lock on a brought bucket",
    { bucketObjectLockDays: 5, bucketCheckpointName: "mine" },
    /bucketObjectLockDays: is for the installation's own bucket/,
  ],
  [
    "copies in the same region",
    { bucketReplicationRegion: "eu-central-1" },
    /bucketReplicationRegion: found eu-central-1, the/,
  ],
  [
    "copies of a brought bucket",
    { bucketReplicationRegion: "eu-west-1", bucketEventsName: "mine" },
    /bucketReplicationRegion: is for the installation's own buckets; bucketEventsName are yours/,
  ],
  [
    "a key for copies in the wrong region",
    { bucketReplicationRegion: "eu-west-1", bucketReplicationKeyArn: key },
    /bucketReplicationKeyArn: the key must be in bucketReplicationRegion, eu-west-1/,
  ],
  ["a key for copies alone", { bucketReplicationKeyArn: key }, /bucketReplicationKeyArn: has no effect without/],
  // Search
  ["a search setting without search", { searchVolumeGb: 20 }, /searchVolumeGb: has no effect without searchEnabled/],
  ["OpenSearch 1", { searchEnabled: true, searchEngineVersion: "OpenSearch_1.3" }, /searchEngineVersion: found .*2\.x/],
  [
    "nodes that don't fill the zones",
    { searchEnabled: true, searchZoneCount: 2, searchInstanceCount: 3 },
    /searchInstanceCount: found 3; allowed: a multiple of the number of zones, 2/,
  ],
  [
    "nodes that don't fill the zones by default",
    { searchEnabled: true, searchInstanceCount: 4 },
    /searchInstanceCount: found 4; allowed: a multiple of the number of zones, 3/,
  ],
  [
    "two masters",
    { searchEnabled: true, searchMasterCount: 2 },
    /searchMasterCount: found "2"; allowed: one of 0, 3, 5/,
  ],
  [
    "twelve small nodes",
    { searchEnabled: true, searchInstanceType: "t3.medium.search", searchInstanceCount: 12 },
    /searchInstanceType: found t3\.medium\.search for 12 nodes; AWS takes at most ten/,
  ],
  [
    "twelve nodes of a small size",
    { searchEnabled: true, searchInstanceCount: 12 },
    /searchInstanceType: found t3\.medium\.search for 12 nodes; AWS takes at most ten/,
  ],
  [
    "a disk too large for the nodes of the size",
    { searchEnabled: true, searchVolumeGb: 201 },
    /searchVolumeGb: found 201; allowed: up to 200 for t3\.medium\.search/,
  ],
  [
    "a node whose disk can't be encrypted",
    { searchEnabled: true, searchMasterType: "t2.medium.search" },
    /searchMasterType: found t2\.medium\.search, whose disks AWS can't encrypt/,
  ],
  [
    "more zones than subnets have",
    { searchEnabled: true, searchZoneCount: 3, privateSubnetIds: subnetIds.private.slice(0, 2) },
    /searchZoneCount: found 3; the private subnets are in 2 zones/,
  ],
  // Endpoints
  ["services without endpoints", { endpointsExtraServices: "sts" }, /endpointsExtraServices: has no effect without/],
  [
    "an unknown service",
    { endpointsEnabled: true, endpointsExtraServices: "s4" },
    /endpointsExtraServices: found "s4"/,
  ],
  [
    "an endpoint elsewhere for an unknown service",
    { endpointsElsewhere: "kms,s4" },
    /endpointsElsewhere: found "kms,s4"; allowed: .*names among s3, ecr\.api/,
  ],
  [
    "an account that endpoints trust by name",
    { endpointsEnabled: true, endpointsTrustedAccountIds: "build" },
    /endpointsTrustedAccountIds: found "build"; allowed: .*12 digits/,
  ],
  // Keys
  [
    "to keep a key that stays anyway",
    { dataKeyId: "alias/data", retainDataKey: true },
    /retainDataKey: is for the installation's own key; that in dataKeyId stays in any case/,
  ],

  // Backup
  [
    "a backup setting without backup",
    { backupRetentionDays: 7 },
    /backupRetentionDays: has no effect without backupEnabled/,
  ],
  [
    "a schedule in words",
    { backupEnabled: true, backupSchedule: "daily" },
    /backupSchedule: found "daily"; allowed: a cron/,
  ],
  [
    "a schedule on a day that no month has",
    { backupEnabled: true, backupSchedule: "cron(0 5 32 * ? *)" },
    /backupSchedule: found "cron\(0 5 32 \* \? \*\)", of which "32" is no day from 1 to 31; allowed: a cron/,
  ],
  [
    "backups shorter than the lock",
    { backupEnabled: true, backupRetentionDays: 7, backupLockMinDays: 14 },
    /backupRetentionDays: found 7; the lock of the vault takes backups of 14 to 36500 days only/,
  ],
  [
    "a lock upside down",
    { backupEnabled: true, backupLockMinDays: 30, backupLockMaxDays: 7 },
    /backupLockMaxDays: found 7; allowed: at least backupLockMinDays, 30/,
  ],
  [
    "a grace without a lock",
    { backupEnabled: true, backupLockGraceDays: 3 },
    /backupLockGraceDays: has no effect without backupLockMinDays/,
  ],
  [
    "a copy kept without a copy",
    { backupEnabled: true, backupCopyRetentionDays: 3 },
    /backupCopyRetentionDays: has no effect without backupCopyVaultArn/,
  ],
];

describe("A configuration without a mistake", () => {
  it("may have the tag Name, which organisations demand, and tags of snapshots in other letters", async () => {
    const tags = { Name: "pulumi", "Upgrade-From": "2025" };
    const { the } = await runLayer({ config: { tags } });
    expect(JSON.parse(String(the("pulumi:providers:aws").inputs["defaultTags"]))).to.deep.nested.include({
      "tags.Name": "pulumi",
      "tags.Upgrade-From": "2025",
    });
  });
});

describe("A configuration with a mistake", () => {
  for (const [mistake, config, sentence] of refusals) {
    it(`is refused: ${mistake}`, async () => {
      const message = await refusal({ config });
      expect(message).to.match(/^The configuration of selfhosted-infrastructure, stack prod, has 1 problem:/);
      expect(message).to.match(sentence);
    });
  }

  it("is refused with every problem at once, each with its remedy", async () => {
    const message = await refusal({ config: { vpcId: undefined, size: "huge", databasePort: 1, nonsense: 1 } });
    expect(message).to.contain("4 problems");
    expect(message.match(/\n +fix: pulumi config /g)).to.have.length(4);
  });
});
