import type { Found } from "@selfhosted/common";
import { partitions, subnetIds, vpcId, type Partition, type Values } from "@selfhosted/common/testing";

/** The settings without a default. */
export const required: Values = {
  vpcId,
  publicSubnetIds: subnetIds.public,
  privateSubnetIds: subnetIds.private,
  isolatedSubnetIds: subnetIds.isolated,
  serviceKeyId: "alias/service",
};

/** The configuration of a stack, as `Pulumi.<stack>.yaml` holds it: these settings over the required ones; `undefined` leaves one out. */
export function foundWith(config: Values, partition: Partition = "aws"): Found {
  const entries = Object.entries({ "aws:region": partitions[partition].region, ...required, ...config })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [
      key.includes(":") ? key : `selfhosted-infrastructure:${key}`,
      { text: typeof value === "string" ? value : JSON.stringify(value), encrypted: false },
    ]);
  return Object.fromEntries(entries) as Found;
}

/** Every optional part at once. */
export const everythingOn: Values = {
  tags: { team: "platform" },
  permissionsBoundaryArn: "arn:aws:iam::111122223333:policy/boundary",
  databaseInstanceCount: 3,
  databaseBacktrackHours: 24,
  databaseEventEmails: "operations@example.com",
  bucketObjectLockDays: 7,
  bucketReplicationRegion: "eu-west-1",
  searchEnabled: true,
  endpointsEnabled: true,
  endpointsExtraServices: ["monitoring", "dynamodb"],
  backupEnabled: true,
  backupLockMinDays: 7,
};

/** The configurations that general properties are proven for. */
export const configurations: Record<string, Values> = {
  "by default": {},
  "with everything on": everythingOn,
  "in private and throw-away": { publicSubnetIds: undefined, ephemeral: true, endpointsEnabled: true },
  "with what the customer brings": {
    dataKeyId: "alias/data",
    bucketCheckpointName: "my-checkpoints",
    bucketLogsName: "my-logs",
    databaseEvents: false,
  },
};
