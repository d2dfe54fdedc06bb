import type { Type } from "../controls/resources";

/** What types of resources cost besides, of which no price was found or which no assumption would meet. */
export const notCounted: Partial<Record<Type | "aws:backup/vault:Vault", string>> = {
  "aws:backup/vault:Vault":
    "AWS Backup, of which no dated price was found: what its vault keeps, and copies to another",
  "aws:ecs/cluster:Cluster":
    "Container Insights, of which it wasn't found how many metrics it bills: those of cluster, services and tasks",
  "aws:kms/key:Key": "1 USD a month more for a KMS key after its first yearly rotation, and once more after its second",
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig":
    "the prices of the other region: the buckets' copies there are counted at those of this one",
};

/** What other bills, and small amounts of this one, have. */
export const alsoNotCounted = [
  "tax, discounts, savings plans, and what AWS's free tier takes off",
  "the Pulumi licence",
  "NAT gateways, the hosted zone and the service key, which were there before",
  "more tasks than the minimum, while autoscaling asks for them; Fargate Spot, which is cheaper",
  "the tasks of migrations, which run for minutes",
  "images in ECR, requests to KMS and Secrets Manager, traffic between zones",
  "what a database with `databaseInsightsMode=advanced`, or with metrics kept longer than 7 days, pays besides",
];

/** Of these types of the providers, AWS bills nothing: neither of the thing itself nor of what it does. */
const free = new Set([
  // ACM's public certificates.
  ...["aws:acm/certificate:Certificate", "aws:acm/certificateValidation:CertificateValidation"],
  ...["aws:appautoscaling/policy:Policy", "aws:appautoscaling/target:Target"],
  ...[
    "aws:backup/plan:Plan",
    "aws:backup/selection:Selection",
    "aws:backup/vaultLockConfiguration:VaultLockConfiguration",
  ],
  // Rules on AWS's own events.
  ...["aws:cloudwatch/eventRule:EventRule", "aws:cloudwatch/eventTarget:EventTarget"],
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
  "aws:ec2/securityGroup:SecurityGroup",
  ...["aws:ecs/clusterCapacityProviders:ClusterCapacityProviders", "aws:ecs/taskDefinition:TaskDefinition"],
  ...["aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy", "aws:iam/rolePolicyAttachment:RolePolicyAttachment"],
  ...["aws:kms/alias:Alias", "aws:kms/grant:Grant"],
  ...["aws:lb/listener:Listener", "aws:lb/targetGroup:TargetGroup"],
  ...["aws:rds/clusterParameterGroup:ClusterParameterGroup", "aws:rds/subnetGroup:SubnetGroup"],
  "aws:rds/eventSubscription:EventSubscription",
  // Aliases to AWS's own resources are answered free of charge. Query logs are logs.
  ...["aws:route53/record:Record", "aws:route53/queryLog:QueryLog", "aws:route53/zoneAssociation:ZoneAssociation"],
  ...["aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "aws:s3/bucketLogging:BucketLogging"],
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
  ...["aws:s3/bucketOwnershipControls:BucketOwnershipControls", "aws:s3/bucketPolicy:BucketPolicy"],
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  "aws:s3/bucketVersioning:BucketVersioning",
  "aws:secretsmanager/secretVersion:SecretVersion",
  // The first notices by e-mail of each month.
  ...["aws:sns/topic:Topic", "aws:sns/topicPolicy:TopicPolicy", "aws:sns/topicSubscription:TopicSubscription"],
  ...["aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"],
  ...["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"],
]);

export function isFree(type: string): boolean {
  return free.has(type) || /^(selfhosted|pulumi|pulumi-nodejs|random):/.test(type);
}
