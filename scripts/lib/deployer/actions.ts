/** What a deployer may have to do in AWS for one kind of resource: to create, read, change, and delete it. */
export interface Need {
  /** IAM actions. */
  actions: string[];
  /** Services that get a role of the installation. */
  passesRolesTo?: string[];
  /** Services whose own role AWS makes in the deployer's name where the account has none. */
  linkedRolesOf?: string[];
}

const actions = (service: string, ...names: string[]): string[] => names.map((name) => `${service}:${name}`);

const tags = {
  arn: ["ListTagsForResource", "TagResource", "UntagResource"],
  rds: ["AddTagsToResource", "ListTagsForResource", "RemoveTagsFromResource"],
};

/** One of S3's settings of a bucket. */
const bucketSetting = (...names: string[]): Need => ({
  actions: actions("s3", ...names.flatMap((n) => [`Get${n}`, `Put${n}`])),
});

/**
 * A service that puts its things into a network looks at it in the caller's name:
 * https://repost.aws/knowledge-center/rds-iam-least-privileges, https://github.com/aws/aws-cdk/issues/16492.
 */
const network = actions(
  "ec2",
  ...["DescribeAccountAttributes", "DescribeAvailabilityZones", "DescribeInternetGateways"],
  ...["DescribeSecurityGroups", "DescribeSubnets", "DescribeVpcAttribute", "DescribeVpcs"],
);

/** What is stored with a key of KMS needs it from whoever stores it. */
const throughKey = actions("kms", "CreateGrant", "Decrypt", "DescribeKey", "GenerateDataKey");

const securityGroupRule = (direction: "Egress" | "Ingress"): Need => ({
  actions: actions(
    "ec2",
    ...[`AuthorizeSecurityGroup${direction}`, `RevokeSecurityGroup${direction}`],
    ...["CreateTags", "DeleteTags", "DescribeSecurityGroupRules", "ModifySecurityGroupRules"],
  ),
});

/**
 * By resource as the programs name it: `rds.Cluster` is `aws:rds/cluster:Cluster`. The calls are those of the provider
 * (https://github.com/hashicorp/terraform-provider-aws/tree/main/internal/service), their actions those of the Service Authorization
 * Reference (https://docs.aws.amazon.com/service-authorization/latest/reference/).
 */
export const resources: Record<string, Need> = {
  "acm.Certificate": {
    actions: actions(
      "acm",
      ...["AddTagsToCertificate", "DeleteCertificate", "DescribeCertificate", "ListTagsForCertificate"],
      ...["RemoveTagsFromCertificate", "RequestCertificate"],
    ),
  },
  "acm.CertificateValidation": { actions: actions("acm", "DescribeCertificate") },
  "appautoscaling.Policy": {
    actions: [
      ...actions("application-autoscaling", "DeleteScalingPolicy", "DescribeScalingPolicies", "PutScalingPolicy"),
      ...actions("cloudwatch", "DeleteAlarms", "DescribeAlarms", "PutMetricAlarm"),
    ],
  },
  "appautoscaling.Target": {
    actions: [
      ...actions("application-autoscaling", ...tags.arn),
      ...actions(
        "application-autoscaling",
        "DeregisterScalableTarget",
        "DescribeScalableTargets",
        "RegisterScalableTarget",
      ),
    ],
    linkedRolesOf: ["ecs.application-autoscaling.amazonaws.com"],
  },
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
  "cloudwatch.LogGroup": {
    actions: actions(
      "logs",
      ...["AssociateKmsKey", "CreateLogGroup", "DeleteLogGroup", "DeleteRetentionPolicy", "DescribeLogGroups"],
      ...["DisassociateKmsKey", "PutRetentionPolicy", ...tags.arn],
    ),
  },
  "cloudwatch.LogResourcePolicy": {
    actions: actions("logs", "DeleteResourcePolicy", "DescribeResourcePolicies", "PutResourcePolicy"),
  },
  "ec2.SecurityGroup": {
    actions: actions(
      "ec2",
      ...["AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress", "CreateSecurityGroup", "CreateTags"],
      ...["DeleteSecurityGroup", "DeleteTags", "DescribeNetworkInterfaces", "DescribeSecurityGroupRules"],
      ...["DescribeSecurityGroups", "RevokeSecurityGroupEgress", "RevokeSecurityGroupIngress"],
    ),
  },
  "ec2.VpcEndpoint": {
    actions: [
      ...actions("ec2", "CreateTags", "CreateVpcEndpoint", "DeleteTags", "DeleteVpcEndpoints", "DescribePrefixLists"),
      ...actions("ec2", "DescribeVpcEndpoints", "ModifyVpcEndpoint"),
      ...actions("route53", "AssociateVPCWithHostedZone"),
    ],
  },
  "ecs.Cluster": {
    actions: actions("ecs", "CreateCluster", "DeleteCluster", "DescribeClusters", "UpdateCluster", ...tags.arn),
    linkedRolesOf: ["ecs.amazonaws.com"],
  },
  "ecs.ClusterCapacityProviders": { actions: actions("ecs", "DescribeClusters", "PutClusterCapacityProviders") },
  "ecs.Service": {
    actions: actions(
      "ecs",
      ...["CreateService", "DeleteService", "DescribeServiceDeployments"],
      ...["DescribeServices", "ListServiceDeployments", "UpdateService", ...tags.arn],
    ),
  },
  "ecs.TaskDefinition": {
    actions: actions(
      "ecs",
      ...["DeregisterTaskDefinition", "DescribeTaskDefinition", "RegisterTaskDefinition", ...tags.arn],
    ),
    passesRolesTo: ["ecs-tasks.amazonaws.com"],
  },
  "iam.Role": {
    actions: actions(
      "iam",
      ...["CreateRole", "DeleteRole", "DeleteRolePermissionsBoundary", "GetRole", "ListAttachedRolePolicies"],
      ...["ListInstanceProfilesForRole", "ListRolePolicies", "PutRolePermissionsBoundary", "TagRole", "UntagRole"],
      ...["UpdateAssumeRolePolicy", "UpdateRole", "UpdateRoleDescription"],
    ),
  },
  "iam.RolePolicy": { actions: actions("iam", "DeleteRolePolicy", "GetRolePolicy", "PutRolePolicy") },
  "iam.RolePolicyAttachment": {
    actions: actions("iam", "AttachRolePolicy", "DetachRolePolicy", "ListAttachedRolePolicies"),
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
  "lb.Listener": {
    actions: actions(
      "elasticloadbalancing",
      ...["AddTags", "CreateListener", "DeleteListener", "DescribeListenerAttributes", "DescribeListeners"],
      ...["DescribeTags", "ModifyListener", "ModifyListenerAttributes", "RemoveTags"],
    ),
  },
  "lb.LoadBalancer": {
    actions: [
      ...actions("elasticloadbalancing", "AddTags", "CreateLoadBalancer", "DeleteLoadBalancer"),
      ...actions("elasticloadbalancing", "DescribeCapacityReservation", "DescribeLoadBalancerAttributes"),
      ...actions("elasticloadbalancing", "DescribeLoadBalancers", "DescribeTags", "ModifyLoadBalancerAttributes"),
      ...actions("elasticloadbalancing", "RemoveTags", "SetIpAddressType", "SetSecurityGroups", "SetSubnets"),
      ...actions("ec2", "DescribeAccountAttributes", "DescribeAddresses", "DescribeInternetGateways"),
      ...actions("ec2", "DescribeNetworkInterfaces", "DescribeSecurityGroups", "DescribeSubnets", "DescribeVpcs"),
      // https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/3917
      ...actions("ec2", "GetSecurityGroupsForVpc"),
    ],
    linkedRolesOf: ["elasticloadbalancing.amazonaws.com"],
  },
  "lb.TargetGroup": {
    actions: actions(
      "elasticloadbalancing",
      ...["AddTags", "CreateTargetGroup", "DeleteTargetGroup", "DescribeTags", "DescribeTargetGroupAttributes"],
      ...["DescribeTargetGroups", "ModifyTargetGroup", "ModifyTargetGroupAttributes", "RemoveTags"],
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
  "route53.HealthCheck": {
    actions: actions(
      "route53",
      ...["ChangeTagsForResource", "CreateHealthCheck", "DeleteHealthCheck", "GetHealthCheck"],
      ...["ListTagsForResource", "UpdateHealthCheck"],
    ),
  },
  "route53.Record": {
    actions: actions("route53", "ChangeResourceRecordSets", "GetChange", "GetHostedZone", "ListResourceRecordSets"),
  },
  "route53.ZoneAssociation": {
    actions: [
      ...actions("route53", "AssociateVPCWithHostedZone", "DisassociateVPCFromHostedZone", "GetChange"),
      ...actions("route53", "GetHostedZone", "ListHostedZonesByVPC"),
      ...actions("ec2", "DescribeVpcs"),
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
  "vpc.SecurityGroupEgressRule": securityGroupRule("Egress"),
  "vpc.SecurityGroupIngressRule": securityGroupRule("Ingress"),
};

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
