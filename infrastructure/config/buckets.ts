import {
  bucketName,
  choice,
  type ConfigOf,
  integer,
  kmsKeyArn,
  list,
  notWith,
  oneOf,
  onlyWith,
  regionName,
  type Rule,
  setCommand,
  text,
} from "@selfhosted/common";
import type { InstallationConfig } from "./installation";
import { inRegion, misplaced, partitionOf } from "./placement";

const ownBucket = {
  example: "example-pulumi-data",
  shape: bucketName,
  optional: true,
  change: "What the former bucket holds isn't copied: copy it before, while nothing is written.",
} as const;

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html */
const actionsOnObjects = [
  ...["AbortMultipartUpload", "BypassGovernanceRetention", "DeleteObject", "DeleteObjectTagging"],
  ...["DeleteObjectVersion", "DeleteObjectVersionTagging", "GetObject", "GetObjectAcl", "GetObjectAttributes"],
  ...["GetObjectLegalHold", "GetObjectRetention", "GetObjectTagging", "GetObjectTorrent", "GetObjectVersion"],
  ...["GetObjectVersionAcl", "GetObjectVersionAttributes", "GetObjectVersionForReplication"],
  ...["GetObjectVersionTagging", "GetObjectVersionTorrent", "InitiateReplication", "ListMultipartUploadParts"],
  ...["ObjectOwnerOverrideToBucketOwner", "PutObject", "PutObjectAcl", "PutObjectLegalHold", "PutObjectRetention"],
  ...["PutObjectTagging", "PutObjectVersionAcl", "PutObjectVersionTagging", "ReplicateDelete", "ReplicateObject"],
  ...["ReplicateTags", "RestoreObject", "UpdateObjectEncryption"],
].map((action) => `s3:${action}`);

/** What the service does with objects in any case. */
export const serviceActions = [
  "s3:AbortMultipartUpload",
  "s3:DeleteObject",
  "s3:GetObject",
  "s3:ListMultipartUploadParts",
  "s3:PutObject",
];

const objectAction = { ...oneOf(actionsOnObjects), allowed: "S3 actions on objects, each by its full name" };

/** The data that the service keeps in S3. */
export const bucketsSettings = {
  bucketCheckpointName: text({
    ...ownBucket,
    description:
      "Your own bucket for the stacks' state, in place of the installation's. Its protections, like those of the other buckets " +
      "of your own, are yours to set.",
  }),
  bucketPolicyName: text({ ...ownBucket, description: "Your own bucket for policy packs." }),
  bucketMetadataName: text({ ...ownBucket, description: "Your own bucket for the service's metadata." }),
  bucketEventsName: text({ ...ownBucket, description: "Your own bucket for engine events." }),
  bucketLogsName: text({
    ...ownBucket,
    description: "Your own bucket for access logs. It must admit the log delivery of S3 and of the load balancers.",
  }),
  bucketKeyArns: list({
    description: "KMS keys that encrypt buckets of your own; the service may then use them through S3.",
    example: "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-000000000000",
    shape: { ...kmsKeyArn, allowed: "ARNs of KMS keys" },
    default: [],
  }),
  bucketExtraActions: list({
    description:
      "More actions on objects that the service may do, should a release need them. The minimal set isn't documented by the " +
      "vendor.",
    example: "s3:GetObjectVersion",
    shape: objectAction,
    default: [],
  }),
  bucketNoncurrentDays: integer({
    description:
      "Days that an overwritten or deleted object can be restored. Current objects never expire. The vendor advises 30.",
    default: 30,
    unit: "days",
    min: 1,
    max: 3650,
  }),
  bucketLogRetentionDays: integer({
    description: "Days that access logs are kept.",
    default: 365,
    unit: "days",
    min: 1,
    max: 3650,
  }),
  bucketObjectLockDays: integer({
    description:
      "Days that no version of a stack's state can be deleted (S3 Object Lock on the checkpoint bucket; clients write the other " +
      "buckets over pre-signed URLs, which a lock would refuse). 0 sets no lock.",
    default: 0,
    unit: "days",
    min: 0,
    max: 3650,
    change: "For what is written from then on; versions that are locked already stay so for their time.",
  }),
  bucketObjectLockMode: choice(["GOVERNANCE", "COMPLIANCE"], {
    description: "With GOVERNANCE, principals that may bypass the lock can delete; with COMPLIANCE, nobody can.",
    default: "GOVERNANCE",
    change: "For what is written from then on. What COMPLIANCE locked, nobody can delete before its time.",
  }),
  bucketReplicationRegion: text({
    description:
      "Copies what is written to the installation's own data buckets from now on to another region, for the loss of this one; scripts/runbooks/region.md " +
      "has the command for what is there already. Copies stay in AWS when this is taken out or changed.",
    example: "eu-west-1",
    shape: regionName,
    optional: true,
  }),
  bucketReplicationKeyArn: text({
    description: "KMS key in that region for the copies. Default: a key of the installation's own.",
    example: "arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-0000-0000-000000000000",
    shape: kmsKeyArn,
    optional: true,
  }),
};

export type BucketsConfig = ConfigOf<typeof bucketsSettings>;

/** Settings that name data buckets of the customer's. */
export const dataBucketKeys = [
  "bucketCheckpointName",
  "bucketPolicyName",
  "bucketMetadataName",
  "bucketEventsName",
] as const;

/** All settings that name buckets of the customer's. */
export const existingBucketKeys = [...dataBucketKeys, "bucketLogsName"] as const;

const differentBuckets: Rule<BucketsConfig> = (config) =>
  existingBucketKeys.map((key, index) => {
    const same = existingBucketKeys.slice(0, index).find((other) => config[other] === config[key]);
    return (
      config[key] !== undefined &&
      same !== undefined && {
        key,
        reason: `found ${config[key]}, which is also ${same}; each kind of data needs a bucket of its own`,
      }
    );
  });

const keysNeedBuckets: Rule<BucketsConfig & Pick<InstallationConfig, "resourceOverrides">> = (config) => {
  const key = "bucketKeyArns";
  // What a bucket holds that was taken over stays encrypted as it is.
  const isTakenOver = Object.values(config.resourceOverrides).some(({ bucket }) => bucket !== undefined);
  // S3 delivers access logs only to buckets with its own encryption, so that one for logs needs no key.
  return (
    config[key].length > 0 &&
    !isTakenOver &&
    dataBucketKeys.every((existing) => config[existing] === undefined) && {
      key,
      reason: "has no effect without a data bucket of your own; the installation's are encrypted with the data key",
      fix: `pulumi config rm ${key}`,
    }
  );
};

const oldVersionsOfOwnBuckets: Rule<BucketsConfig> = (config, raw) => {
  const key = "bucketNoncurrentDays";
  return (
    raw.has(key) &&
    existingBucketKeys.every((each) => config[each] !== undefined) && {
      key,
      reason: "has no effect: all buckets are yours",
      fix: `pulumi config rm ${key}`,
    }
  );
};

const extraActions: Rule<BucketsConfig> = ({ bucketExtraActions: found }) => {
  const key = "bucketExtraActions";
  const known = found.filter((action) => serviceActions.includes(action));
  const others = found.filter((action) => !known.includes(action));
  const fix = others.length > 0 ? setCommand(key, others.join(",")) : `pulumi config rm ${key}`;
  return (
    known.length > 0 && {
      key,
      reason: `found ${known.join(", ")}, which the service may do in any case`,
      fix,
    }
  );
};

const locksOwnBucket: Rule<BucketsConfig> = ({ bucketObjectLockDays: days, bucketCheckpointName: existing }) =>
  days > 0 &&
  existing !== undefined && {
    key: "bucketObjectLockDays",
    reason: "is for the installation's own bucket; bucketCheckpointName is yours to lock",
    fix: "pulumi config rm bucketObjectLockDays",
  };

const copiesOwnBuckets: Rule<BucketsConfig> = (config) => {
  const isNone = dataBucketKeys.every((key) => config[key] !== undefined);
  return (
    config.bucketReplicationRegion !== undefined &&
    isNone && {
      key: "bucketReplicationRegion",
      reason: "has no effect: all data buckets are yours, and yours to copy",
      fix: "pulumi config rm bucketReplicationRegion",
    }
  );
};

/** AWS copies nothing from one partition to another. */
const copiesElsewhere: Rule<BucketsConfig & Pick<InstallationConfig, "aws:region">> = ({
  "aws:region": location,
  bucketReplicationRegion: copyRegion = "",
}) => {
  const key = "bucketReplicationRegion";
  if (copyRegion === location) {
    return { key, reason: `found ${copyRegion}, the region of the installation; allowed: another one` };
  }
  const [from, to] = [partitionOf(location), partitionOf(copyRegion)];
  return (
    from !== undefined &&
    to !== undefined &&
    from !== to && {
      key,
      reason: `found ${copyRegion}, in the partition ${to}; allowed: a region in that of ${location}, ${from}`,
    }
  );
};

const copiesKeyPlaced: Rule<BucketsConfig> = ({ bucketReplicationRegion: copyRegion, bucketReplicationKeyArn: key }) =>
  copyRegion === undefined || key === undefined ? [] : misplaced("bucketReplicationKeyArn", key, copyRegion);

export const bucketsRules: Rule<BucketsConfig & Pick<InstallationConfig, "resourceOverrides">>[] = [
  onlyWith(["bucketReplicationKeyArn"], "bucketReplicationRegion"),
  onlyWith(["bucketObjectLockMode"], "bucketObjectLockDays"),
  keysNeedBuckets,
  notWith("bucketLogRetentionDays", "bucketLogsName", "is yours to empty"),
  oldVersionsOfOwnBuckets,
  extraActions,
  differentBuckets,
  locksOwnBucket,
  copiesOwnBuckets,
];

export const bucketsPlacement: Rule<BucketsConfig & Pick<InstallationConfig, "aws:region">>[] = [
  inRegion("bucketKeyArns"),
  copiesElsewhere,
  copiesKeyPlaced,
];
