import type { Backup } from "@aws-sdk/client-backup";
import { finding, type Finding } from "../report";

/** What AWS Backup calls the kinds of resources that an installation backs up. */
const kinds = ["Aurora", "S3"];

/**
 * AWS Backup is opted in for databases and buckets in the region. Without that it may leave them out, and says nothing; for
 * Aurora naming the cluster isn't enough:
 * https://docs.aws.amazon.com/aws-backup/latest/devguide/assigning-resources-json.html
 */
export async function checkBackupOptIn(backup: Backup, region: string): Promise<Finding> {
  const { ResourceTypeOptInPreference: optIns = {} } = await backup.describeRegionSettings({});
  const missing = kinds.filter((kind) => !optIns[kind]);
  const preference = missing.map((kind) => `${kind}=true`).join(",");
  return finding(
    "backup opt-in",
    missing.length === 0,
    missing.length === 0
      ? `AWS Backup is opted in for ${kinds.join(" and ")} in ${region}`
      : `AWS Backup isn't opted in for ${missing.join(" and ")} in ${region}, and would leave out what it should back up`,
    `aws backup update-region-settings --region ${region} --resource-type-opt-in-preference ${preference}`,
  );
}
