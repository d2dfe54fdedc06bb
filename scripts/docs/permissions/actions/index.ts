import { data } from "./data";
import { actions, type Need } from "./need";
import { services } from "./services";

export type { Need };

/**
 * By resource as the programs name it: `rds.Cluster` is `aws:rds/cluster:Cluster`. The calls are those of the provider
 * (https://github.com/hashicorp/terraform-provider-aws/tree/main/internal/service), their actions those of the Service Authorization
 * Reference (https://docs.aws.amazon.com/service-authorization/latest/reference/).
 */
export const resources: Record<string, Need> = { ...data, ...services };

/** By data source as the programs name it. */
export const dataSources: Record<string, Need> = {
  "ec2.getPrefixList": { actions: actions("ec2", "DescribePrefixLists") },
};

/** Calls of the SDK that need other actions than the one of their name, or more, or none. */
export const calls: Record<string, string[]> = {
  // With tags, which the snapshot of an upgrade has.
  "rds:CreateDBClusterSnapshot": ["rds:AddTagsToResource", "rds:CreateDBClusterSnapshot"],
  "s3:HeadBucket": ["s3:ListBucket"],
  "s3:GetBucketEncryption": ["s3:GetEncryptionConfiguration"],
  "s3:GetObjectLockConfiguration": ["s3:GetBucketObjectLockConfiguration"],
  "s3:GetBucketReplication": ["s3:GetReplicationConfiguration"],
  "s3:GetPublicAccessBlock": ["s3:GetBucketPublicAccessBlock"],
  "s3:HeadObject": ["s3:GetObject"],
  "s3:ListObjectsV2": ["s3:ListBucket"],
  "sts:GetCallerIdentity": [],
};
