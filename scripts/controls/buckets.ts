import { among, type Group } from "./control";
import { statementsOf } from "./documents";
import type { Inputs, Resource, Resources, Type } from "./resources";

const bucket = "aws:s3/bucket:Bucket";
const absent = "all buckets are the customer's";

type Bucket = Resource<Inputs<typeof bucket>>;
type Part = { [T in Type]: Inputs<T> extends { bucket: string } ? T : never }[Type];

/** What a resource of its own says of a bucket. */
function part<T extends Part>(all: Resources, { bucket: name }: { bucket?: string | undefined }, type: T) {
  const parts = all.ofType(type) as Resource<{ bucket: string }>[];
  return parts.find(({ inputs }) => inputs.bucket === name)?.inputs as Inputs<T> | undefined;
}

/** A bucket that takes the logs of others: S3 and the load balancers write to it. */
function isForLogs({ inputs: { bucket: name } }: Bucket, all: Resources): boolean {
  return all.ofType("aws:s3/bucketLogging:BucketLogging").some(({ inputs }) => inputs.targetBucket === name);
}

/** A bucket that is itself a copy. */
function isCopy({ inputs: { bucket: name } }: Bucket, all: Resources): boolean {
  const configs = all.ofType("aws:s3/bucketReplicationConfig:BucketReplicationConfig");
  const destinations = configs.flatMap(({ inputs }) => inputs.rules.map(({ destination }) => destination.bucket));
  return destinations.some((arn) => arn.endsWith(`:${name}`));
}

const holdsData = (resource: Bucket, all: Resources): boolean => !isForLogs(resource, all);

export const buckets: Group = {
  title: "Buckets",
  controls: [
    {
      id: "S3.5",
      title: "TLS only",
      absent,
      looks: [
        among(bucket, (i, all) => {
          const statements = statementsOf(part(all, i, "aws:s3/bucketPolicy:BucketPolicy")?.policy ?? {});
          const denied = statements.some(
            ({ Effect, Condition }) => Effect === "Deny" && Condition?.["Bool"]?.["aws:SecureTransport"] === "false",
          );
          return !denied && "no policy denies requests without TLS";
        }),
      ],
    },
    {
      id: "S3.7",
      title: "copied to another region",
      absent,
      option: { layer: "infrastructure", settings: ["bucketReplicationRegion"] },
      looks: [
        among(
          bucket,
          (i, all) => !part(all, i, "aws:s3/bucketReplicationConfig:BucketReplicationConfig") && "isn't replicated",
          (resource, all) => holdsData(resource, all) && !isCopy(resource, all),
        ),
      ],
    },
    {
      id: "S3.8",
      title: "public access blocked",
      absent,
      looks: [
        among(bucket, (i, all) => {
          const block = part(all, i, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock");
          const isBlocked =
            block?.blockPublicAcls && block.blockPublicPolicy && block.ignorePublicAcls && block.restrictPublicBuckets;
          return !isBlocked && "public access isn't blocked";
        }),
      ],
    },
    {
      id: "S3.9",
      title: "access logged",
      absent,
      looks: [
        among(
          bucket,
          (i, all) => !part(all, i, "aws:s3/bucketLogging:BucketLogging") && "access isn't logged",
          holdsData,
        ),
      ],
    },
    {
      id: "S3.10/13",
      title: "lifecycle, unfinished uploads removed",
      absent,
      looks: [
        among(bucket, (i, all) => {
          const rules = part(all, i, "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")?.rules ?? [];
          const aborts = rules.some((rule) => rule.status === "Enabled" && rule.abortIncompleteMultipartUpload);
          return !aborts && "no lifecycle removes unfinished uploads";
        }),
      ],
    },
    {
      id: "S3.12",
      title: "no access control lists",
      absent,
      looks: [
        among(bucket, (i, all) => {
          const controls = part(all, i, "aws:s3/bucketOwnershipControls:BucketOwnershipControls");
          return controls?.rule.objectOwnership !== "BucketOwnerEnforced" && "access control lists count";
        }),
      ],
    },
    {
      id: "S3.14",
      title: "versioned",
      absent,
      looks: [
        among(bucket, (i, all) => {
          const versioning = part(all, i, "aws:s3/bucketVersioning:BucketVersioning")?.versioningConfiguration;
          return versioning?.status !== "Enabled" && "keeps no former versions";
        }),
      ],
    },
    {
      id: "S3.15",
      title: "object lock on stacks' states",
      absent,
      option: { layer: "infrastructure", settings: ["bucketObjectLockDays"] },
      looks: [
        among(
          bucket,
          (i, all) => {
            const lock = part(all, i, "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration");
            return !lock?.rule?.defaultRetention && "what is in it isn't locked";
          },
          // Clients write the others over pre-signed URLs, which a lock would refuse.
          ({ name }) => name.endsWith("-checkpoint-bucket"),
        ),
      ],
    },
    {
      id: "S3.17",
      title: "encrypted with KMS",
      absent,
      looks: [
        among(
          bucket,
          (i, all) => {
            const type = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
            const encrypted = part(all, i, type)?.rules.some(
              ({ applyServerSideEncryptionByDefault: by }) =>
                by?.sseAlgorithm.startsWith("aws:kms") && by.kmsMasterKeyId,
            );
            return !encrypted && "isn't encrypted with a key of KMS";
          },
          // S3 delivers access logs to no bucket with a key of KMS:
          // https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
          holdsData,
        ),
      ],
    },
  ],
};
