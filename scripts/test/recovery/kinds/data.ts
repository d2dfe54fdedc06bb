import { arn, type Case, missing, ofKeys, others, tags, upper } from "./case";

/** What holds data, and what protects it. */
export const data: Record<string, Case> = {
  "backup/plan": {
    inputs: { name: "pulumi-prod-backup" },
    there: {
      "backup:ListBackupPlans": () => ({
        BackupPlansList: [{ BackupPlanName: "pulumi-prod-backup", BackupPlanId: "1" }],
      }),
      "backup:ListTags": () => ({ Tags: tags }),
    },
    foreign: { "backup:ListTags": () => ({ Tags: {} }) },
    absent: { "backup:ListBackupPlans": () => ({ BackupPlansList: [] }) },
    id: "1",
  },
  "backup/selection": {
    inputs: { name: "data", planId: "1" },
    there: {
      "backup:ListBackupSelections": () => ({ BackupSelectionsList: [{ SelectionName: "data", SelectionId: "2" }] }),
    },
    absent: { "backup:ListBackupSelections": () => ({ BackupSelectionsList: [] }) },
    id: "1|2",
  },
  "backup/vault": {
    inputs: { name: "pulumi-prod-backup" },
    there: {
      "backup:DescribeBackupVault": () => ({ BackupVaultArn: arn("backup", "backup-vault:v") }),
      "backup:ListTags": () => ({ Tags: tags }),
    },
    foreign: { "backup:ListTags": () => ({}) },
    absent: { "backup:DescribeBackupVault": missing("AccessDeniedException") },
    id: "pulumi-prod-backup",
  },
  "kms/alias": {
    inputs: { name: "alias/pulumi-prod-key", targetKeyId: "1" },
    there: { "kms:DescribeKey": () => ({ KeyMetadata: { KeyId: "1" } }) },
    foreign: { "kms:DescribeKey": () => ({ KeyMetadata: { KeyId: "2" } }) },
    absent: { "kms:DescribeKey": missing("NotFoundException") },
    id: "alias/pulumi-prod-key",
  },
  "kms/grant": {
    inputs: { name: "pulumi-prod-service-key", keyId: "1" },
    there: { "kms:ListGrants": () => ({ Grants: [{ Name: "pulumi-prod-service-key", GrantId: "2" }] }) },
    absent: { "kms:ListGrants": () => ({ Grants: [{ Name: "another", GrantId: "3" }] }) },
    id: "1:2",
  },
  "kms/key": {
    inputs: { description: "pulumi-prod-data-key: data at rest" },
    there: {
      "kms:ListKeys": () => ({ Keys: [{ KeyId: "of-aws" }, { KeyId: "deleted" }, { KeyId: "1" }] }),
      "kms:ListResourceTags": ({ KeyId }) =>
        KeyId === "of-aws" ? missing("AccessDeniedException")() : { Tags: ofKeys },
      "kms:DescribeKey": ({ KeyId }) => ({
        KeyMetadata: { Description: "pulumi-prod-data-key: data at rest", Enabled: KeyId === "1" },
      }),
    },
    absent: { "kms:ListResourceTags": () => ({ Tags: [] }) },
    id: "1",
  },
  "opensearch/domain": {
    inputs: { domainName: "pulumi-prod-search" },
    there: {
      "search:DescribeDomain": () => ({ DomainStatus: { ARN: "d", Endpoints: { vpc: "e" } } }),
      "search:ListTags": () => ({ TagList: upper }),
    },
    foreign: { "search:ListTags": () => ({ TagList: others }) },
    absent: { "search:DescribeDomain": missing("ResourceNotFoundException") },
    id: "pulumi-prod-search",
  },
  "rds/cluster": {
    inputs: { clusterIdentifier: "pulumi-prod-db" },
    there: { "rds:DescribeDBClusters": () => ({ DBClusters: [{ TagList: upper, Status: "available" }] }) },
    foreign: { "rds:DescribeDBClusters": () => ({ DBClusters: [{ TagList: others, Status: "available" }] }) },
    absent: { "rds:DescribeDBClusters": missing("DBClusterNotFoundFault") },
    id: "pulumi-prod-db",
  },
  "rds/clusterInstance": {
    inputs: { identifier: "pulumi-prod-db-1" },
    there: { "rds:DescribeDBInstances": () => ({ DBInstances: [{ TagList: upper }] }) },
    foreign: { "rds:DescribeDBInstances": () => ({ DBInstances: [{ TagList: others }] }) },
    absent: { "rds:DescribeDBInstances": missing("DBInstanceNotFoundFault") },
    id: "pulumi-prod-db-1",
  },
  "rds/clusterParameterGroup": {
    inputs: { name: "pulumi-prod-db" },
    there: {
      "rds:DescribeDBClusterParameterGroups": () => ({ DBClusterParameterGroups: [{}] }),
      "rds:ListTagsForResource": () => ({ TagList: upper }),
    },
    foreign: { "rds:ListTagsForResource": () => ({ TagList: others }) },
    absent: { "rds:DescribeDBClusterParameterGroups": missing("DBParameterGroupNotFoundFault") },
    id: "pulumi-prod-db",
  },
  "rds/eventSubscription": {
    inputs: { name: "pulumi-prod-events" },
    there: {
      "rds:DescribeEventSubscriptions": () => ({ EventSubscriptionsList: [{}] }),
      "rds:ListTagsForResource": () => ({ TagList: upper }),
    },
    foreign: { "rds:ListTagsForResource": () => ({ TagList: others }) },
    absent: { "rds:DescribeEventSubscriptions": missing("SubscriptionNotFoundFault") },
    id: "pulumi-prod-events",
  },
  "rds/subnetGroup": {
    inputs: { name: "pulumi-prod-db" },
    there: {
      "rds:DescribeDBSubnetGroups": () => ({ DBSubnetGroups: [{}] }),
      "rds:ListTagsForResource": () => ({ TagList: upper }),
    },
    foreign: { "rds:ListTagsForResource": () => ({ TagList: others }) },
    absent: { "rds:DescribeDBSubnetGroups": missing("DBSubnetGroupNotFoundFault") },
    id: "pulumi-prod-db",
  },
  "s3/bucket": {
    inputs: { bucket: "pulumi-events-prod" },
    there: { "s3:GetBucketTagging": () => ({ TagSet: upper }) },
    // A bucket gets its tags after it is made.
    foreign: { "s3:GetBucketTagging": missing("NoSuchTagSet") },
    absent: { "s3:HeadBucket": missing("NotFound") },
    id: "pulumi-events-prod",
  },
  "secretsmanager/secret": {
    inputs: { name: "pulumi-prod-api" },
    there: { "secrets:DescribeSecret": () => ({ ARN: "s", Tags: upper }) },
    foreign: { "secrets:DescribeSecret": () => ({ ARN: "s", Tags: others }) },
    absent: { "secrets:DescribeSecret": () => ({ ARN: "s", Tags: upper, DeletedDate: new Date() }) },
    id: "s",
  },
  "secretsmanager/secretVersion": {
    inputs: { secretId: "s" },
    there: {
      "secrets:DescribeSecret": () => ({ VersionIdsToStages: { 1: ["AWSPREVIOUS"], 2: ["AWSCURRENT"] } }),
    },
    absent: { "secrets:DescribeSecret": () => ({}) },
    id: "s|2",
  },
};
