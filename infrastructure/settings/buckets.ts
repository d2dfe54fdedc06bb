import { choice, ConfigOf, ConfigProblem, integer, list, Rule, text } from "@selfhosted/common";
import { region } from "./installation";
import { onlyWith } from "./only-with";

const bucketName = {
  pattern: /^(?!xn--|.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
  allowed: "the name of an S3 bucket",
  optional: true,
} as const;

/** The data that the service keeps in S3. */
export const bucketsSettings = {
  bucketCheckpointName: text({
    ...bucketName,
    description:
      "Your own bucket for the stacks' state, in place of the installation's. Its protections, like those of the other buckets " +
      "you bring, are yours to set.",
  }),
  bucketPolicyName: text({ ...bucketName, description: "Your own bucket for policy packs." }),
  bucketMetadataName: text({ ...bucketName, description: "Your own bucket for the service's metadata." }),
  bucketEventsName: text({ ...bucketName, description: "Your own bucket for engine events." }),
  bucketLogsName: text({
    ...bucketName,
    description: "Your own bucket for access logs. It must admit the log delivery of S3 and of the load balancers.",
  }),
  bucketKeyArns: list({
    description: "KMS keys that encrypt buckets of your own; the service may then use them through S3.",
    example: "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-000000000000",
    pattern: /^arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+$/,
    allowed: "ARNs of KMS keys",
    default: [],
  }),
  bucketExtraActions: list({
    description:
      "More actions on objects that the service may do, should a release need them. The minimal set isn't documented by the " +
      "vendor.",
    example: "s3:GetObjectVersion",
    pattern: /^s3:[A-Z][A-Za-z]+$/,
    allowed: "S3 actions on objects, each by its full name",
    default: [],
  }),
  bucketNoncurrentDays: integer({
    description:
      "Days that an overwritten or deleted object can be brought back. Current objects never expire. The vendor advises 30.",
    default: 30,
    min: 1,
    max: 3650,
  }),
  bucketLogRetentionDays: integer({
    description: "Days that access logs are kept.",
    default: 365,
    min: 1,
    max: 3650,
  }),
  bucketObjectLockDays: integer({
    description:
      "Days that no version of a stack's state can be deleted (S3 Object Lock on the checkpoint bucket; clients write the other " +
      "buckets over pre-signed URLs, which a lock would refuse). 0 sets no lock; versions that are locked already stay so for their time.",
    default: 0,
    min: 0,
    max: 3650,
  }),
  bucketObjectLockMode: choice(["GOVERNANCE", "COMPLIANCE"], {
    description: "GOVERNANCE lets those delete who have the right to bypass the lock; COMPLIANCE lets nobody.",
    default: "GOVERNANCE",
  }),
  bucketReplicationRegion: text({
    description:
      "Copies what is written to the data buckets from now on to another region, for the loss of this one; the README has the " +
      "command for what is there already. Copies stay in AWS when this is taken out or changed.",
    example: "eu-west-1",
    pattern: /^[a-z]{2}(-[a-z]+)+-\d$/,
    allowed: "the name of a region",
    optional: true,
  }),
  bucketReplicationKeyArn: text({
    description: "KMS key in that region for the copies. Default: a key of the installation's own.",
    example: "arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-0000-0000-000000000000",
    pattern: /^arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+$/,
    allowed: "the ARN of a KMS key",
    optional: true,
  }),
};

type Config = ConfigOf<typeof bucketsSettings>;

/** Settings that name data buckets of the customer's. */
export const dataBucketKeys = [
  "bucketCheckpointName",
  "bucketPolicyName",
  "bucketMetadataName",
  "bucketEventsName",
] as const;

export const broughtBucketKeys = [...dataBucketKeys, "bucketLogsName"] as const;

export const bucketsRules: Rule<Config>[] = [
  onlyWith(bucketsSettings, "bucketReplicationRegion", ["bucketReplicationKeyArn"]),
  onlyWith(bucketsSettings, "bucketObjectLockDays", ["bucketObjectLockMode"]),
  differentBuckets,
  keysOnlyForBroughtBuckets,
  protectionsOnlyForOwnBuckets,
  replicationElsewhere,
];

function differentBuckets(config: Config): ConfigProblem[] {
  return broughtBucketKeys.flatMap((key, index) => {
    const same = broughtBucketKeys.slice(0, index).find((other) => config[other] === config[key]);
    return config[key] !== undefined && same
      ? [{ key, reason: `found ${config[key]}, which is also ${same}; each kind of data needs a bucket of its own` }]
      : [];
  });
}

function keysOnlyForBroughtBuckets(config: Config): ConfigProblem[] {
  return config.bucketKeyArns.length > 0 && broughtBucketKeys.every((key) => config[key] === undefined)
    ? [
        {
          key: "bucketKeyArns",
          reason: "has no effect without a bucket of your own; the installation's are encrypted with the data key",
          fix: "pulumi config rm bucketKeyArns",
        },
      ]
    : [];
}

function protectionsOnlyForOwnBuckets(config: Config): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  if (config.bucketObjectLockDays > 0 && config.bucketCheckpointName !== undefined) {
    problems.push({
      key: "bucketObjectLockDays",
      reason: "is for the installation's own bucket; bucketCheckpointName is yours to lock",
      fix: "pulumi config rm bucketObjectLockDays",
    });
  }
  const brought = broughtBucketKeys.filter((key) => config[key] !== undefined);
  if (config.bucketReplicationRegion !== undefined && brought.length > 0) {
    problems.push({
      key: "bucketReplicationRegion",
      reason: `is for the installation's own buckets; ${brought.join(", ")} are yours to copy`,
      fix: "pulumi config rm bucketReplicationRegion",
    });
  }
  return problems;
}

function replicationElsewhere({
  bucketReplicationRegion: there,
  bucketReplicationKeyArn: key,
}: Config): ConfigProblem[] {
  if (there === undefined) {
    return [];
  }
  if (there === region()) {
    const reason = `found ${there}, the region of the installation; allowed: another one`;
    return [{ key: "bucketReplicationRegion", reason }];
  }
  return key !== undefined && key.split(":")[3] !== there
    ? [{ key: "bucketReplicationKeyArn", reason: `the key must be in bucketReplicationRegion, ${there}` }]
    : [];
}
