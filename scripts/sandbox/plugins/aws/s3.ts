import { type BucketLocationConstraint, S3 } from "@aws-sdk/client-s3";
import type { BucketArgs } from "@pulumi/aws/s3";
import type { Unwrap } from "@pulumi/pulumi";
import { allOf, matching, rule } from "../checks";
import type { Properties, ResourceType, Service } from "../resource";
import type { Account } from "./account";
import { unlessMissing } from "./errors";
import { lifecycle, replication } from "./s3-rules";
import {
  encryption,
  logging,
  objectLock,
  ownershipControls,
  policy,
  publicAccessBlock,
  versioning,
} from "./s3-settings";
import { taggable, type Tagged, tagList, tagMap, type Tags } from "./tags";

type BucketInputs = Omit<Tagged<Unwrap<BucketArgs>>, "bucket"> & { bucket: string };

const bucket: ResourceType<Account, BucketInputs> = {
  autoname: "bucket",
  replaceOn: ["bucket", "objectLockEnabled"],
  updateOn: ["forceDestroy"],
  check: allOf(
    matching("bucket", /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "3 to 63 lower-case letters, digits, hyphens or dots"),
    rule("bucket", (name) => {
      const isReserved = /^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|--x-s3|\.mrap)$|^\d+(\.\d+){3}$|\.\./.test(
        String(name),
      );
      return isReserved ? "must be none of the names that S3 keeps to itself" : undefined;
    }),
  ),
  find: async ({ bucket: name }, { account }) => ((await isThere(name, account)) ? name : undefined),
  async create({ bucket: Bucket, objectLockEnabled }, { account }) {
    const request = { Bucket, ObjectLockEnabledForBucket: objectLockEnabled };
    const location = { LocationConstraint: account.region as BucketLocationConstraint };
    const elsewhere = account.region === "us-east-1" ? {} : { CreateBucketConfiguration: location };
    await account.client(S3).createBucket({ ...request, ...elsewhere });
    return { id: Bucket };
  },
  async settle(Bucket, { tagsAll }, { account }) {
    const client = account.client(S3);
    const Tagging = { TagSet: tagList(tagsAll) };
    if (Tagging.TagSet.length) await client.putBucketTagging({ Bucket, Tagging });
    else await client.deleteBucketTagging({ Bucket });
  },
  async read(id, _known, { account }) {
    if (!(await isThere(id, account))) return undefined;
    const client = account.client(S3);
    const lock = await unlessMissing(client.getObjectLockConfiguration({ Bucket: id }));
    return {
      ...outputs(id, account),
      objectLockEnabled: lock?.ObjectLockConfiguration?.ObjectLockEnabled === "Enabled",
      tagsAll: await bucketTags(id, account),
    };
  },
  update: () => Promise.resolve(),
  async delete(id, { forceDestroy }, { account }) {
    if (!(await isThere(id, account))) return;
    await empty(id, forceDestroy ?? false, account);
    await account.client(S3).deleteBucket({ Bucket: id });
  },
};

async function isThere(name: string, account: Account): Promise<boolean> {
  return (await unlessMissing(account.client(S3).headBucket({ Bucket: name }))) !== undefined;
}

async function bucketTags(Bucket: string, account: Account): Promise<Tags> {
  return tagMap((await unlessMissing(account.client(S3).getBucketTagging({ Bucket })))?.TagSet);
}

function outputs(name: string, { partition, region, dnsSuffix }: Account): Properties {
  return {
    bucket: name,
    arn: `arn:${partition}:s3:::${name}`,
    bucketDomainName: `${name}.s3.${dnsSuffix}`,
    bucketRegionalDomainName: `${name}.s3.${region}.${dnsSuffix}`,
    bucketRegion: region,
    region,
  };
}

/** Removes every version of every object, or refuses when there is one. */
async function empty(Bucket: string, isAllowed: boolean, account: Account): Promise<void> {
  const client = account.client(S3);
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await client.listObjectVersions({ Bucket });
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key = "", VersionId }) => ({ Key, VersionId }));
    if (!Objects.length) return;
    if (!isAllowed) {
      throw new Error(
        `S3 doesn't delete bucket ${Bucket}: it isn't empty. Set forceDestroy if its content may be lost.`,
      );
    }
    const request = { Bucket, Delete: { Objects, Quiet: true }, BypassGovernanceRetention: true };
    const { Errors = [] } = await client.deleteObjects(request);
    if (Errors.length) throw new Error(`S3 doesn't empty bucket ${Bucket}: ${Errors[0]?.Message}`);
  }
}

/** Buckets and their settings, each of which is a resource. */
export const service: Service<Account> = {
  resources: {
    "aws:s3/bucket:Bucket": taggable(bucket),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": lifecycle,
    "aws:s3/bucketLogging:BucketLogging": logging,
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": objectLock,
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": ownershipControls,
    "aws:s3/bucketPolicy:BucketPolicy": policy,
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": publicAccessBlock,
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": replication,
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": encryption,
    "aws:s3/bucketVersioning:BucketVersioning": versioning,
  },
};
