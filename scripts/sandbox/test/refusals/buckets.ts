import type { Case } from "./case";
import { type Fixture, policy } from "./fixture";

/** Buckets of S3, and their settings. */
export function bucketCases(fixture: Fixture): Case[] {
  const { account, key, missing, role } = fixture;
  const encrypted = (ApplyServerSideEncryptionByDefault: object) => ({
    ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault }] },
  });
  const aging = (...rules: object[]) => ({
    LifecycleConfiguration: { Rules: rules.map((rule) => ({ Status: "Enabled", Filter: { Prefix: "" }, ...rule })) },
  });
  const copied = (bucket: string, Role = role) => {
    const [Destination, off] = [{ Bucket: `arn:aws:s3:::${bucket}` }, { Status: "Disabled" }];
    const rule = { Status: "Enabled", Priority: 1, Filter: { Prefix: "" }, DeleteMarkerReplication: off, Destination };
    return { ReplicationConfiguration: { Role, Rules: [rule] } };
  };
  const bucketPolicy = (Bucket: string, more: object = {}) => ({
    Policy: policy({ Principal: { AWS: role }, Action: "s3:GetObject", Resource: `arn:aws:s3:::${Bucket}/*`, ...more }),
  });
  const retained = (DefaultRetention: object) => ({
    ObjectLockConfiguration: { ObjectLockEnabled: "Enabled", Rule: { DefaultRetention } },
  });

  return [
    {
      call: "s3 createBucket",
      right: { Bucket: "refusals-good" },
      wrong: ["a..b", "a_b", "xn--bucket", "192.168.0.1"].map((Bucket) => [
        { Bucket },
        "InvalidBucketName",
        "not valid",
      ]),
    },
    {
      call: "s3 getBucketVersioning",
      right: { Bucket: "refusals", ExpectedBucketOwner: account.accountId },
      wrong: [[{ ExpectedBucketOwner: "999999999999" }, "AccessDenied", "Access Denied"]],
    },
    {
      call: "s3 putObjectLockConfiguration",
      right: { Bucket: "refusals-locked", ...retained({ Mode: "GOVERNANCE", Days: 1 }) },
      wrong: [
        [{ Bucket: "refusals" }, "InvalidBucketState", "Versioning must be 'Enabled' on the bucket"],
        [retained({ Mode: "GOVERNANCE", Days: 1, Years: 1 }), "MalformedXML", "published schema"],
      ],
    },
    {
      call: "s3 putBucketVersioning",
      right: { Bucket: "refusals-locked", VersioningConfiguration: { Status: "Enabled" } },
      wrong: [
        [{ VersioningConfiguration: { Status: "On" } }, "MalformedXML", "published schema"],
        [
          { VersioningConfiguration: { Status: "Suspended" } },
          "InvalidBucketState",
          "Object Lock configuration is present",
        ],
      ],
    },
    {
      call: "s3 putBucketReplication",
      right: { Bucket: "refusals-locked", ...copied("refusals-locked-too") },
      wrong: [
        [{ Bucket: "refusals" }, "InvalidRequest", "must be 'Enabled' on the bucket to apply a replication"],
        [copied("none"), "InvalidRequest", "Destination bucket must exist"],
        [copied("refusals"), "InvalidRequest", "Destination bucket must have versioning enabled."],
        [copied("refusals-versioned"), "InvalidRequest", "Destination bucket must have Object Lock enabled."],
        [copied("refusals-locked-too", missing.role), "InvalidArgument", "does not exist"],
      ],
    },
    {
      call: "s3 putBucketEncryption",
      right: { Bucket: "refusals", ...encrypted({ SSEAlgorithm: "aws:kms", KMSMasterKeyID: key }) },
      wrong: [
        [encrypted({ SSEAlgorithm: "rot13" }), "MalformedXML", "published schema"],
        [encrypted({ SSEAlgorithm: "AES256", KMSMasterKeyID: key }), "InvalidArgument", "is not applicable"],
        [encrypted({ SSEAlgorithm: "aws:kms", KMSMasterKeyID: missing.key }), "KMS.NotFoundException", "not exist"],
      ],
    },
    {
      call: "s3 putBucketLifecycleConfiguration",
      right: { Bucket: "refusals", ...aging({ ID: "a", Expiration: { Days: 1 } }) },
      wrong: [
        [aging({ ID: "a" }), "InvalidRequest", "At least one action needs to be specified"],
        [aging({ ID: "a", Expiration: { Days: 0 } }), "InvalidArgument", "must be a positive integer"],
        [aging({ ID: "a", Expiration: { Days: 1 }, Status: "On" }), "MalformedXML", "published schema"],
        [aging(...[1, 2].map((Days) => ({ ID: "a", Expiration: { Days } }))), "InvalidArgument", "must be unique"],
      ],
    },
    {
      call: "s3 putBucketPolicy",
      right: { Bucket: "refusals-private", ...bucketPolicy("refusals-private") },
      wrong: [
        [{ Policy: "policy" }, "MalformedPolicy", "invalid Json"],
        [bucketPolicy("other"), "MalformedPolicy", "Policy has invalid resource"],
        [
          bucketPolicy("refusals-private", { Principal: { AWS: missing.role } }),
          "MalformedPolicy",
          "Invalid principal",
        ],
        [bucketPolicy("refusals-private", { Principal: "*" }), "AccessDenied", "BlockPublicPolicy"],
      ],
    },
    {
      call: "s3 putBucketAcl",
      right: { Bucket: "refusals", ACL: "private" },
      wrong: [[{ ACL: "public-read" }, "AccessControlListNotSupported", "The bucket does not allow ACLs"]],
    },
  ];
}
