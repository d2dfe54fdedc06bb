import { type ReplicationConfiguration, type ReplicationStatus, type S3, S3ServiceException } from "@aws-sdk/client-s3";
import { unlessError } from "@selfhosted/common";
import { type CheckResult, checkResult } from "../report";

const hourMs = 60 * 60 * 1000;
/** How many objects are checked. */
const sampleSize = 20;

/** The replication of a bucket as S3 describes it, and the newest of its objects that were listed. */
export interface DescribedReplication {
  configuration: ReplicationConfiguration;
  /** Whether the bucket holds more objects than were listed. */
  isTruncated: boolean;
  objects: { key: string; modifiedAt: Date; status: ReplicationStatus | undefined }[];
}

/**
 * S3 lists objects by name, a thousand at once, so that of a greater bucket only a sample is described. CloudWatch would count all, at
 * the price of custom metrics for each rule.
 *
 * @returns undefined where the caller may not read the objects' status.
 */
export async function describeReplication(s3: S3, Bucket: string): Promise<DescribedReplication | undefined> {
  const found = await unlessError(/^ReplicationConfigurationNotFoundError$/, s3.getBucketReplication({ Bucket }));
  const configuration = found?.ReplicationConfiguration ?? { Role: undefined, Rules: [] };
  try {
    return { configuration, ...(await newestObjects(s3, Bucket)) };
  } catch (error) {
    if (isForbidden(error)) {
      return undefined;
    }
    throw error;
  }
}

async function newestObjects(s3: S3, Bucket: string): Promise<Omit<DescribedReplication, "configuration">> {
  const { Contents = [], IsTruncated: isTruncated = false } = await s3.listObjectsV2({ Bucket });
  const newest = Contents.sort((a, b) => (b.LastModified?.getTime() ?? 0) - (a.LastModified?.getTime() ?? 0));
  const described = newest.slice(0, sampleSize).map(async ({ Key = "", LastModified = new Date(0) }) => {
    const { ReplicationStatus: status } = await s3.headObject({ Bucket, Key });
    return { key: Key, modifiedAt: LastModified, status };
  });
  return { isTruncated, objects: await Promise.all(described) };
}

function isForbidden(error: unknown): boolean {
  return error instanceof S3ServiceException && error.$metadata.httpStatusCode === 403;
}

/** The copy of a bucket follows it. */
export function checkReplication(
  use: string,
  { original: bucket, copy: to }: { original: string; copy: string },
  described: DescribedReplication | undefined,
  now = new Date(),
): CheckResult {
  const name = `${use} bucket copies`;
  if (described === undefined) {
    const detail = "not checked: the caller may not read the status of objects (s3:ListBucket, s3:GetObject)";
    return { name, verdict: "skip", detail };
  }
  const { Rules: rules = [] } = described.configuration;
  const isOn = rules.some(({ Status, Destination }) => Status === "Enabled" && Destination?.Bucket?.endsWith(`:${to}`));
  if (!isOn) {
    return checkResult(
      name,
      false,
      `${bucket}: its replication to ${to} is off`,
      "`pulumi refresh` and `pulumi up` in infrastructure/; then see in CloudTrail who turned it off",
    );
  }
  const of = described.isTruncated
    ? `the newest ${sampleSize} of the first thousand objects by name`
    : "its newest objects";
  const failed = described.objects.filter(({ status }) => status === "FAILED");
  if (failed.length > 0) {
    return checkResult(
      name,
      false,
      `${bucket}: ${failed.length} of ${of} were not copied to ${to}, such as ${failed[0]?.key}`,
      "see that both keys and buckets admit the replication role, then copy again: the job in scripts/runbooks/region.md",
    );
  }
  const late = described.objects.filter(
    ({ status, modifiedAt }) => status === "PENDING" && now.getTime() - modifiedAt.getTime() > hourMs,
  );
  if (late.length > 0) {
    return checkResult(
      name,
      false,
      `${bucket}: ${late.length} of ${of} wait to be copied to ${to} for more than an hour`,
      "see that both keys and buckets admit the replication role",
      "warn",
    );
  }
  return described.isTruncated
    ? { name, verdict: "skip", detail: `to ${to}: nothing wrong with ${of}; more than these aren't checked` }
    : checkResult(name, true, `to ${to}`, "");
}
