import type { ServerSideEncryptionByDefault } from "@aws-sdk/client-s3";
import {
  type AwsClients,
  type Check,
  type ConfigProblem,
  explainAws,
  findBucket,
  type Location,
  lookUp,
  lookUpIfAllowed,
  nothingToCheck,
  problemIf,
  resultOf,
  setCommand,
  unlessError,
} from "@selfhosted/common";
import type { Config } from "../../config";
import { dataBucketKeys, existingBucketKeys } from "../../config/buckets";
import type { DataKeySetting, DescribeKey } from "./keys";

type BucketKey = (typeof existingBucketKeys)[number];

export interface BucketQuery {
  location: Location;
  describeKey: DescribeKey;
  dataKey: Promise<Check<DataKeySetting>>;
  /** Description of the installation's own data key. */
  ownKeyDescription: () => string;
}

/** The customer's own buckets are there, and the service can use them. */
export function lookUpBuckets(config: Config, { s3 }: AwsClients, query: BucketQuery): Promise<Check>[] {
  return existingBucketKeys.flatMap((key) => {
    const presence = lookUpPresence(config, key, s3, query.location);
    // What each of these lacks, or may not ask, leaves the others.
    const ifPresent = (aspect: string, problemsOf: (bucket: string) => Promise<ConfigProblem[]>): Promise<Check> =>
      lookUpIfAllowed(
        { name: `${aspect} of bucket ${key}`, key, what: () => `the ${aspect} of bucket ${config[key]}` },
        async () => {
          const { value: bucket } = await presence;
          return bucket === undefined ? nothingToCheck : { problems: await problemsOf(bucket) };
        },
      );
    return [
      presence,
      ifPresent("owner", (bucket) => ownerProblems(s3, key, bucket, config, query.location)),
      ifPresent("versioning", (bucket) => versioningProblems(s3, key, bucket)),
      ifPresent("encryption", (bucket) => encryptionProblems(s3, key, bucket, config, query)),
    ];
  });
}

/** The bucket is there, in the region, and the caller may use it. What it found is the bucket's name, where one is configured. */
function lookUpPresence(
  config: Config,
  key: BucketKey,
  s3: AwsClients["s3"],
  location: Location,
): Promise<Check<string>> {
  return lookUp({ name: `bucket ${key}`, key, what: () => `bucket ${config[key]}` }, async () => {
    const bucket = config[key];
    if (bucket === undefined) {
      return nothingToCheck;
    }
    const unusable = await absence(s3, key, bucket, location);
    return unusable ? { problems: [unusable] } : { detail: `${bucket} in ${location.region}`, value: bucket };
  });
}

/** Why a bucket can't be used at all. */
async function absence(
  s3: AwsClients["s3"],
  key: BucketKey,
  bucket: string,
  { region }: Location,
): Promise<ConfigProblem | undefined> {
  try {
    const { region: found, isReadable } = await findBucket(s3, bucket, region);
    if (found !== region) {
      return { key, reason: `${bucket} is in region ${found}; allowed: a bucket in ${region}` };
    }
    // Not left unchecked: data would go to the account that has taken the name.
    return isReadable
      ? undefined
      : {
          key,
          reason: `bucket ${bucket} can't be read: it is another account's, or the credentials don't allow it`,
          fix: `allow the caller s3:ListBucket on it; or, where another account has taken the name, take another bucket`,
        };
  } catch (error) {
    return statusOf(error) === 404
      ? { key, reason: `bucket ${bucket} doesn't exist`, fix: "`aws s3 ls` lists those of this account" }
      : { key, ...explainAws(error, `bucket ${bucket}`) };
  }
}

/** Of an answer without a body, S3's error has its status and not much more. */
function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}

/** S3 delivers access logs to buckets of the same account only; what else lies elsewhere, its owner can read. */
async function ownerProblems(
  s3: AwsClients["s3"],
  key: BucketKey,
  bucket: string,
  config: Config,
  { accountId }: Location,
): Promise<ConfigProblem[]> {
  try {
    await s3.headBucket({ Bucket: bucket, ExpectedBucketOwner: accountId });
    return [];
  } catch (error) {
    // The bucket can be read: only its owner is refused.
    if (statusOf(error) !== 403) {
      throw error;
    }
    const getsLogs = key === "bucketLogsName" && dataBucketKeys.some((each) => config[each] === undefined);
    return getsLogs
      ? [{ key, reason: `${bucket} is of another account; S3 delivers access logs within ${accountId} only` }]
      : [{ key, reason: `${bucket} is of another account, which can read all that is in it`, severity: "warning" }];
  }
}

async function versioningProblems(s3: AwsClients["s3"], key: BucketKey, bucket: string): Promise<ConfigProblem[]> {
  if (key === "bucketLogsName") {
    return [];
  }
  const { Status: status = "off" } = await s3.getBucketVersioning({ Bucket: bucket });
  return problemIf(status !== "Enabled", {
    key,
    reason: `versioning is ${status === "off" ? status : status.toLowerCase()} in ${bucket}: what is overwritten or deleted there is gone`,
    fix: `aws s3api put-bucket-versioning --bucket ${bucket} --versioning-configuration Status=Enabled`,
    severity: "warning",
  });
}

/** The service may use the key with which the bucket encrypts. */
async function encryptionProblems(
  s3: AwsClients["s3"],
  key: BucketKey,
  bucket: string,
  config: Config,
  query: BucketQuery,
): Promise<ConfigProblem[]> {
  const { SSEAlgorithm: algorithm = "AES256", KMSMasterKeyID: keyId } = await defaultEncryption(s3, bucket);
  if (!algorithm.startsWith("aws:kms")) {
    return [];
  }
  if (key === "bucketLogsName") {
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
    const reason = `${bucket} encrypts with a KMS key; S3 delivers access logs only to buckets with its own encryption`;
    return [{ key, reason, fix: `aws s3api delete-bucket-encryption --bucket ${bucket}`, severity: "warning" }];
  }
  // Without a name it is AWS's own key for S3, which admits all principals that may use the bucket.
  const isUsable = keyId === undefined || /alias\/aws\/s3$/.test(keyId) || config.bucketKeyArns.includes(keyId);
  return isUsable ? [] : keyProblems(keyId, bucket, config, query);
}

async function keyProblems(
  keyId: string,
  bucket: string,
  config: Config,
  { describeKey, dataKey, ownKeyDescription }: BucketQuery,
): Promise<ConfigProblem[]> {
  const { Arn: arn = keyId, KeyManager: manager, Description: description } = await describeKey(keyId);
  return problemIf(
    ![...config.bucketKeyArns, (await resultOf(dataKey)).arn].includes(arn) &&
      manager !== "AWS" &&
      description !== ownKeyDescription(),
    {
      key: "bucketKeyArns",
      reason: `${bucket} encrypts with ${arn}, which isn't among them: the service may not use it`,
      fix: setCommand("bucketKeyArns", [...config.bucketKeyArns, arn].join(",")),
    },
  );
}

async function defaultEncryption(
  s3: AwsClients["s3"],
  bucket: string,
): Promise<Partial<ServerSideEncryptionByDefault>> {
  const found = await unlessError(/NotFound/, s3.getBucketEncryption({ Bucket: bucket }));
  return found?.ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault ?? {};
}
