import type {
  BucketVersioningStatus,
  LifecycleRule,
  ObjectLockRule,
  ObjectOwnership,
  ReplicationRule,
  S3,
  ServerSideEncryptionRule,
} from "@aws-sdk/client-s3";
import type * as s3 from "@pulumi/aws/s3";
import type { Unwrap } from "@pulumi/pulumi";
import type { ResourceType, Service } from "../resource";
import type { Account } from "./account";
import { fromAws, namesFromAws, namesToAws, toAws } from "./fields";
import { type Row, typesOf } from "./table";

/** A part of a bucket's configuration, which S3 writes as a whole. Its id is the bucket's name. */
interface Setting<Own extends object> extends Pick<Row<S3, Own>, "updateOn" | "defaults" | "get" | "delete"> {
  put: (aws: S3, inputs: Own) => Promise<unknown>;
}

function setting<Own extends { bucket: string }>({ put, ...row }: Setting<Own>): ResourceType<Account, Own> {
  return typesOf(async () => (await import("@aws-sdk/client-s3")).S3)<Own>({
    ...row,
    replaceOn: ["bucket"],
    async create(aws, inputs) {
      await put(aws, inputs);
      return inputs.bucket;
    },
    async get(aws, bucket, known, call) {
      const found = await row.get(aws, bucket, known, call);
      return found && { bucket, ...found };
    },
    update: (aws, _bucket, inputs) => put(aws, inputs),
  });
}

const encryptionNames = { sseAlgorithm: "SSEAlgorithm", kmsMasterKeyId: "KMSMasterKeyID" };
const ruleNames = { id: "ID", replicaKmsKeyId: "ReplicaKmsKeyID" };
const publicAccessNames = {
  blockPublicAcls: "BlockPublicAcls",
  blockPublicPolicy: "BlockPublicPolicy",
  ignorePublicAcls: "IgnorePublicAcls",
  restrictPublicBuckets: "RestrictPublicBuckets",
} as const;

export const settings: Service<Account>["resources"] = {
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": setting<
    Unwrap<s3.BucketLifecycleConfigurationArgs>
  >({
    updateOn: ["rules"],
    put(aws, { bucket: Bucket, rules }) {
      const Rules = namesToAws(rules, ruleNames) as LifecycleRule[];
      return aws.putBucketLifecycleConfiguration({ Bucket, LifecycleConfiguration: { Rules } });
    },
    async get(aws, Bucket) {
      return { rules: namesFromAws((await aws.getBucketLifecycleConfiguration({ Bucket })).Rules, ruleNames) };
    },
    delete: (aws, Bucket) => aws.deleteBucketLifecycle({ Bucket }),
  }),

  "aws:s3/bucketLogging:BucketLogging": setting<Unwrap<s3.BucketLoggingArgs>>({
    updateOn: ["targetBucket", "targetPrefix"],
    put(aws, { bucket: Bucket, targetBucket: TargetBucket, targetPrefix: TargetPrefix }) {
      return aws.putBucketLogging({ Bucket, BucketLoggingStatus: { LoggingEnabled: { TargetBucket, TargetPrefix } } });
    },
    async get(aws, Bucket) {
      const { LoggingEnabled: found } = await aws.getBucketLogging({ Bucket });
      return found && { targetBucket: found.TargetBucket, targetPrefix: found.TargetPrefix };
    },
    delete: (aws, Bucket) => aws.putBucketLogging({ Bucket, BucketLoggingStatus: {} }),
  }),

  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": setting<
    Unwrap<s3.BucketObjectLockConfigurationArgs>
  >({
    updateOn: ["objectLockEnabled", "rule"],
    defaults: (inputs) => ({ objectLockEnabled: "Enabled", ...inputs }),
    put: (aws, { bucket, rule }) => lockObjects(aws, bucket, namesToAws(rule) as ObjectLockRule | undefined),
    async get(aws, Bucket) {
      const { ObjectLockConfiguration: found } = await aws.getObjectLockConfiguration({ Bucket });
      return { objectLockEnabled: found?.ObjectLockEnabled, rule: namesFromAws(found?.Rule) };
    },
    // S3 can't unlock a bucket; without a rule, new objects aren't locked.
    delete: (aws, Bucket) => lockObjects(aws, Bucket),
  }),

  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": setting<Unwrap<s3.BucketOwnershipControlsArgs>>({
    updateOn: ["rule"],
    put(aws, { bucket: Bucket, rule }) {
      const Rules = [{ ObjectOwnership: rule.objectOwnership as ObjectOwnership }];
      return aws.putBucketOwnershipControls({ Bucket, OwnershipControls: { Rules } });
    },
    async get(aws, Bucket) {
      const { OwnershipControls } = await aws.getBucketOwnershipControls({ Bucket });
      return { rule: { objectOwnership: OwnershipControls?.Rules?.[0]?.ObjectOwnership } };
    },
    delete: (aws, Bucket) => aws.deleteBucketOwnershipControls({ Bucket }),
  }),

  "aws:s3/bucketPolicy:BucketPolicy": setting<Record<"bucket" | "policy", string>>({
    updateOn: ["policy"],
    put: (aws, { bucket: Bucket, policy: Policy }) => aws.putBucketPolicy({ Bucket, Policy }),
    get: async (aws, Bucket) => ({ policy: (await aws.getBucketPolicy({ Bucket })).Policy }),
    delete: (aws, Bucket) => aws.deleteBucketPolicy({ Bucket }),
  }),

  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": setting<Unwrap<s3.BucketPublicAccessBlockArgs>>({
    updateOn: ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"],
    put(aws, inputs) {
      const PublicAccessBlockConfiguration = toAws(publicAccessNames, inputs);
      return aws.putPublicAccessBlock({ Bucket: inputs.bucket, PublicAccessBlockConfiguration });
    },
    async get(aws, Bucket) {
      return fromAws(publicAccessNames, (await aws.getPublicAccessBlock({ Bucket })).PublicAccessBlockConfiguration);
    },
    delete: (aws, Bucket) => aws.deletePublicAccessBlock({ Bucket }),
  }),

  "aws:s3/bucketReplicationConfig:BucketReplicationConfig": setting<Unwrap<s3.BucketReplicationConfigArgs>>({
    updateOn: ["role", "rules"],
    put(aws, { bucket: Bucket, role: Role, rules }) {
      const Rules = namesToAws(rules, ruleNames) as ReplicationRule[];
      return aws.putBucketReplication({ Bucket, ReplicationConfiguration: { Role, Rules } });
    },
    async get(aws, Bucket, { rules: asked = [] }) {
      const { ReplicationConfiguration: found } = await aws.getBucketReplication({ Bucket });
      // The emulator returns no other rule about delete markers than "Disabled", and nothing of encrypted objects.
      const rules = found?.Rules?.map((rule, index) => ({
        ...asked[index],
        ...(namesFromAws(rule, ruleNames) as object),
        deleteMarkerReplication: asked[index]?.deleteMarkerReplication,
      }));
      return found && { role: found.Role, rules };
    },
    delete: (aws, Bucket) => aws.deleteBucketReplication({ Bucket }),
  }),

  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": setting<
    Unwrap<s3.BucketServerSideEncryptionConfigurationArgs>
  >({
    updateOn: ["rules"],
    put(aws, { bucket: Bucket, rules }) {
      const Rules = namesToAws(rules, encryptionNames) as ServerSideEncryptionRule[];
      return aws.putBucketEncryption({ Bucket, ServerSideEncryptionConfiguration: { Rules } });
    },
    async get(aws, Bucket) {
      const { ServerSideEncryptionConfiguration: found } = await aws.getBucketEncryption({ Bucket });
      return { rules: namesFromAws(found?.Rules, encryptionNames) };
    },
    delete: (aws, Bucket) => aws.deleteBucketEncryption({ Bucket }),
  }),

  "aws:s3/bucketVersioning:BucketVersioning": setting<Unwrap<s3.BucketVersioningArgs>>({
    updateOn: ["versioningConfiguration"],
    put: (aws, { bucket, versioningConfiguration: { status } }) => keepVersions(aws, bucket, status),
    async get(aws, Bucket) {
      const { Status } = await aws.getBucketVersioning({ Bucket });
      return Status && { versioningConfiguration: { status: Status } };
    },
    // S3 can't forget that a bucket was versioned, and lets none with Object Lock be suspended, which the provider takes for done.
    delete: (aws, Bucket) =>
      keepVersions(aws, Bucket, "Suspended").catch((error: Error) => {
        if (error.name !== "InvalidBucketState") throw error;
      }),
  }),
};

function lockObjects(aws: S3, Bucket: string, Rule?: ObjectLockRule): Promise<unknown> {
  const ObjectLockConfiguration = { ObjectLockEnabled: "Enabled" as const, Rule };
  return aws.putObjectLockConfiguration({ Bucket, ObjectLockConfiguration });
}

function keepVersions(aws: S3, Bucket: string, status: string): Promise<unknown> {
  return aws.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: status as BucketVersioningStatus } });
}
