import type {
  DefaultRetention,
  PublicAccessBlockConfiguration,
  S3,
  ServerSideEncryptionRule,
} from "@aws-sdk/client-s3";
import { type InfrastructureOutputs, type ObjectLock, unlessError } from "@selfhosted/common";
import { type CheckResult, checkResult, runCheck } from "../report";
import { checkReplication, describeReplication } from "./replication";

/** A bucket as S3 describes it. */
export interface DescribedBucket {
  /** `Enabled`, `Suspended`, or nothing where it never was. */
  versioning: string | undefined;
  encryption: ServerSideEncryptionRule[];
  publicAccessBlock: PublicAccessBlockConfiguration;
}

/** Every bucket exists, keeps old versions, is encrypted, is closed to the public, and is copied where it should be. */
export async function checkBuckets(
  s3: S3,
  { buckets, checkpointLock, copies }: Pick<InfrastructureOutputs, "buckets" | "checkpointLock" | "copies">,
): Promise<CheckResult[]> {
  const copyOf: Record<string, string | undefined> = { ...copies?.buckets };
  const found = await Promise.all(
    Object.entries(buckets as unknown as Record<string, string>).map(([use, bucket]) =>
      runCheck(`${use} bucket`, async () => {
        const copy = copyOf[use];
        return [
          checkBucket(use, bucket, await describeBucket(s3, bucket)),
          ...(copy === undefined
            ? []
            : [checkReplication(use, { original: bucket, copy }, await describeReplication(s3, bucket))]),
        ];
      }),
    ),
  );
  const lock =
    checkpointLock === undefined
      ? []
      : await runCheck("checkpoint bucket lock", async () => [
          checkLock(checkpointLock, await retentionOf(s3, buckets.checkpoint)),
        ]);
  return [...found.flat(), ...lock];
}

/** How Object Lock keeps what is written to a bucket; undefined where it keeps nothing. */
async function retentionOf(s3: S3, Bucket: string): Promise<DefaultRetention | undefined> {
  const found = await unlessError(/^ObjectLockConfigurationNotFoundError$/, s3.getObjectLockConfiguration({ Bucket }));
  return found?.ObjectLockConfiguration?.Rule?.DefaultRetention;
}

export function checkLock(wanted: ObjectLock, retention: DefaultRetention | undefined): CheckResult {
  const { Mode: mode, Days, Years } = retention ?? {};
  // S3 keeps the one or the other.
  const days = Days ?? (Years ?? 0) * 365;
  const isLocked = mode !== undefined && days > 0;
  return checkResult(
    "checkpoint bucket lock",
    isLocked && days >= wanted.days && (mode === "COMPLIANCE" || wanted.mode === "GOVERNANCE"),
    isLocked ? `keeps each version for ${days} days in ${mode} mode` : "new versions are NOT locked",
    `to ${wanted.days} days in ${wanted.mode} mode: \`pulumi refresh\` and \`pulumi up\` in infrastructure/; then see in ` +
      "CloudTrail who changed it",
  );
}

async function describeBucket(s3: S3, Bucket: string): Promise<DescribedBucket> {
  // S3 answers a setting that was never made with an error.
  const [versioning, encryption, block] = await Promise.all([
    s3.getBucketVersioning({ Bucket }),
    unlessError(/^ServerSideEncryptionConfigurationNotFoundError$/, s3.getBucketEncryption({ Bucket })),
    unlessError(/^NoSuchPublicAccessBlockConfiguration$/, s3.getPublicAccessBlock({ Bucket })),
  ]);
  return {
    versioning: versioning.Status,
    encryption: encryption?.ServerSideEncryptionConfiguration?.Rules ?? [],
    publicAccessBlock: block?.PublicAccessBlockConfiguration ?? {},
  };
}

/** Days that a bucket keeps old versions at least, by its lifecycle; Infinity where none expires. */
export async function daysOfOldVersions(s3: S3, Bucket: string): Promise<number> {
  const found = await unlessError(/^NoSuchLifecycleConfiguration$/, s3.getBucketLifecycleConfiguration({ Bucket }));
  const enabled = (found?.Rules ?? []).filter(({ Status }) => Status === "Enabled");
  const days = enabled.flatMap(({ NoncurrentVersionExpiration: expiration }) => expiration?.NoncurrentDays ?? []);
  return Math.min(...days, Infinity);
}

export function checkBucket(use: string, bucket: string, described: DescribedBucket): CheckResult {
  const { BlockPublicAcls, BlockPublicPolicy, IgnorePublicAcls, RestrictPublicBuckets } = described.publicAccessBlock;
  const algorithm = described.encryption[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm;
  const isPrivate = BlockPublicAcls && BlockPublicPolicy && IgnorePublicAcls && RestrictPublicBuckets;
  const isVersioned = described.versioning === "Enabled";
  return checkResult(
    `${use} bucket`,
    isPrivate === true && isVersioned && algorithm !== undefined,
    [
      bucket,
      isVersioned ? "versioned" : "NOT versioned",
      algorithm === undefined ? "NOT encrypted" : `encrypted (${algorithm})`,
      isPrivate ? "private" : "public access NOT blocked",
    ].join(", "),
    "`pulumi refresh` and `pulumi up` in infrastructure/ puts its protection back; then see in CloudTrail who took it away",
  );
}
