import type { LifecycleRule, S3, ServerSideEncryptionRule } from "@aws-sdk/client-s3";
import { globalArn } from "@selfhosted/common";
import { type Demand, demand } from "../demand";
import { type FoundBucket, requestFor } from "./bucket";
import type { Place } from "./place";
import { alsoFor, isFor, type Policy, type PolicyStatement, withStatements } from "./policy";
import { isTagged, ownTags } from "./tags";

/** How a bucket is to be. */
interface WantedBucket extends Place {
  /** Undefined as long as the key isn't made. */
  keyArn: string | undefined;
}

/** Who may do it, by the Sid of their statements. */
const [toList, toWrite] = ["DeployersList", "DeployersReadAndWrite"];

const denies = (statement: PolicyStatement): boolean => {
  const everybody = typeof statement.Principal === "object" ? statement.Principal["AWS"] : statement.Principal;
  const insecure = [statement.Condition?.["Bool"]?.["aws:SecureTransport"] ?? ""].flat();
  return statement.Effect === "Deny" && [everybody ?? ""].flat().includes("*") && insecure.includes("false");
};

type BucketDemand = Demand<S3, WantedBucket, FoundBucket>;

/** In the order in which a new bucket gets them: S3 refuses to change access block and policy at once. */
export const bucketDemands: BucketDemand[] = [
  demand({
    name: "closed to the public",
    fault: "public access isn't blocked",
    holds: ({ publicAccessBlock: block }) =>
      [block.BlockPublicAcls, block.BlockPublicPolicy, block.IgnorePublicAcls, block.RestrictPublicBuckets].every(
        (each) => each === true,
      ),
    operation: "s3api put-public-access-block",
    request: (wanted) => ({
      ...requestFor(wanted),
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    }),
    send: (s3: S3, request) => s3.putPublicAccessBlock(request),
  }),
  demand({
    name: "versioned",
    fault: "not versioned: what is overwritten or deleted is lost",
    holds: ({ versioning }) => versioning === "Enabled",
    operation: "s3api put-bucket-versioning",
    request: (wanted) => ({ ...requestFor(wanted), VersioningConfiguration: { Status: "Enabled" as const } }),
    send: (s3: S3, request) => s3.putBucketVersioning(request),
  }),
  demand({
    name: "encrypted with a KMS key",
    fault: "not encrypted with a key of KMS",
    holds: ({ encryption }) =>
      encryption?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm?.startsWith("aws:kms") ?? false,
    operation: "s3api put-bucket-encryption",
    request: (wanted) => ({
      ...requestFor(wanted),
      ServerSideEncryptionConfiguration: { Rules: [encryption(wanted)] },
    }),
    send: (s3: S3, request) => s3.putBucketEncryption(request),
  }),
  demand({
    name: "its objects owned by the account",
    fault: "access lists are on, so its objects may belong to whoever wrote them",
    holds: ({ ownership }) => ownership === "BucketOwnerEnforced",
    operation: "s3api put-bucket-ownership-controls",
    request: (wanted) => ({
      ...requestFor(wanted),
      OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" as const }] },
    }),
    send: (s3: S3, request) => s3.putBucketOwnershipControls(request),
  }),
  demand({
    name: "reached by TLS only, open to the deployers",
    fault: "its policy doesn't refuse what comes without TLS",
    holds: ({ policy, isOwn }, { deployers }) =>
      policy.Statement.some(denies) &&
      (!isOwn || (isFor(policy, toList, deployers) && isFor(policy, toWrite, deployers))),
    operation: "s3api put-bucket-policy",
    request: (wanted, { policy }) => ({
      ...requestFor(wanted),
      Policy: JSON.stringify(withStatements(policy, statements(wanted, policy))),
    }),
    send: (s3: S3, request) => s3.putBucketPolicy(request),
  }),
  demand({
    name: "old versions kept for 90 days",
    fault: "no lifecycle for old versions and unfinished uploads, which stay for ever",
    holds: ({ lifecycle }) => {
      const enabled = lifecycle.filter(({ Status }) => Status === "Enabled");
      return (
        enabled.some((rule) => rule.NoncurrentVersionExpiration) &&
        enabled.some((rule) => rule.AbortIncompleteMultipartUpload)
      );
    },
    operation: "s3api put-bucket-lifecycle-configuration",
    request: (wanted, { lifecycle }) => ({
      ...requestFor(wanted),
      LifecycleConfiguration: {
        Rules: [...lifecycle.filter(({ ID }) => !lifecycleRules.some((each) => each.ID === ID)), ...lifecycleRules],
      },
    }),
    send: (s3: S3, request) => s3.putBucketLifecycleConfiguration(request),
  }),
  // The last: what isn't complete must not look so.
  demand({
    name: "tagged",
    fault: "it doesn't have the tags of this command",
    holds: ({ tags, isOwn }) => !isOwn || isTagged(tags),
    operation: "s3api put-bucket-tagging",
    request: (wanted, { tags }) => ({ ...requestFor(wanted), Tagging: { TagSet: tagSet({ ...tags, ...ownTags }) } }),
    send: (s3: S3, request) => s3.putBucketTagging(request),
  }),
];

const everyObject = { Status: "Enabled", Filter: { Prefix: "" } } as const;
/** Each operation of Pulumi makes and deletes a lock, and a deletion leaves a marker. */
const lifecycleRules: LifecycleRule[] = [
  { ...everyObject, ID: "old-versions", NoncurrentVersionExpiration: { NoncurrentDays: 90 } },
  { ...everyObject, ID: "unfinished-uploads", AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } },
  { ...everyObject, ID: "deletion-markers", Expiration: { ExpiredObjectDeleteMarker: true } },
];

function encryption({ keyArn }: WantedBucket): ServerSideEncryptionRule {
  return {
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", ...(keyArn && { KMSMasterKeyID: keyArn }) },
    BucketKeyEnabled: true,
  };
}

function statements({ bucket, location, deployers }: WantedBucket, policy: Policy): PolicyStatement[] {
  const arn = globalArn(location.partition, "s3", bucket);
  const deny = (Sid: string, Condition: PolicyStatement["Condition"]): PolicyStatement => ({
    ...{ Sid, Effect: "Deny", Principal: { AWS: "*" }, Action: "s3:*", Resource: [arn, `${arn}/*`], Condition },
  });
  const allow = (Sid: string, Action: string[], Resource: string): PolicyStatement[] => {
    const AWS = alsoFor(policy, Sid, deployers);
    return AWS.length === 0 ? [] : [{ Sid, Effect: "Allow", Principal: { AWS }, Action, Resource }];
  };
  return [
    deny("NoClearText", { Bool: { "aws:SecureTransport": "false" } }),
    deny("NoOldTls", { NumericLessThan: { "s3:TlsVersion": "1.2" } }),
    ...allow(toList, ["s3:GetBucketLocation", "s3:ListBucket"], arn),
    ...allow(toWrite, ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], `${arn}/*`),
  ];
}

function tagSet(tags: Record<string, string>): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
