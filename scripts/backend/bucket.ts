import type { LifecycleRule, PublicAccessBlockConfiguration, S3, ServerSideEncryptionRule } from "@aws-sdk/client-s3";
import { findBucket, isDenied, unlessError } from "@selfhosted/common";
import type { Place } from "./place";
import { parsePolicy, type Policy } from "./policy";
import { isTagged } from "./tags";

/** A bucket of this account, as S3 describes it. */
export interface FoundBucket {
  region: string;
  /** Made by this command, or empty: nobody's settings are lost where it is set up. */
  isOwn: boolean;
  tags: Record<string, string>;
  versioning: string | undefined;
  encryption: ServerSideEncryptionRule | undefined;
  publicAccessBlock: PublicAccessBlockConfiguration;
  ownership: string | undefined;
  policy: Policy;
  lifecycle: LifecycleRule[];
}

export const newBucket = (region: string): FoundBucket => ({
  ...{ region, isOwn: true, tags: {}, versioning: undefined, encryption: undefined, ownership: undefined },
  ...{ publicAccessBlock: {}, policy: parsePolicy(undefined), lifecycle: [] },
});

/** What every request has: it fails where the bucket has become that of another account. */
export const requestFor = ({ bucket, location }: Place) => ({
  Bucket: bucket,
  ExpectedBucketOwner: location.accountId,
});

/** The bucket; undefined where there is none of this name, `foreign` where it isn't the account's or can't be read. */
export async function describeBucket(s3: S3, place: Place): Promise<FoundBucket | "foreign" | undefined> {
  const { bucket, location } = place;
  const found = await unlessError(/^(NotFound|NoSuchBucket)$/, findBucket(s3, bucket, location.region));
  if (found === undefined) {
    return undefined;
  }
  if (!found.isReadable) {
    return "foreign";
  }
  if (found.region !== location.region) {
    return { ...newBucket(found.region), isOwn: false };
  }
  const request = requestFor(place);
  try {
    await s3.headBucket(request);
  } catch (error) {
    if (isDenied(error) || (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 403) {
      return "foreign";
    }
    throw error;
  }
  return describeOwn(s3, request, found.region);
}

async function describeOwn(s3: S3, request: ReturnType<typeof requestFor>, region: string): Promise<FoundBucket> {
  // S3 answers a setting that was never made with an error.
  const [objects, tags, versioning, encryption, block, ownership, policy, lifecycle] = await Promise.all([
    s3.listObjectVersions({ ...request, MaxKeys: 1 }),
    unlessError(/^NoSuchTagSet$/, s3.getBucketTagging(request)),
    s3.getBucketVersioning(request),
    unlessError(/^ServerSideEncryptionConfigurationNotFoundError$/, s3.getBucketEncryption(request)),
    unlessError(/^NoSuchPublicAccessBlockConfiguration$/, s3.getPublicAccessBlock(request)),
    unlessError(/^OwnershipControlsNotFoundError$/, s3.getBucketOwnershipControls(request)),
    unlessError(/^NoSuchBucketPolicy$/, s3.getBucketPolicy(request)),
    unlessError(/^NoSuchLifecycleConfiguration$/, s3.getBucketLifecycleConfiguration(request)),
  ]);
  const tagged = Object.fromEntries((tags?.TagSet ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
  const isEmpty = [objects.Versions, objects.DeleteMarkers].every((each = []) => each.length === 0);
  return {
    region,
    isOwn: isEmpty || isTagged(tagged),
    tags: tagged,
    versioning: versioning.Status,
    encryption: encryption?.ServerSideEncryptionConfiguration?.Rules?.[0],
    publicAccessBlock: block?.PublicAccessBlockConfiguration ?? {},
    ownership: ownership?.OwnershipControls?.Rules?.[0]?.ObjectOwnership,
    policy: parsePolicy(policy?.Policy),
    lifecycle: lifecycle?.Rules ?? [],
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html: us-east-1 is the one region that has no name there. */
export async function createBucket(s3: S3, { bucket, location: { region } }: Place): Promise<void> {
  const LocationConstraint = region as "eu-central-1";
  await s3.createBucket({
    Bucket: bucket,
    ...(region !== "us-east-1" && { CreateBucketConfiguration: { LocationConstraint } }),
  });
}
