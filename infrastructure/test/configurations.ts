import type { Values } from "@selfhosted/common/testing";

/** Every optional part at once. */
export const everythingOn: Values = {
  tags: { team: "platform" },
  permissionsBoundaryArn: "arn:aws:iam::111122223333:policy/boundary",
  databaseInstanceCount: 3,
  databaseBacktrackHours: 24,
  databaseEventEmails: "operations@example.com",
  runbooksUrl: "https://git.example.com/platform/pulumi-selfhosted/blob/main/scripts/runbooks",
  bucketObjectLockDays: 7,
  bucketRequestMetrics: "all",
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
  "with existing key and buckets": {
    dataKeyId: "alias/data",
    bucketCheckpointName: "my-checkpoints",
    bucketLogsName: "my-logs",
    databaseEvents: false,
  },
};
