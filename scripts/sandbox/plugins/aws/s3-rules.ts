import { type LifecycleRule, type ReplicationRule, S3 } from "@aws-sdk/client-s3";
import type { BucketLifecycleConfigurationArgs, BucketReplicationConfigArgs } from "@pulumi/aws/s3";
import type { Unwrap } from "@pulumi/pulumi";
import { allOf, between, type Check, each, matching, oneOf, required } from "../checks";
import type { Problem } from "../resource";
import type { Account } from "./account";
import { unlessMissing } from "./errors";
import { namesFromAws, namesToAws } from "./fields";
import { roleExists } from "./references";
import { bucketExists, bucketSetting } from "./s3-setting";

const idName = { id: "ID" };
const mostDays = 2_147_483_647;

const lifecycleActions = [
  "abortIncompleteMultipartUpload",
  "expiration",
  "noncurrentVersionExpiration",
  "noncurrentVersionTransitions",
  "transitions",
];

const doesSomething: Check = (rule) =>
  lifecycleActions.some((action) => rule[action] !== undefined)
    ? []
    : [{ property: "id", reason: `needs one of ${lifecycleActions.join(", ")} beside it` }];

const uniqueIds: Check = ({ rules }) => {
  const ids = Array.isArray(rules) ? rules.map((rule: { id?: unknown }) => rule.id) : [];
  const repeated = ids.filter((id, index) => typeof id === "string" && ids.indexOf(id) !== index);
  return repeated.map((id) => ({ property: "rules", reason: `must have an id each, found ${String(id)} twice` }));
};

export const lifecycle = bucketSetting<Unwrap<BucketLifecycleConfigurationArgs>>({
  updateOn: ["rules"],
  check: allOf(
    required("rules"),
    uniqueIds,
    each(
      "rules",
      allOf(
        required("id"),
        matching("id", /^.{1,255}$/, "1 to 255 characters"),
        oneOf("status", ["Enabled", "Disabled"]),
        doesSomething,
        between("expiration.days", 1, mostDays),
        between("noncurrentVersionExpiration.noncurrentDays", 1, mostDays),
        between("noncurrentVersionExpiration.newerNoncurrentVersions", 1, 100),
        between("abortIncompleteMultipartUpload.daysAfterInitiation", 1, mostDays),
      ),
    ),
  ),
  put({ bucket: Bucket, rules = [] }, s3) {
    // A rule without a filter is for the whole bucket; S3 wants that said.
    const Rules = rules.map((rule) => namesToAws({ filter: { prefix: "" }, ...rule }, idName) as LifecycleRule);
    return s3.putBucketLifecycleConfiguration({ Bucket, LifecycleConfiguration: { Rules } });
  },
  async get(Bucket, s3, { rules: asked = [] }) {
    const { Rules = [] } = await s3.getBucketLifecycleConfiguration({ Bucket });
    // The emulator forgets how many old versions to keep.
    const kept = (id?: string) =>
      asked.find((rule) => rule.id === id)?.noncurrentVersionExpiration?.newerNoncurrentVersions;
    const found = Rules.map(({ NoncurrentVersionExpiration: old, ...rule }) => ({
      ...rule,
      ...(old && { NoncurrentVersionExpiration: { NewerNoncurrentVersions: kept(rule.ID), ...old } }),
    }));
    return { rules: namesFromAws(found, idName) };
  },
  remove: (Bucket, s3) => s3.deleteBucketLifecycle({ Bucket }),
});

const replicationNames = { ...idName, replicaKmsKeyId: "ReplicaKmsKeyID" };

export const replication = bucketSetting<Unwrap<BucketReplicationConfigArgs>>({
  updateOn: ["role", "rules"],
  check: allOf(
    required("role", "rules"),
    each("rules", allOf(required("destination"), oneOf("status", ["Enabled", "Disabled"]))),
  ),
  async checkReferences({ bucket, role, rules }, account) {
    const destinations = rules.map(({ destination }) => destination.bucket);
    const problems = await Promise.all([
      roleExists("role", role, account),
      isVersioned("bucket", bucket, account),
      ...destinations.map((destination) => bucketExists("rules", destination, account)),
    ]);
    if (problems.some((list) => list.length)) return problems.flat();
    const unfit = destinations.flatMap((destination) => [
      isVersioned("rules", destination, account),
      isLockedToo(bucket, destination, account),
    ]);
    return (await Promise.all(unfit)).flat();
  },
  put({ bucket: Bucket, role, rules }, s3) {
    const Rules = namesToAws(rules, replicationNames) as ReplicationRule[];
    return s3.putBucketReplication({ Bucket, ReplicationConfiguration: { Role: role, Rules } });
  },
  async get(Bucket, s3, { rules: asked = [] }) {
    const { ReplicationConfiguration: found } = await s3.getBucketReplication({ Bucket });
    if (!found) return undefined;
    // The emulator returns no other rule about delete markers than "Disabled", and nothing of encrypted objects.
    const rules = (found.Rules ?? []).map((rule, index) => ({
      ...asked[index],
      ...(namesFromAws(rule, replicationNames) as object),
      deleteMarkerReplication: asked[index]?.deleteMarkerReplication,
    }));
    return { role: found.Role, rules };
  },
  remove: (Bucket, s3) => s3.deleteBucketReplication({ Bucket }),
});

/** S3 doesn't copy a bucket with Object Lock to one without. */
async function isLockedToo(source: string, destination: string, account: Account): Promise<Problem[]> {
  const [from, to] = await Promise.all([hasObjectLock(source, account), hasObjectLock(destination, account)]);
  return from && !to
    ? [{ property: "rules", reason: `names ${destination}, which has no Object Lock, as ${source} has` }]
    : [];
}

async function hasObjectLock(nameOrArn: string, account: Account): Promise<boolean> {
  const Bucket = nameOrArn.split(":").at(-1);
  const lock = await unlessMissing(account.client(S3).getObjectLockConfiguration({ Bucket }));
  return lock?.ObjectLockConfiguration?.ObjectLockEnabled === "Enabled";
}

async function isVersioned(property: string, nameOrArn: string, account: Account): Promise<Problem[]> {
  const Bucket = nameOrArn.split(":").at(-1);
  const { Status } = await account.client(S3).getBucketVersioning({ Bucket });
  return Status === "Enabled" ? [] : [{ property, reason: `names ${nameOrArn}, which isn't versioned` }];
}
