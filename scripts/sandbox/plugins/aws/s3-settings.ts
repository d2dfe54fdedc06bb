import {
  type BucketVersioningStatus,
  type ObjectLockRule,
  type ObjectOwnership,
  S3,
  type ServerSideEncryptionRule,
} from "@aws-sdk/client-s3";
import type {
  BucketLoggingArgs,
  BucketObjectLockConfigurationArgs,
  BucketOwnershipControlsArgs,
  BucketPublicAccessBlockArgs,
  BucketServerSideEncryptionConfigurationArgs,
  BucketVersioningArgs,
} from "@pulumi/aws/s3";
import type { Unwrap } from "@pulumi/pulumi";
import { allOf, each, oneOf, required, rule } from "../checks";
import { unlessMissing } from "./errors";
import { fromAws, namesFromAws, namesToAws, toAws } from "./fields";
import { documentText, isPublic, policyDocument, statementsOf } from "./policies";
import { keyExists } from "./references";
import { bucketExists, bucketSetting } from "./s3-setting";

type BucketPolicyInputs = Record<"bucket" | "policy", string>;

const encryptionNames = { sseAlgorithm: "SSEAlgorithm", kmsMasterKeyId: "KMSMasterKeyID" };

export const encryption = bucketSetting<Unwrap<BucketServerSideEncryptionConfigurationArgs>>({
  updateOn: ["rules"],
  check: allOf(
    required("rules"),
    each(
      "rules",
      allOf(
        oneOf("applyServerSideEncryptionByDefault.sseAlgorithm", ["AES256", "aws:kms", "aws:kms:dsse"]),
        rule("applyServerSideEncryptionByDefault", (value) => {
          const { sseAlgorithm, kmsMasterKeyId } = value as { sseAlgorithm?: string; kmsMasterKeyId?: string };
          return kmsMasterKeyId && sseAlgorithm === "AES256" ? "must not name a key with AES256" : undefined;
        }),
      ),
    ),
  ),
  async checkReferences({ rules }, account) {
    const keys = rules.map((one) => one.applyServerSideEncryptionByDefault?.kmsMasterKeyId);
    return (await Promise.all(keys.map((key) => keyExists("rules", key, account)))).flat();
  },
  put({ bucket: Bucket, rules }, s3) {
    const Rules = namesToAws(rules, encryptionNames) as ServerSideEncryptionRule[];
    return s3.putBucketEncryption({ Bucket, ServerSideEncryptionConfiguration: { Rules } });
  },
  async get(Bucket, s3) {
    const found = await s3.getBucketEncryption({ Bucket });
    return { rules: namesFromAws(found.ServerSideEncryptionConfiguration?.Rules, encryptionNames) };
  },
  remove: (Bucket, s3) => s3.deleteBucketEncryption({ Bucket }),
});

const publicAccessFields = {
  blockPublicAcls: "BlockPublicAcls",
  blockPublicPolicy: "BlockPublicPolicy",
  ignorePublicAcls: "IgnorePublicAcls",
  restrictPublicBuckets: "RestrictPublicBuckets",
} as const;

export const publicAccessBlock = bucketSetting<Unwrap<BucketPublicAccessBlockArgs>>({
  updateOn: ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"],
  check: () => [],
  put(inputs, s3) {
    const PublicAccessBlockConfiguration = toAws(publicAccessFields, inputs);
    return s3.putPublicAccessBlock({ Bucket: inputs.bucket, PublicAccessBlockConfiguration });
  },
  async get(Bucket, s3) {
    const found = await s3.getPublicAccessBlock({ Bucket });
    return fromAws(publicAccessFields, found.PublicAccessBlockConfiguration);
  },
  remove: (Bucket, s3) => s3.deletePublicAccessBlock({ Bucket }),
});

export const ownershipControls = bucketSetting<Unwrap<BucketOwnershipControlsArgs>>({
  updateOn: ["rule"],
  check: oneOf("rule.objectOwnership", ["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"]),
  put({ bucket: Bucket, rule: { objectOwnership } }, s3) {
    const Rules = [{ ObjectOwnership: objectOwnership as ObjectOwnership }];
    return s3.putBucketOwnershipControls({ Bucket, OwnershipControls: { Rules } });
  },
  async get(Bucket, s3) {
    const found = await s3.getBucketOwnershipControls({ Bucket });
    return { rule: { objectOwnership: found.OwnershipControls?.Rules?.[0]?.ObjectOwnership } };
  },
  remove: (Bucket, s3) => s3.deleteBucketOwnershipControls({ Bucket }),
});

export const versioning = bucketSetting<Unwrap<BucketVersioningArgs>>({
  updateOn: ["versioningConfiguration"],
  check: oneOf("versioningConfiguration.status", ["Enabled", "Suspended"]),
  put: ({ bucket, versioningConfiguration: { status } }, s3) => setVersioning(bucket, status, s3),
  async get(Bucket, s3) {
    const { Status } = await s3.getBucketVersioning({ Bucket });
    return Status && { versioningConfiguration: { status: Status } };
  },
  // S3 can't forget that a bucket was versioned.
  remove: (Bucket, s3) => setVersioning(Bucket, "Suspended", s3),
});

function setVersioning(Bucket: string, status: string, s3: S3): Promise<unknown> {
  const Status = status as BucketVersioningStatus;
  return s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status } });
}

export const policy = bucketSetting<BucketPolicyInputs>({
  updateOn: ["policy"],
  defaults: (inputs) => documentText(inputs, "policy"),
  check: allOf(required("policy"), policyDocument("policy", "resource", 20_480)),
  async checkReferences({ bucket: Bucket, policy: document }, account) {
    const arn = `arn:${account.partition}:s3:::${Bucket}`;
    const resources = statementsOf(document).flatMap(({ Resource = [] }) => Resource as string | string[]);
    const foreign = resources.filter((resource) => resource !== arn && !resource.startsWith(`${arn}/`));
    const get = account.client(S3).getPublicAccessBlock({ Bucket });
    const isBlocked = (await unlessMissing(get))?.PublicAccessBlockConfiguration?.BlockPublicPolicy;
    return [
      ...foreign.map((resource) => ({ property: "policy", reason: `is about ${resource}, which isn't in ${arn}` })),
      ...(isBlocked && isPublic(document)
        ? [{ property: "policy", reason: "is public, which the bucket blocks" }]
        : []),
    ];
  },
  put: ({ bucket: Bucket, policy: Policy }, s3) => s3.putBucketPolicy({ Bucket, Policy }),
  get: async (Bucket, s3) => ({ policy: (await s3.getBucketPolicy({ Bucket })).Policy }),
  remove: (Bucket, s3) => s3.deleteBucketPolicy({ Bucket }),
});

export const logging = bucketSetting<Unwrap<BucketLoggingArgs>>({
  updateOn: ["targetBucket", "targetPrefix", "targetObjectKeyFormat"],
  check: required("targetBucket", "targetPrefix"),
  checkReferences: ({ targetBucket }, account) => bucketExists("targetBucket", targetBucket, account),
  put({ bucket: Bucket, targetBucket, targetPrefix, targetObjectKeyFormat }, s3) {
    const format = namesToAws(targetObjectKeyFormat) as object | undefined;
    const LoggingEnabled = { TargetBucket: targetBucket, TargetPrefix: targetPrefix, TargetObjectKeyFormat: format };
    return s3.putBucketLogging({ Bucket, BucketLoggingStatus: { LoggingEnabled } });
  },
  async get(Bucket, s3) {
    const { LoggingEnabled: found } = await s3.getBucketLogging({ Bucket });
    return found && { targetBucket: found.TargetBucket, targetPrefix: found.TargetPrefix };
  },
  remove: (Bucket, s3) => s3.putBucketLogging({ Bucket, BucketLoggingStatus: {} }),
});

export const objectLock = bucketSetting<Unwrap<BucketObjectLockConfigurationArgs>>({
  updateOn: ["objectLockEnabled", "rule"],
  defaults: (inputs) => ({ objectLockEnabled: "Enabled", ...inputs }),
  check: allOf(
    oneOf("objectLockEnabled", ["Enabled"]),
    oneOf("rule.defaultRetention.mode", ["GOVERNANCE", "COMPLIANCE"]),
    rule("rule.defaultRetention", (value) => {
      const { days, years } = value as { days?: number; years?: number };
      return (days === undefined) === (years === undefined) ? "must have either days or years" : undefined;
    }),
  ),
  async checkReferences({ bucket: Bucket }, account) {
    const { Status } = await account.client(S3).getBucketVersioning({ Bucket });
    return Status === "Enabled" ? [] : [{ property: "bucket", reason: `needs versioning on ${Bucket}` }];
  },
  put: (inputs, s3) => setObjectLock(inputs.bucket, s3, namesToAws(inputs.rule) as ObjectLockRule | undefined),
  async get(Bucket, s3) {
    const { ObjectLockConfiguration: found } = await s3.getObjectLockConfiguration({ Bucket });
    return { objectLockEnabled: found?.ObjectLockEnabled, rule: namesFromAws(found?.Rule) };
  },
  // S3 can't unlock a bucket; without a rule, new objects aren't locked.
  remove: (Bucket, s3) => setObjectLock(Bucket, s3),
});

function setObjectLock(Bucket: string, s3: S3, Rule?: ObjectLockRule): Promise<unknown> {
  const ObjectLockConfiguration = { ObjectLockEnabled: "Enabled" as const, Rule };
  return s3.putObjectLockConfiguration({ Bucket, ObjectLockConfiguration });
}
