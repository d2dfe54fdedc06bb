import * as aws from "@pulumi/aws";
import type { ResourceClass } from "@selfhosted/common/testing";
import type { Outcome } from "../layer";

/** What the data buckets hold. */
export const kinds = ["checkpoint", "policy", "metadata", "events"];
export const bucketName = (kind: string): string => `pulumi-${kind}-prod-111122223333-eu-central-1`;
export const bucketArns = kinds.map((kind) => `arn:aws:s3:::${bucketName(kind)}`);

/** The resource of the component of buckets whose name ends so. */
export const ofBuckets = <Args>({ the }: Outcome, type: ResourceClass<Args>, nameEnd: string) =>
  the(type, `-buckets-${nameEnd}`);

/** The rule of that id in the lifecycle of a bucket. */
export function lifecycleRule(outcome: Outcome, bucket: string, id: string) {
  const { rules = [] } = ofBuckets(outcome, aws.s3.BucketLifecycleConfiguration, `${bucket}-lifecycle`).inputs;
  return rules.find((rule) => rule.id === id);
}
