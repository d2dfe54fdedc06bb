import type { BucketLocationConstraint, S3 } from "@aws-sdk/client-s3";
import type { BucketArgs, BucketMetricArgs } from "@pulumi/aws/s3";
import type { Unwrap } from "@pulumi/pulumi";
import type { Service } from "../resource";
import type { Account } from "./account";
import { unlessMissing } from "./errors";
import { settings } from "./s3-settings";
import { type Inputs, typesOf } from "./table";
import { tagList, tagMap } from "./tags";

/** S3 takes all tags at once, which `settle` writes. */
const s3 = typesOf(async () => (await import("@aws-sdk/client-s3")).S3, {
  of: (bucket) => bucket,
  read: async (aws, Bucket) => tagMap((await unlessMissing(aws.getBucketTagging({ Bucket })))?.TagSet),
});

/** Buckets and their settings, each of which is a resource. */
export const service: Service<Account> = {
  resources: {
    ...settings,

    "aws:s3/bucket:Bucket": s3<Inputs<BucketArgs, "bucket">>({
      autoname: "bucket",
      replaceOn: ["bucket"],
      updateOn: ["forceDestroy"],
      async create(aws, { bucket }, { account: { region } }) {
        const LocationConstraint = region === "us-east-1" ? undefined : (region as BucketLocationConstraint);
        // There, S3 doesn't say that the caller has the bucket already; the provider does.
        const existing = !LocationConstraint && (await unlessMissing(aws.headBucket({ Bucket: bucket })));
        if (existing) throw new Error(`creating S3 Bucket (${bucket}): BucketAlreadyExists`);
        await aws.createBucket({
          Bucket: bucket,
          CreateBucketConfiguration: LocationConstraint && { LocationConstraint },
        });
        return bucket;
      },
      async settle(aws, Bucket, { tagsAll }) {
        const TagSet = tagList(tagsAll);
        await (TagSet.length
          ? aws.putBucketTagging({ Bucket, Tagging: { TagSet } })
          : aws.deleteBucketTagging({ Bucket }));
      },
      async get(aws, bucket, _known, { account: { partition, region } }) {
        await aws.headBucket({ Bucket: bucket });
        return { bucket, arn: `arn:${partition}:s3:::${bucket}`, region };
      },
      async delete(aws, Bucket, { forceDestroy }) {
        if (forceDestroy) await empty(aws, Bucket);
        await aws.deleteBucket({ Bucket });
      },
    }),

    "aws:s3/bucketMetric:BucketMetric": s3<Unwrap<BucketMetricArgs> & { name: string }>({
      tagged: false,
      autoname: "name",
      replaceOn: ["bucket", "name"],
      updateOn: [],
      async create(aws, { bucket, name }) {
        const MetricsConfiguration = { Id: name };
        await aws.putBucketMetricsConfiguration({ Bucket: bucket, Id: name, MetricsConfiguration });
        return `${bucket}:${name}`;
      },
      async get(aws, id) {
        const [bucket = "", name = ""] = id.split(":");
        const { MetricsConfiguration: found } = await aws.getBucketMetricsConfiguration({ Bucket: bucket, Id: name });
        return found && { bucket, name: found.Id };
      },
      delete: (aws, _id, { bucket, name }) => aws.deleteBucketMetricsConfiguration({ Bucket: bucket, Id: name }),
    }),
  },
};

/** Removes every version of every object. */
async function empty(aws: S3, Bucket: string): Promise<void> {
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await aws.listObjectVersions({ Bucket });
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key = "", VersionId }) => ({ Key, VersionId }));
    if (!Objects.length) return;
    const Delete = { Objects, Quiet: true };
    const { Errors: [failure] = [] } = await aws.deleteObjects({ Bucket, Delete, BypassGovernanceRetention: true });
    if (failure) throw new Error(`S3 doesn't empty bucket ${Bucket}: ${failure.Message}`);
  }
}
