import { sizes, type ConfigProblem } from "@selfhosted/common";
import { partitions, type Values } from "@selfhosted/common/testing";
import { expect } from "chai";
import { readConfig } from "../config";
import { subnetIds, vpcId } from "./account";
import { authorities } from "./authorities";
import { configurations, foundWith } from "./configurations";
import { refusal } from "./layer";

/** What is wrong with a configuration, without the warnings. */
const refusals = (config: Values): string[] => problems(config, "error");
const warnings = (config: Values): string[] => problems(config, "warning");

function problems(config: Values, wanted: ConfigProblem["severity"]): string[] {
  return readConfig(foundWith(config))
    .problems.filter(({ severity = "error" }) => severity === wanted)
    .map(({ key, reason, fix }) => `${key}: ${reason}${fix === undefined ? "" : `\n fix: ${fix}`}`);
}

const arnOf = (service: string, rest: string): string => `arn:aws:${service}:eu-central-1:111122223333:${rest}`;
const keyId = "key/00000000-0000-0000-0000-000000000000";
const key = arnOf("kms", keyId);
const elsewhere = `arn:aws:kms:eu-west-1:111122223333:${keyId}`;
const inChina = `arn:aws-cn:kms:eu-central-1:111122223333:${keyId}`;
const pem = (text: string): string => `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`;

/** What is wrong, the settings over those that fit, and the sentence that says so. */
const mistakes: [string, Values, RegExp][] = [
  // Installation
  [
    "no region",
    { "aws:region": undefined },
    /^aws:region: not set; required: a region .*\n fix: for example: pulumi config set aws:region eu-central-1$/,
  ],
  ["a region that is none", { "aws:region": "Frankfurt" }, /aws:region: found "Frankfurt"; allowed: a region/],
  [
    "a region that is misspelt",
    { "aws:region": "eu-wst-1" },
    /^aws:region: found "eu-wst-1"; .*\n fix: pulumi config set aws:region eu-west-1$/,
  ],
  [
    "a profile, which only the environment may name",
    { "aws:profile": "work" },
    /^aws:profile: has no effect here: .* AWS_PROFILE\n fix: pulumi config rm aws:profile, or remove it from the ESC environment that sets it/,
  ],
  [
    "a setting of another project",
    { "selfhosted-application:imageTag": "1" },
    /^selfhosted-application:imageTag: has no effect here: it is a setting of the project selfhosted-application/,
  ],
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
  [
    "tags that aren't JSON",
    { tags: "team=platform" },
    /^tags: found a value \(not shown\), which is no JSON object; allowed: tag names .*$/,
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
  [
    "a service key of another region",
    { serviceKeyId: elsewhere },
    /^serviceKeyId: found .*, which is in eu-west-1; allowed: one in eu-central-1$/,
  ],
  ["a data key of another region", { dataKeyId: elsewhere }, /^dataKeyId: found .*, which is in eu-west-1; allowed/],
  [
    "a key of another partition",
    { serviceKeyId: inChina },
    /^serviceKeyId: found .*; eu-central-1 is in the partition aws, where ARNs begin with arn:aws:$/,
  ],
  [
    "a key of another partition, in the sovereign cloud of Europe",
    { "aws:region": "eusc-de-east-1", serviceKeyId: `arn:aws:kms:eusc-de-east-1:111122223333:${keyId}` },
    /^serviceKeyId: found .*; eusc-de-east-1 is in the partition aws-eusc, where ARNs begin with arn:aws-eusc:$/,
  ],
  [
    "a boundary of another partition",
    { permissionsBoundaryArn: "arn:aws-us-gov:iam::111122223333:policy/x" },
    /^permissionsBoundaryArn: found .*; eu-central-1 is in the partition aws, where/,
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
    "all subnets of two kinds, which is one mistake",
    { isolatedSubnetIds: subnetIds.private },
    /^isolatedSubnetIds: subnet-1\w+a, subnet-1\w+b, subnet-1\w+c are also in privateSubnetIds; a subnet is of one kind$/,
  ],
  [
    "a firewall before no public subnets",
    { publicSubnetIds: undefined, publicSubnetsBehindFirewall: true },
    /publicSubnetsBehindFirewall: has no effect without publicSubnetIds/,
  ],
  ["a VPC id that lost a letter", { vpcId: "vpc-0123456789abcdef" }, /^vpcId: found .*; allowed: the id of a VPC/],
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
    "a misspelt class",
    { databaseInstanceClass: "db.r6g.lage" },
    /^databaseInstanceClass: found .*\n fix: pulumi config set databaseInstanceClass db\.r6g\.large$/,
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
    "a least capacity above the typed greatest one, of a size in which each would fit",
    { size: "large", databaseServerless: true, databaseMinCapacity: 64, databaseMaxCapacity: 32 },
    /^databaseMaxCapacity: found 32; allowed: at least databaseMinCapacity, 64$/,
  ],
  [
    "a snapshot of another region",
    { databaseRestoreFromSnapshot: "arn:aws:rds:eu-west-1:111122223333:cluster-snapshot:x" },
    /^databaseRestoreFromSnapshot: found .*, which is in eu-west-1; allowed: one in eu-central-1$/,
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
    /databaseBackupWindow: found 03:00-03:20; allowed: 30 minutes or more/,
  ],
  [
    "a maintenance window of a week",
    { databaseMaintenanceWindow: "sun:05:00-sat:05:00" },
    /databaseMaintenanceWindow: found sun:05:00-sat:05:00; allowed: 30 minutes to 24 hours/,
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
    /databaseLogExports: found "general", .*; allowed: .*audit, error/,
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
    "insights on the serverless class, which has them, of too few days for the advanced mode",
    { databaseServerless: true, databaseInsightsMode: "advanced" },
    /^databaseInsightsMode: found advanced with databasePerformanceInsightsDays 7; .* 465 days or more\n fix: pulumi config set databasePerformanceInsightsDays 465$/,
  ],
  [
    "the advanced mode of insights that are off",
    { databaseInsightsMode: "advanced", databasePerformanceInsights: false },
    /^databaseInsightsMode: found advanced, which needs databasePerformanceInsights\n/,
  ],
  [
    "days of insights that are off",
    { databasePerformanceInsights: false, databasePerformanceInsightsDays: 31 },
    /^databasePerformanceInsightsDays: has no effect without databasePerformanceInsights\n/,
  ],
  [
    "a threshold for statements that nobody logs",
    { databaseLogExports: "audit", databaseSlowQuerySeconds: 2 },
    /^databaseSlowQuerySeconds: has no effect: databaseLogExports lacks slowquery\n/,
  ],
  [
    "a parameter spelt as an option of the command line",
    { databaseParameters: { "max-connections": "100" } },
    /^databaseParameters: found .*, of which max-connections doesn.t fit; allowed: names of parameters/,
  ],
  [
    "a topic in another region",
    { databaseEventTopicArn: "arn:aws:sns:eu-west-1:111122223333:x" },
    /^databaseEventTopicArn: found .*, which is in eu-west-1; allowed: one in eu-central-1$/,
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
    /databaseEventEmails: set beside databaseEventTopicArn, which gets the events: subscribe them to that topic/,
  ],
  ["an address that is none", { databaseEventEmails: "me" }, /databaseEventEmails: found "me", .*; allowed: .*e-mail/],
  [
    "a path to certificates",
    { databaseCaCertificate: "./rds.pem" },
    /databaseCaCertificate: found a text that is the (name|path) of a file/,
  ],
  [
    "a broken certificate",
    { databaseCaCertificate: pem("AAAA") },
    /databaseCaCertificate: found a text that holds a certificate that can't be read.*\n fix: .* < eu-central-1-bundle\.pem/,
  ],
  [
    "the certificates of all regions",
    { databaseCaCertificate: pem("A".repeat(64 * 1024)) },
    /databaseCaCertificate: found \d+ bytes, more than 32768/,
  ],
  [
    "an authority that has expired",
    { databaseCaCertificate: authorities.expired },
    /^databaseCaCertificate: found a certificate that expired on 2024-08-22; allowed: .*\n fix: .* < eu-central-1-bundle\.pem$/,
  ],
  [
    "days for logs that there aren't",
    { databaseLogExports: "[]", logRetentionDays: 30 },
    /^logRetentionDays: has no effect: databaseLogExports is empty, and searchEnabled is off\n/,
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
    "a key without a bucket of your own",
    { bucketKeyArns: key },
    /bucketKeyArns: has no effect without a data bucket of your own.*\n fix: pulumi config rm bucketKeyArns$/,
  ],
  [
    "a key of your own bucket in another region",
    { bucketCheckpointName: "mine", bucketKeyArns: elsewhere },
    /^bucketKeyArns: found .*, which is in eu-west-1; allowed: one in eu-central-1$/,
  ],
  [
    "a retention in your own bucket for logs",
    { bucketLogsName: "mine", bucketLogRetentionDays: 30 },
    /^bucketLogRetentionDays: set beside bucketLogsName, which is yours to empty/,
  ],
  [
    "old versions in buckets that are all your own",
    {
      bucketCheckpointName: "mine-1",
      bucketPolicyName: "mine-2",
      bucketMetadataName: "mine-3",
      bucketEventsName: "mine-4",
      bucketLogsName: "mine-5",
      bucketNoncurrentDays: 7,
    },
    /^bucketNoncurrentDays: has no effect: all buckets are yours\n/,
  ],
  [
    "an S3 action on buckets, which does nothing for objects",
    { bucketExtraActions: "s3:DeleteBucket" },
    /^bucketExtraActions: found "s3:DeleteBucket", .*; allowed: .*S3 actions on objects/,
  ],
  [
    "an S3 action that there isn't",
    { bucketExtraActions: "s3:GetObjectVersionn" },
    /^bucketExtraActions: found "s3:GetObjectVersionn", .*\n fix: pulumi config set bucketExtraActions s3:GetObjectVersion$/,
  ],
  [
    "an S3 action that the service has anyway",
    { bucketExtraActions: "s3:GetObject,s3:GetObjectTagging" },
    /^bucketExtraActions: found s3:GetObject, which the service may do .*\n fix: .*bucketExtraActions s3:GetObjectTagging$/,
  ],
  [
    "a key of the bucket for logs, which is encrypted by S3",
    { bucketLogsName: "mine", bucketKeyArns: key },
    /^bucketKeyArns: has no effect without a data bucket of your own/,
  ],
  [
    "all S3 actions",
    { bucketExtraActions: "s3:*" },
    /bucketExtraActions: found "s3:\*", .*; allowed: .*each by its full name/,
  ],
  ["a lock mode without days", { bucketObjectLockMode: "COMPLIANCE" }, /bucketObjectLockMode: has no effect without/],
  [
    "a lock on a bucket of your own",
    { bucketObjectLockDays: 5, bucketCheckpointName: "mine" },
    /bucketObjectLockDays: is for the installation's own bucket/,
  ],
  [
    "copies in the same region",
    { bucketReplicationRegion: "eu-central-1" },
    /bucketReplicationRegion: found eu-central-1, the/,
  ],
  [
    "copies in a region that is misspelt",
    { bucketReplicationRegion: "eu-wst-1" },
    /^bucketReplicationRegion: found "eu-wst-1"; .*\n fix: pulumi config set bucketReplicationRegion eu-west-1$/,
  ],
  [
    "copies in another partition",
    { bucketReplicationRegion: "us-gov-west-1" },
    /^bucketReplicationRegion: found us-gov-west-1, in the partition aws-us-gov; allowed: a region in that of eu-central-1, aws$/,
  ],
  [
    "copies of a bucket of your own",
    {
      bucketReplicationRegion: "eu-west-1",
      bucketCheckpointName: "mine-1",
      bucketPolicyName: "mine-2",
      bucketMetadataName: "mine-3",
      bucketEventsName: "mine-4",
    },
    /^bucketReplicationRegion: has no effect: all data buckets are yours, and yours to copy/,
  ],
  [
    "a key for copies in another partition",
    { bucketReplicationRegion: "eu-west-1", bucketReplicationKeyArn: elsewhere.replace("aws", "aws-cn") },
    /^bucketReplicationKeyArn: found .*; eu-west-1 is in the partition aws, where/,
  ],
  [
    "a key for copies in the wrong region",
    { bucketReplicationRegion: "eu-west-1", bucketReplicationKeyArn: key },
    /bucketReplicationKeyArn: found .*, which is in eu-central-1; allowed: one in eu-west-1/,
  ],
  ["a key for copies alone", { bucketReplicationKeyArn: key }, /bucketReplicationKeyArn: has no effect without/],
  // Search
  ["a search setting without search", { searchVolumeGb: 20 }, /searchVolumeGb: has no effect without searchEnabled/],
  [
    "a search setting without search, even where it says what is so by default",
    { searchMasterType: "m6g.large.search" },
    /^searchMasterType: has no effect without searchEnabled\n/,
  ],
  [
    "a type for masters that there are none of in the size",
    { searchEnabled: true, searchMasterType: "m6g.xlarge.search" },
    /^searchMasterType: has no effect: searchMasterCount is 0\n/,
  ],
  ["OpenSearch 1", { searchEnabled: true, searchEngineVersion: "OpenSearch_1.3" }, /searchEngineVersion: found .*2\.x/],
  [
    "nodes that don't fill the zones",
    { searchEnabled: true, searchZoneCount: 2, searchInstanceCount: 3 },
    /searchInstanceCount: found 3; allowed: a multiple of searchZoneCount, 2/,
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
    { searchEnabled: true, searchMasterCount: 3, searchMasterType: "t2.medium.search" },
    /searchMasterType: found t2\.medium\.search, whose disks AWS can't encrypt/,
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
    /endpointsElsewhere: found "kms,s4", .*; allowed: .*names among s3, ecr\.api/,
  ],
  [
    "an account that endpoints trust by name",
    { endpointsEnabled: true, endpointsTrustedAccountIds: "build" },
    /endpointsTrustedAccountIds: found "build", .*; allowed: .*12 digits/,
  ],
  [
    "an endpoint to make that is elsewhere",
    { endpointsEnabled: true, endpointsExtraServices: "sts,sns", endpointsElsewhere: "sns" },
    /^endpointsExtraServices: found sns, which endpointsElsewhere names too/,
  ],
  [
    "trust in the installation's own account",
    { accountId: "111122223333", endpointsEnabled: true, endpointsTrustedAccountIds: "111122223333" },
    /^endpointsTrustedAccountIds: found 111122223333, the installation's own account/,
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
    /backupSchedule: found "daily", .*; allowed: a cron/,
  ],
  [
    "a schedule on a day that no month has",
    { backupEnabled: true, backupSchedule: "cron(0 5 32 * ? *)" },
    /backupSchedule: found "cron\(0 5 32 \* \? \*\)", .*"32" for the day of the month.*; allowed: a cron/,
  ],
  [
    "a schedule as Unix has it",
    { backupEnabled: true, backupSchedule: "0 5 * * *" },
    /^backupSchedule: found "0 5 \* \* \*", .*\n fix: pulumi config set backupSchedule 'cron\(0 5 \* \* \? \*\)'$/,
  ],
  [
    "a schedule more than once an hour, which AWS Backup doesn't have",
    { backupEnabled: true, backupSchedule: "cron(0/5 * * * ? *)" },
    /^backupSchedule: found .*, 12 times in an hour; .*\n fix: pulumi config set backupSchedule 'cron\(0 \* \* \* \? \*\)'$/,
  ],
  [
    "a schedule of the past",
    { backupEnabled: true, backupSchedule: "cron(0 5 1 1 ? 2020)" },
    /^backupSchedule: found cron\(0 5 1 1 \? 2020\), on no day from today on$/,
  ],
  [
    "a schedule on a day that February never has",
    { backupEnabled: true, backupSchedule: "cron(0 5 30 2 ? *)" },
    /^backupSchedule: found .*, on no day from today on$/,
  ],
  [
    "copies of backups in another partition",
    { backupEnabled: true, backupCopyVaultArn: "arn:aws-cn:backup:cn-north-1:111122223333:backup-vault:x1" },
    /^backupCopyVaultArn: found .*, in the partition aws-cn; allowed: a vault in that of eu-central-1, aws$/,
  ],
  [
    "backups shorter than the lock",
    { backupEnabled: true, backupRetentionDays: 7, backupLockMinDays: 14 },
    /backupRetentionDays: found 7; the lock of the vault takes backups of 14 to 36500 days only\n fix: pulumi config set backupRetentionDays 14$/,
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
  for (const [name, config] of Object.entries(configurations)) {
    it(`is taken: ${name}`, () => {
      expect(refusals(config)).to.deep.equal([]);
      expect(warnings(config)).to.deep.equal([]);
    });
  }

  for (const size of sizes) {
    it(`may leave everything to the size ${size}`, () => {
      const config = { size, databaseServerless: true, searchEnabled: true, backupEnabled: true };
      expect(refusals(config)).to.deep.equal([]);
      expect(warnings(config)).to.deep.equal([]);
    });
  }

  for (const { partition, region } of Object.values(partitions)) {
    it(`may name what lies in the partition ${partition}, and in the region where it has to be`, () => {
      const arn = (service: string, rest: string, there: string = region): string =>
        `arn:${partition}:${service}:${there}:111122223333:${rest}`;
      const there = { "eu-central-1": "eu-west-1", "us-gov-west-1": "us-gov-east-1", "cn-north-1": "cn-northwest-1" }[
        region
      ];
      const config = {
        "aws:region": region,
        accountId: "111122223333",
        permissionsBoundaryArn: `arn:${partition}:iam::111122223333:policy/boundary`,
        serviceKeyId: arn("kms", keyId),
        dataKeyId: arn("kms", "alias/data"),
        databaseEventTopicArn: arn("sns", "operations"),
        databaseRestoreFromSnapshot: arn("rds", "cluster-snapshot:before"),
        bucketReplicationRegion: there,
        bucketReplicationKeyArn: arn("kms", keyId, there),
        backupEnabled: true,
        backupCopyVaultArn: arn("backup", "backup-vault:copies", there),
      };
      expect(refusals(config)).to.deep.equal([]);
    });
  }

  it("may copy its own data buckets beside some of yours, and keep the certificate of a former authority", () => {
    for (const existing of [{ bucketLogsName: "mine" }, { bucketEventsName: "mine" }]) {
      expect(refusals({ bucketReplicationRegion: "eu-west-1", ...existing })).to.deep.equal([]);
    }
    const config = { databaseCaCertificate: authorities.expired + authorities.here };
    expect([refusals(config), warnings(config)]).to.deep.equal([[], []]);
  });

  it("may have an empty list of keys where it has no bucket of yours", () => {
    expect(refusals({ bucketKeyArns: [] })).to.deep.equal([]);
  });

  it("may have AWS's own policy as its boundary", () => {
    const permissionsBoundaryArn = "arn:aws:iam::aws:policy/PowerUserAccess";
    expect(refusals({ accountId: "111122223333", permissionsBoundaryArn })).to.deep.equal([]);
  });

  it("may have the tag Name, which organisations demand, and tags of snapshots in other letters", () => {
    expect(refusals({ tags: { Name: "pulumi", "Upgrade-From": "2025" } })).to.deep.equal([]);
  });
});

/** What somebody typed, and what the refusal says to type. */
const suggestions: [string, string, string][] = [
  ["name", "Pulumi", "pulumi"],
  ["size", "Medium", "medium"],
  ["ephemeral", "yes", "true"],
  ["accountId", "1111-2222-3333", "111122223333"],
  ["serviceKeyId", "service", "alias/service"],
  ["serviceKeyId", `" ${key} "`, key],
  ["logRetentionDays", "1 year", "365"],
  ["logRetentionDays", "7y", "2557"],
  ["vpcId", `${arnOf("ec2", "vpc/vpc-0a1b2c3d")}`, "vpc-0a1b2c3d"],
  ["publicSubnetIds", "subnet-0a1b2c3d subnet-1a2b3c4d", "subnet-0a1b2c3d,subnet-1a2b3c4d"],
  ["publicSubnetIds", "[subnet-0a1b2c3d, subnet-1a2b3c4d]", "subnet-0a1b2c3d,subnet-1a2b3c4d"],
  ["databaseInstanceClass", "db.R6G.large", "db.r6g.large"],
  ["databaseInstanceClass", "r6g.2xlarge", "db.r6g.2xlarge"],
  ["databaseEngineVersion", "3.10.4", "8.0.mysql_aurora.3.10.4"],
  ["databaseBackupRetentionDays", "30 days", "30"],
  ["databaseBackupRetentionDays", "2 weeks", "14"],
  ["databaseBackupWindow", "3:00 - 4:00", "03:00-04:00"],
  ["databaseMaintenanceWindow", "Sunday 4:30 - Sunday 5:30", "sun:04:30-sun:05:30"],
  ["databaseLogExports", "audit,errors", "audit,error"],
  ["databaseSlowQuerySeconds", "2s", "2"],
  ["bucketCheckpointName", "s3://mine/", "mine"],
  ["bucketCheckpointName", "arn:aws:s3:::mine", "mine"],
  ["bucketCheckpointName", "https://mine.s3.amazonaws.com", "mine"],
  ["databaseMonitoringSeconds", "60s", "60"],
  ["bucketObjectLockMode", "compliance", "COMPLIANCE"],
  ["bucketReplicationRegion", "EU-West-1", "eu-west-1"],
  ["searchEngineVersion", "2.13", "OpenSearch_2.13"],
  ["searchInstanceType", "m6g.large", "m6g.large.search"],
  ["searchVolumeGb", "20 GB", "20"],
  ["endpointsExtraServices", "Monitoring", "monitoring"],
];

describe("A refusal", () => {
  for (const [setting, typed, meant] of suggestions) {
    it(`of ${setting} ${typed} says to type ${meant}`, () => {
      const config = readConfig(foundWith({ [setting]: typed }));
      expect(config.problems.find((problem) => problem.key === setting)?.fix).to.equal(
        `pulumi config set ${setting} ${meant}`,
      );
    });
  }

  it("of something that is elsewhere says no more of it: nobody looks there for it", () => {
    const { config } = readConfig(foundWith({ serviceKeyId: elsewhere, bucketReplicationRegion: "us-gov-west-1" }));
    expect(() => config.serviceKeyId).to.throw("isn't known");
    expect(() => config.bucketReplicationRegion).to.throw("isn't known");
    expect(config.vpcId).to.equal(vpcId);
  });

  it("has no example for a fix, which would take the place of what was typed", () => {
    for (const [key, typed] of [
      ["aws:region", "us-gov-west"],
      ["accountId", "11112222333"],
      ["tags", '{"aws:x":"x"}'],
      ["endpointsExtraServices", "ec2"],
    ] as const) {
      const { problems } = readConfig(foundWith({ [key]: typed }));
      const own = problems.filter((problem) => problem.key === key);
      expect(own[0]?.reason, key).to.match(/^found /);
      expect(own[0]?.fix, key).to.equal(undefined);
    }
  });

  it("is not of what is set to nothing beside a feature that is off", () => {
    const off = { publicSubnetsBehindFirewall: false, endpointsExtraServices: [], databaseEventEmails: [] };
    expect(refusals({ ...off, databaseEvents: false })).to.deep.equal([]);
  });

  it("never says the opposite of what was typed, or what is so by default", () => {
    for (const typed of ["perhaps", "2", ""]) {
      expect(refusals({ ephemeral: typed })).to.deep.equal([
        `ephemeral: found ${JSON.stringify(typed)}; allowed: true or false`,
      ]);
    }
    expect(refusals({ databaseServerless: "maybe" }).join()).to.not.contain("fix");
  });

  it("of one setting leaves the others to be found too", () => {
    const mistakes: Values = {
      "aws:region": "Frankfurt",
      name: "-",
      size: "huge",
      vpcId: "main",
      databasePort: 1,
      databaseBackupWindow: "03:00-03:10",
      databaseServerless: true,
      databaseMinCapacity: 8,
      databaseMaxCapacity: 4,
      databaseParameters: { sql_mode: "x" },
      backupRetentionDays: 7,
      searchVolumeGb: 20,
    };
    const found = refusals(mistakes).map((each) => each.split(":")[0]);
    expect(found).to.have.members([
      ...["aws", "name", "size", "vpcId", "databasePort", "databaseBackupWindow", "databaseMaxCapacity"],
      ...["databaseParameters", "backupRetentionDays", "searchVolumeGb"],
    ]);
  });
});

describe("A warning, which stops nobody,", () => {
  const cases: [string, Values, RegExp][] = [
    [
      "is given for backups that end with a year",
      { backupEnabled: true, backupSchedule: "cron(0 5 1 1 ? 2050)" },
      /^backupSchedule: found .*, for the last time on 2050-01-01; after that day there are no backups$/,
    ],
    [
      "is given for certificates of authorities that aren't RDS's",
      { databaseCaCertificate: authorities.other },
      /^databaseCaCertificate: found no authority of RDS, .*\n fix: .* < eu-central-1-bundle\.pem$/,
    ],
    [
      "is given for certificates of RDS in another region",
      { databaseCaCertificate: authorities.elsewhere },
      /^databaseCaCertificate: found authorities of RDS in us-east-1 only, but the database in eu-central-1 /,
    ],
    [
      "is given for as long as another service key would be taken",
      { confirmServiceKeyChange: true },
      /^confirmServiceKeyChange: found true, .*\n fix: after the deployment: pulumi config rm confirmServiceKeyChange$/,
    ],
    [
      "is given for backups that expire before the next one",
      { backupEnabled: true, backupSchedule: "cron(0 5 1 * ? *)", backupRetentionDays: 7 },
      /^backupRetentionDays: found 7, but from one backup to the next it takes up to 31 days/,
    ],
    [
      "is given for a serverless database too small for Performance Insights",
      { databaseServerless: true, databaseMinCapacity: 0.5 },
      /^databaseMinCapacity: found 0\.5; with databasePerformanceInsights on, AWS advises 2 or more/,
    ],
  ];
  for (const [title, config, sentence] of cases) {
    it(title, () => {
      expect(refusals(config)).to.deep.equal([]);
      expect(warnings(config)).to.have.length(1);
      expect(warnings(config)[0]).to.match(sentence);
    });
  }
});

describe("A configuration with a mistake", () => {
  for (const [mistake, config, sentence] of mistakes) {
    it(`is refused: ${mistake}`, () => {
      const [problem, ...others] = refusals(config);
      expect(problem).to.match(sentence);
      expect(problem).to.not.match(/<\w+>/, "what to type is named");
      expect(others).to.deep.equal([]);
    });
  }

  it("is refused by the program with every problem at once, each with its remedy, before anything is made", async () => {
    const message = await refusal({
      config: {
        vpcId: undefined,
        size: "Small",
        databasePort: 1,
        nonsense: 1,
        databaseEvents: false,
        databaseEventEmails: "a@b.c",
      },
    });
    expect(message).to.match(/^The configuration of selfhosted-infrastructure, stack prod, has 5 problems:/);
    expect(message.match(/\n +fix: /g)).to.have.length(4);
  });
});
