import { type ConfigProblem, setCommand } from "@selfhosted/common";
import { type ExistingBucket, type Use, uses } from "./facts";
import { type Part, type Setting, setting } from "./part";

/** What is configured of the buckets already. */
export interface BucketConfig {
  region: string;
  bucketNoncurrentDays: number;
}

/** Takes the buckets over, with what they hold. */
export function planBuckets(
  buckets: Partial<Record<Use, ExistingBucket>>,
  { region, bucketNoncurrentDays: days }: BucketConfig,
): Part {
  const found = uses.flatMap((use) => {
    const bucket = buckets[use];
    return bucket === undefined ? [] : [{ use, bucket }];
  });
  const keys = [...new Set(found.flatMap(({ bucket }) => bucket.keyArn ?? []))];
  return {
    problems: found.flatMap(({ use, bucket }) => problemsOf(use, bucket, region)),
    settings: [
      ...found.flatMap(({ use, bucket }) => [
        setting(
          `resourceOverrides["buckets-${use}-bucket"].bucket`,
          bucket.name,
          "AWS renames no bucket, and a new one would be empty",
          { isPath: true },
        ),
        ...encryptionOf(use, bucket),
      ]),
      ...(keys.length > 0
        ? [setting("bucketKeyArns", keys.join(","), "what the buckets hold stays encrypted with it")]
        : []),
    ],
    imports: found.map(({ use, bucket }) => ({
      name: `buckets-${use}-bucket`,
      type: "aws:s3/bucket:Bucket",
      id: bucket.name,
    })),
    changes: found.flatMap(({ bucket }) => changesOf(bucket, days)),
  };
}

/** The services that write to a bucket now may not use the data key: with it, they could neither write nor read any more. */
function encryptionOf(use: Use, { algorithm, keyArn }: ExistingBucket): Setting[] {
  const rule = `${encryptionOverride(use)}.rules[0].applyServerSideEncryptionByDefault`;
  const because = "until the old services are gone, which may not use the data key";
  return [
    setting(`${rule}.sseAlgorithm`, algorithm, because, { isPath: true }),
    ...(keyArn === undefined ? [] : [setting(`${rule}.kmsMasterKeyId`, keyArn, because, { isPath: true })]),
  ];
}

/** The path of the setting with which a bucket keeps its encryption. */
export function encryptionOverride(use: string): string {
  return `resourceOverrides["buckets-${use}-encryption"]`;
}

function problemsOf(use: Use, bucket: ExistingBucket, region: string): ConfigProblem[] {
  const { name, grants } = bucket;
  const key = `${use}Bucket`;
  if (bucket.region === undefined) {
    return [{ key, reason: `there is no bucket ${name}`, fix: "name the bucket that the service uses" }];
  }
  if (!bucket.isReadable) {
    const fix = "use credentials that may read its settings";
    return [{ key, reason: `${name} can't be read: it is another account's, or the credentials don't allow it`, fix }];
  }
  if (bucket.region !== region) {
    return [{ key, reason: `${name} is in region ${bucket.region}; allowed: a bucket in ${region}` }];
  }
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/ensure-object-ownership.html
  return grants > 0
    ? [
        {
          key,
          reason: `${name} has an access control list that lets others in (${grants}), with which S3 doesn't turn such lists off`,
          fix: `grant what is needed in another way; then: aws s3api put-bucket-acl --bucket ${name} --acl private`,
        },
      ]
    : [];
}

function changesOf({ name, versioned, ...bucket }: ExistingBucket, days: number): string[] {
  const rules = `rules ${bucket.lifecycleRules > 0 ? "IN PLACE OF those that it has" : "of its own"}`;
  return [
    ...(versioned ? [] : [`${name}: versioned`]),
    ...(bucket.closed ? [] : [`${name}: closed to the public`]),
    `${name}: reached by TLS only${bucket.hasPolicy ? ", by a policy IN PLACE OF the one that it has" : ""}`,
    `${name}: old versions of more than ${days} days are DELETED, by ${rules}; to keep them longer: ${setCommand("bucketNoncurrentDays", "…")}`,
    ...(bucket.logsTo === undefined
      ? []
      : [`${name}: accesses are logged to the installation's bucket, not ${bucket.logsTo}`]),
  ];
}
