import { actions, type Need, tags } from "./need";

/** One of S3's settings of a bucket. */
const bucketSetting = (...names: string[]): Need => ({
  actions: actions("s3", ...names.flatMap((n) => [`Get${n}`, `Put${n}`])),
});

/**
 * A service that puts its things into a network describes it in the caller's name:
 * https://repost.aws/knowledge-center/rds-iam-least-privileges, https://github.com/aws/aws-cdk/issues/16492.
 */
const network = actions(
  "ec2",
  ...["DescribeAccountAttributes", "DescribeAvailabilityZones", "DescribeInternetGateways"],
  ...["DescribeSecurityGroups", "DescribeSubnets", "DescribeVpcAttribute", "DescribeVpcs"],
);

/** The caller needs the key with which something is stored. */
const throughKey = actions("kms", "CreateGrant", "Decrypt", "DescribeKey", "GenerateDataKey");

/** Resources that hold data, and what protects it. */
export const data: Record<string, Need> = {
  "backup.Plan": {
    actions: actions(
      "backup",
      ...["CreateBackupPlan", "DeleteBackupPlan", "GetBackupPlan", "UpdateBackupPlan"],
      ...["ListTags", "TagResource", "UntagResource"],
    ),
  },
  "backup.Selection": {
    actions: actions("backup", "CreateBackupSelection", "DeleteBackupSelection", "GetBackupSelection"),
    passesRolesTo: ["backup.amazonaws.com"],
    linkedRolesOf: ["backup.amazonaws.com"],
  },
  "backup.Vault": {
    actions: [
      ...actions("backup", "CreateBackupVault", "DeleteBackupVault", "DescribeBackupVault"),
      ...actions("backup", "DeleteRecoveryPoint", "DescribeRecoveryPoint", "ListRecoveryPointsByBackupVault"),
      ...actions("backup", "ListTags", "TagResource", "UntagResource"),
      ...actions("backup-storage", "MountCapsule"),
      ...throughKey,
      ...actions("kms", "RetireGrant"),
    ],
  },
  "backup.VaultLockConfiguration": {
    actions: actions(
      "backup",
      ...["DeleteBackupVaultLockConfiguration", "DescribeBackupVault", "PutBackupVaultLockConfiguration"],
    ),
  },
  "kms.Alias": { actions: actions("kms", "CreateAlias", "DeleteAlias", "ListAliases", "UpdateAlias") },
  "kms.Grant": { actions: actions("kms", "CreateGrant", "ListGrants", "RevokeGrant") },
  "kms.Key": {
    actions: actions(
      "kms",
      ...["CreateKey", "DescribeKey", "DisableKey", "DisableKeyRotation", "EnableKey", "EnableKeyRotation"],
      ...["GetKeyPolicy", "GetKeyRotationStatus", "ListResourceTags", "PutKeyPolicy", "ScheduleKeyDeletion"],
      ...["TagResource", "UntagResource", "UpdateKeyDescription"],
    ),
  },
  "opensearch.Domain": {
    actions: [
      ...actions("es", "AddTags", "CreateDomain", "DeleteDomain", "DescribeDomain", "DescribeDomainConfig"),
      ...actions("es", "GetCompatibleVersions", "GetUpgradeStatus", "ListTags", "RemoveTags", "UpdateDomainConfig"),
      ...actions("es", "UpgradeDomain"),
      ...network,
      ...throughKey,
    ],
  },
  "rds.Cluster": {
    actions: [
      ...actions("rds", "CreateDBCluster", "CreateDBClusterSnapshot", "DeleteDBCluster", "DescribeDBClusters"),
      ...actions("rds", "DescribeGlobalClusters", "ModifyDBCluster", "RestoreDBClusterFromSnapshot", ...tags.rds),
      ...network,
      ...throughKey,
    ],
    linkedRolesOf: ["rds.amazonaws.com"],
  },
  "rds.ClusterInstance": {
    actions: [
      ...actions("rds", "CreateDBInstance", "DeleteDBInstance", "DescribeDBClusters", "DescribeDBInstances"),
      ...actions("rds", "ModifyDBInstance", "RebootDBInstance", ...tags.rds),
      // The provider deletes an instance without saying that it wants no snapshot, and AWS may check that it could take one:
      // https://github.com/aws-samples/eks-workshop-v2/issues/1201.
      ...actions("rds", "CreateDBSnapshot"),
      ...network,
      ...throughKey,
    ],
    passesRolesTo: ["monitoring.rds.amazonaws.com"],
  },
  "rds.ClusterParameterGroup": {
    actions: actions(
      "rds",
      ...["CreateDBClusterParameterGroup", "DeleteDBClusterParameterGroup", "DescribeDBClusterParameterGroups"],
      ...["DescribeDBClusterParameters", "ModifyDBClusterParameterGroup", "ResetDBClusterParameterGroup", ...tags.rds],
    ),
  },
  "rds.EventSubscription": {
    actions: actions(
      "rds",
      ...["AddSourceIdentifierToSubscription", "CreateEventSubscription", "DeleteEventSubscription"],
      ...["DescribeEventSubscriptions", "ModifyEventSubscription", "RemoveSourceIdentifierFromSubscription"],
      ...tags.rds,
    ),
  },
  "rds.SubnetGroup": {
    actions: [
      ...actions("rds", "CreateDBSubnetGroup", "DeleteDBSubnetGroup", "DescribeDBSubnetGroups"),
      ...actions("rds", "ModifyDBSubnetGroup", ...tags.rds),
      ...network,
    ],
  },
  "s3.Bucket": {
    actions: actions(
      "s3",
      ...["CreateBucket", "DeleteBucket", "GetAccelerateConfiguration", "GetBucketAcl", "GetBucketCORS"],
      ...["GetBucketLocation", "GetBucketLogging", "GetBucketObjectLockConfiguration", "GetBucketPolicy"],
      ...["GetBucketRequestPayment", "GetBucketTagging", "GetBucketVersioning", "GetBucketWebsite"],
      ...["GetEncryptionConfiguration", "GetLifecycleConfiguration", "GetReplicationConfiguration", "ListBucket"],
      ...["PutBucketObjectLockConfiguration", "PutBucketTagging"],
      // The newer way to tags, which the provider tries first.
      ...tags.arn,
      // Only of a bucket that may be emptied, which `ephemeral` says.
      ...["DeleteObject", "DeleteObjectVersion", "ListBucketVersions"],
    ),
  },
  "s3.BucketLifecycleConfiguration": bucketSetting("LifecycleConfiguration"),
  "s3.BucketLogging": bucketSetting("BucketLogging"),
  "s3.BucketObjectLockConfiguration": bucketSetting("BucketObjectLockConfiguration"),
  "s3.BucketOwnershipControls": bucketSetting("BucketOwnershipControls"),
  "s3.BucketPolicy": { actions: actions("s3", "DeleteBucketPolicy", "GetBucketPolicy", "PutBucketPolicy") },
  "s3.BucketPublicAccessBlock": bucketSetting("BucketPublicAccessBlock"),
  "s3.BucketReplicationConfig": {
    ...bucketSetting("ReplicationConfiguration"),
    passesRolesTo: ["s3.amazonaws.com"],
  },
  "s3.BucketServerSideEncryptionConfiguration": bucketSetting("EncryptionConfiguration"),
  "s3.BucketVersioning": bucketSetting("BucketVersioning"),
  "secretsmanager.Secret": {
    actions: actions(
      "secretsmanager",
      ...["CreateSecret", "DeleteSecret", "DescribeSecret", "GetResourcePolicy", "TagResource", "UntagResource"],
      ...["UpdateSecret"],
    ),
  },
  "secretsmanager.SecretVersion": {
    actions: [
      ...actions("secretsmanager", "DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage"),
      ...actions("kms", "Decrypt", "GenerateDataKey"),
    ],
  },
  "sns.Topic": {
    actions: actions("sns", "CreateTopic", "DeleteTopic", "GetTopicAttributes", "SetTopicAttributes", ...tags.arn),
  },
  "sns.TopicPolicy": { actions: actions("sns", "GetTopicAttributes", "SetTopicAttributes") },
  "sns.TopicSubscription": {
    actions: actions("sns", "GetSubscriptionAttributes", "SetSubscriptionAttributes", "Subscribe", "Unsubscribe"),
  },
};
