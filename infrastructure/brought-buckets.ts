import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Surroundings } from "@selfhosted/common";
import { Config } from "./config";
import { Findings } from "./findings";
import { broughtBucketKeys } from "./settings/buckets";

/** Finds out whether the buckets that the customer brings exist, in the installation's region. */
export async function lookUpBroughtBuckets(
  config: Config,
  where: Surroundings,
  findings: Findings,
  opts: pulumi.InvokeOptions,
): Promise<void> {
  await Promise.all(
    broughtBucketKeys.map(async (key) => {
      const name = config[key];
      const bucket = name && (await findings.lookUp(key, name, aws.s3.getBucket({ bucket: name }, opts)));
      if (bucket && bucket.bucketRegion !== where.region) {
        findings.add(key, `${name} is in region ${bucket.bucketRegion}; allowed: a bucket in ${where.region}`);
      }
    }),
  );
}
