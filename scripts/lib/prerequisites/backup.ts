import type { Backup } from "@aws-sdk/client-backup";
import { dataBucketKeys } from "../../../infrastructure/settings/buckets";
import { finding, type Finding } from "../report";

/**
 * AWS Backup is opted in for databases in the region: without that it leaves Aurora out even where the cluster is named. Other
 * resources that are named, such as the installation's own buckets, it backs up in any case:
 * https://docs.aws.amazon.com/aws-backup/latest/devguide/assigning-resources.html
 */
export async function checkBackupOptIn(
  backup: Backup,
  region: string,
  config: Partial<Record<(typeof dataBucketKeys)[number], string>>,
): Promise<Finding[]> {
  const { ResourceTypeOptInPreference: optIns = {} } = await backup.describeRegionSettings({});
  const hasOwnBuckets = dataBucketKeys.some((key) => config[key] === undefined);
  const aurora = { kind: "Aurora", without: "leaves the database out", otherwise: "fail" } as const;
  const s3 = { kind: "S3", without: "backs up buckets that are named in any case", otherwise: "warn" } as const;
  return [aurora, ...(hasOwnBuckets ? [s3] : [])].map(({ kind, without, otherwise }) =>
    finding(
      `backup opt-in ${kind}`,
      optIns[kind] === true,
      optIns[kind] === true
        ? `AWS Backup is opted in for ${kind} in ${region}`
        : `AWS Backup isn't opted in for ${kind} in ${region}: it ${without}`,
      `aws backup update-region-settings --region ${region} --resource-type-opt-in-preference ${kind}=true`,
      otherwise,
    ),
  );
}
