import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** The types of resources that controls and the cost table look at, with what their classes take. */
interface Types {
  "aws:acm/certificate:Certificate": aws.acm.CertificateArgs;
  "aws:appautoscaling/target:Target": aws.appautoscaling.TargetArgs;
  "aws:backup/plan:Plan": aws.backup.PlanArgs;
  "aws:backup/selection:Selection": aws.backup.SelectionArgs;
  "aws:cloudwatch/logGroup:LogGroup": aws.cloudwatch.LogGroupArgs;
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": aws.cloudwatch.LogMetricFilterArgs;
  "aws:cloudwatch/dashboard:Dashboard": aws.cloudwatch.DashboardArgs;
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": aws.cloudwatch.CompositeAlarmArgs;
  "aws:cloudwatch/metricAlarm:MetricAlarm": aws.cloudwatch.MetricAlarmArgs;
  "aws:ec2/securityGroup:SecurityGroup": aws.ec2.SecurityGroupArgs;
  "aws:ec2/vpcEndpoint:VpcEndpoint": aws.ec2.VpcEndpointArgs;
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": aws.ecr.LifecyclePolicyArgs;
  "aws:ecr/repository:Repository": aws.ecr.RepositoryArgs;
  "aws:ecs/cluster:Cluster": aws.ecs.ClusterArgs;
  "aws:ecs/service:Service": aws.ecs.ServiceArgs;
  "aws:ecs/taskDefinition:TaskDefinition": aws.ecs.TaskDefinitionArgs;
  "aws:iam/rolePolicy:RolePolicy": aws.iam.RolePolicyArgs;
  "aws:kms/key:Key": aws.kms.KeyArgs;
  "aws:lb/listener:Listener": aws.lb.ListenerArgs;
  "aws:lb/loadBalancer:LoadBalancer": aws.lb.LoadBalancerArgs;
  "aws:lb/targetGroup:TargetGroup": aws.lb.TargetGroupArgs;
  "aws:opensearch/domain:Domain": aws.opensearch.DomainArgs;
  "aws:rds/cluster:Cluster": aws.rds.ClusterArgs;
  "aws:rds/clusterInstance:ClusterInstance": aws.rds.ClusterInstanceArgs;
  "aws:rds/clusterParameterGroup:ClusterParameterGroup": aws.rds.ClusterParameterGroupArgs;
  "aws:rds/eventSubscription:EventSubscription": aws.rds.EventSubscriptionArgs;
  "aws:route53/healthCheck:HealthCheck": aws.route53.HealthCheckArgs;
  "aws:route53/queryLog:QueryLog": aws.route53.QueryLogArgs;
  "aws:route53/record:Record": aws.route53.RecordArgs;
  "aws:s3/bucket:Bucket": aws.s3.BucketArgs;
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": aws.s3.BucketLifecycleConfigurationArgs;
  "aws:s3/bucketLogging:BucketLogging": aws.s3.BucketLoggingArgs;
  "aws:s3/bucketMetric:BucketMetric": aws.s3.BucketMetricArgs;
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": aws.s3.BucketObjectLockConfigurationArgs;
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": aws.s3.BucketOwnershipControlsArgs;
  "aws:s3/bucketPolicy:BucketPolicy": aws.s3.BucketPolicyArgs;
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": aws.s3.BucketPublicAccessBlockArgs;
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig": aws.s3.BucketReplicationConfigArgs;
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": aws.s3.BucketServerSideEncryptionConfigurationArgs;
  "aws:s3/bucketVersioning:BucketVersioning": aws.s3.BucketVersioningArgs;
  "aws:secretsmanager/secret:Secret": aws.secretsmanager.SecretArgs;
  "aws:secretsmanager/secretRotation:SecretRotation": aws.secretsmanager.SecretRotationArgs;
  "aws:sns/topic:Topic": aws.sns.TopicArgs;
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": aws.vpc.SecurityGroupIngressRuleArgs;
  "pulumi:providers:aws": aws.ProviderArgs;
}

export type Type = keyof Types;

/** What AWS is given of a resource. */
export type Inputs<T extends Type> = pulumi.Unwrap<NonNullable<Types[T]>>;

/** A resource as a run over mocks records it, as a state holds it, or as the engine hands it to a policy. */
export interface Resource<I = Record<string, unknown>> {
  type: string;
  name: string;
  inputs: I;
}

/** All resources of one or more layers. */
export class Resources {
  constructor(private readonly all: readonly Resource[]) {}

  ofType<T extends Type>(type: T): Resource<Inputs<T>>[] {
    return this.all.filter((resource) => resource.type === type) as unknown as Resource<Inputs<T>>[];
  }
}
