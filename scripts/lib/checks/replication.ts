import { S3ServiceException, type ReplicationConfiguration, type ReplicationStatus, type S3 } from "@aws-sdk/client-s3";
import { finding, type Finding } from "../report";

const hourMs = 60 * 60 * 1000;
/** How many objects are checked. */
const sampleSize = 20;

/** What S3 says of a bucket that is copied, and of the newest of its objects that were listed. */
export interface ReplicationFacts {
  configuration: ReplicationConfiguration;
  /** Whether the bucket holds more objects than were listed. */
  isTruncated: boolean;
  objects: { key: string; modifiedAt: Date; status: ReplicationStatus | undefined }[];
}

/**
 * Whether the copy of a bucket follows it. S3 lists objects by name, a thousand at once, so
 * that of a greater bucket only a sample is checked. CloudWatch would count all, at the price of custom metrics for each rule.
 */
export async function checkReplication(s3: S3, use: string, Bucket: string, copy: string): Promise<Finding> {
  const configuration = (await replicationOf(s3, Bucket)) ?? { Role: undefined, Rules: [] };
  try {
    const facts = { configuration, ...(await newestObjects(s3, Bucket)) };
    return replicationFinding(use, { original: Bucket, copy }, facts, new Date());
  } catch (error) {
    if (!isForbidden(error)) {
      throw error;
    }
    const evidence = "not checked: the caller may not read the status of objects (s3:ListBucket, s3:GetObject)";
    return { name: `${use} bucket copies`, verdict: "skip", evidence };
  }
}

async function newestObjects(s3: S3, Bucket: string): Promise<Omit<ReplicationFacts, "configuration">> {
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

async function replicationOf(s3: S3, Bucket: string): Promise<ReplicationConfiguration | undefined> {
  try {
    return (await s3.getBucketReplication({ Bucket })).ReplicationConfiguration;
  } catch (error) {
    if (error instanceof Error && error.name === "ReplicationConfigurationNotFoundError") {
      return undefined;
    }
    throw error;
  }
}

export function replicationFinding(
  use: string,
  { original: bucket, copy: to }: { original: string; copy: string },
  facts: ReplicationFacts,
  now: Date,
): Finding {
  const name = `${use} bucket copies`;
  const { Rules: rules = [] } = facts.configuration;
  const isOn = rules.some(({ Status, Destination }) => Status === "Enabled" && Destination?.Bucket?.endsWith(`:${to}`));
  if (!isOn) {
    return finding(
      name,
      false,
      `${bucket}: its replication to ${to} is off`,
      "`pulumi refresh` and `pulumi up` in infrastructure/; then see in CloudTrail who turned it off",
    );
  }
  const of = facts.isTruncated
    ? `the newest ${sampleSize} of the first thousand objects by name`
    : "its newest objects";
  const failed = facts.objects.filter(({ status }) => status === "FAILED");
  if (failed.length > 0) {
    return finding(
      name,
      false,
      `${bucket}: ${failed.length} of ${of} were not copied to ${to}, such as ${failed[0]?.key}`,
      "see that both keys and buckets admit the replication role, then copy again: the job in infrastructure/README.md",
    );
  }
  const late = facts.objects.filter(
    ({ status, modifiedAt }) => status === "PENDING" && now.getTime() - modifiedAt.getTime() > hourMs,
  );
  if (late.length > 0) {
    return finding(
      name,
      false,
      `${bucket}: ${late.length} of ${of} wait to be copied to ${to} for more than an hour`,
      "see that both keys and buckets admit the replication role",
      "warn",
    );
  }
  return facts.isTruncated
    ? { name, verdict: "skip", evidence: `to ${to}: nothing wrong with ${of}; more than these aren't checked` }
    : finding(name, true, `to ${to}`, "");
}
