import type {
  DefaultRetention,
  PublicAccessBlockConfiguration,
  S3,
  ServerSideEncryptionRule,
} from "@aws-sdk/client-s3";
import type { InfrastructureOutputs, ObjectLock } from "@selfhosted/common";
import { checkReplication } from "./replication";
import { examine, finding, type Finding } from "../report";

/** What AWS tells of a bucket. */
export interface BucketFacts {
  /** `Enabled`, `Suspended`, or nothing where it never was. */
  versioning: string | undefined;
  encryption: ServerSideEncryptionRule[];
  publicAccessBlock: PublicAccessBlockConfiguration;
}

/** Every bucket exists, keeps old versions, is encrypted, is closed to the public, and is copied where it should be. */
export async function checkBuckets(
  s3: S3,
  { buckets, checkpointLock, copies }: Pick<InfrastructureOutputs, "buckets" | "checkpointLock" | "copies">,
): Promise<Finding[]> {
  const copyOf: Record<string, string | undefined> = { ...copies?.buckets };
  const found = await Promise.all(
    Object.entries(buckets as unknown as Record<string, string>).map(([use, bucket]) =>
      examine(`${use} bucket`, async () => {
        const copy = copyOf[use];
        return [
          judgeBucket(use, bucket, await lookAtBucket(s3, bucket)),
          ...(copy === undefined ? [] : [await checkReplication(s3, use, bucket, copy)]),
        ];
      }),
    ),
  );
  const lock =
    checkpointLock === undefined
      ? []
      : await examine("checkpoint bucket lock", async () => [
          lockFinding(checkpointLock, await retentionOf(s3, buckets.checkpoint)),
        ]);
  return [...found.flat(), ...lock];
}

/** How Object Lock keeps what is written to a bucket; undefined where it keeps nothing. */
async function retentionOf(s3: S3, Bucket: string): Promise<DefaultRetention | undefined> {
  const found = await s3.getObjectLockConfiguration({ Bucket }).catch(absent("ObjectLockConfigurationNotFoundError"));
  return found?.ObjectLockConfiguration?.Rule?.DefaultRetention;
}

export function lockFinding(wanted: ObjectLock, retention: DefaultRetention | undefined): Finding {
  const { Mode: mode, Days, Years } = retention ?? {};
  // S3 keeps the one or the other.
  const days = Days ?? (Years ?? 0) * 365;
  const isLocked = mode !== undefined && days > 0;
  return finding(
    "checkpoint bucket lock",
    isLocked && days >= wanted.days && (mode === "COMPLIANCE" || wanted.mode === "GOVERNANCE"),
    isLocked ? `keeps each version for ${days} days in ${mode} mode` : "new versions are NOT locked",
    `to ${wanted.days} days in ${wanted.mode} mode: \`pulumi refresh\` and \`pulumi up\` in infrastructure/; then see in ` +
      "CloudTrail who changed it",
  );
}

async function lookAtBucket(s3: S3, Bucket: string): Promise<BucketFacts> {
  const [versioning, encryption, block] = await Promise.all([
    s3.getBucketVersioning({ Bucket }),
    s3.getBucketEncryption({ Bucket }).catch(absent("ServerSideEncryptionConfigurationNotFoundError")),
    s3.getPublicAccessBlock({ Bucket }).catch(absent("NoSuchPublicAccessBlockConfiguration")),
  ]);
  return {
    versioning: versioning.Status,
    encryption: encryption?.ServerSideEncryptionConfiguration?.Rules ?? [],
    publicAccessBlock: block?.PublicAccessBlockConfiguration ?? {},
  };
}

/** S3 answers a setting that was never made with an error. */
function absent(name: string): (error: unknown) => undefined {
  return (error) => {
    if (!(error instanceof Error) || error.name !== name) {
      throw error;
    }
  };
}

export function judgeBucket(use: string, bucket: string, facts: BucketFacts): Finding {
  const { BlockPublicAcls, BlockPublicPolicy, IgnorePublicAcls, RestrictPublicBuckets } = facts.publicAccessBlock;
  const algorithm = facts.encryption[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm;
  const isPrivate = BlockPublicAcls && BlockPublicPolicy && IgnorePublicAcls && RestrictPublicBuckets;
  const isVersioned = facts.versioning === "Enabled";
  return finding(
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
