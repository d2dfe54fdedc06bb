import type { Values } from "@selfhosted/common/testing";

/** What a resource of one of Pulumi's types is in CloudFormation. */
export interface Conversion {
  type: string;
  /** Properties that have another name than Pulumi's with a capital letter: `DBClusterIdentifier`, not `ClusterIdentifier`. */
  named?: Record<string, string>;
  /** What is for Pulumi's provider, or for AWS's call that deletes it. */
  left?: string[];
  /** Inputs in the structure that CloudFormation has, for those that it groups otherwise. */
  grouped?: (inputs: Values) => Values;
  /** What gives the ARN: an attribute, or `Ref`. */
  arn?: string;
}

/** The blocks of an input that may lack. */
export const list = (value: unknown): Values[] => (value as Values[] | undefined) ?? [];

/** A map as a list of names and values. */
const pairs = (map: unknown, name: string): Values[] =>
  Object.entries((map as Values | undefined) ?? {}).map(([key, value]) => ({ [name]: key, value }));

/** The general rule for names. */
export const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

type Attribute = string | number | boolean;

/** Attributes of load balancers and their target groups: all are text. */
const attributes = (values: Values): Values[] =>
  Object.entries(values).flatMap(([key, value]) =>
    value === undefined ? [] : { key, value: `${value as Attribute}` },
  );

const metric = ({ dimensions, ...rest }: Values): Values => ({ ...rest, dimensions: pairs(dimensions, "name") });

const rule = (other: string): Record<string, string> => ({
  cidrIpv4: "CidrIp",
  cidrIpv6: "CidrIpv6",
  prefixListId: `${other}PrefixListId`,
  referencedSecurityGroupId: `${other}SecurityGroupId`,
  securityGroupId: "GroupId",
});

export const conversions: Record<string, Conversion> = {
  "aws:cloudwatch/logGroup:LogGroup": { type: "AWS::Logs::LogGroup", named: { name: "LogGroupName" }, arn: "Arn" },
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    type: "AWS::CloudWatch::Alarm",
    named: { name: "AlarmName", okActions: "OKActions" },
    grouped: ({ metricQueries, dimensions, ...inputs }) => ({
      ...inputs,
      ...(dimensions !== undefined && metric({ dimensions })),
      ...(metricQueries !== undefined && {
        metrics: list(metricQueries).map(({ metric: of, ...query }) => {
          if (of === undefined) return query;
          const { period, stat, unit, ...rest } = of as Values;
          return { ...query, metricStat: { metric: metric(rest), period, stat, unit } };
        }),
      }),
    }),
    arn: "Arn",
  },
  "aws:ec2/securityGroup:SecurityGroup": {
    type: "AWS::EC2::SecurityGroup",
    named: { name: "GroupName", description: "GroupDescription" },
    left: ["revokeRulesOnDelete"],
  },
  "aws:ecs/cluster:Cluster": {
    type: "AWS::ECS::Cluster",
    named: { name: "ClusterName", settings: "ClusterSettings" },
    arn: "Arn",
  },
  "aws:ecs/service:Service": {
    type: "AWS::ECS::Service",
    named: {
      name: "ServiceName",
      capacityProviderStrategies: "CapacityProviderStrategy",
      enableEcsManagedTags: "EnableECSManagedTags",
    },
    left: ["forceNewDeployment", "waitForSteadyState"],
    grouped: ({ deploymentCircuitBreaker, deploymentMaximumPercent, deploymentMinimumHealthyPercent, ...inputs }) => {
      const { assignPublicIp, ...network } = inputs["networkConfiguration"] as Values;
      return {
        ...inputs,
        deploymentConfiguration: {
          deploymentCircuitBreaker,
          maximumPercent: deploymentMaximumPercent,
          minimumHealthyPercent: deploymentMinimumHealthyPercent,
        },
        networkConfiguration: {
          awsvpcConfiguration: { ...network, assignPublicIp: assignPublicIp ? "ENABLED" : "DISABLED" },
        },
      };
    },
  },
  "aws:ecs/taskDefinition:TaskDefinition": {
    type: "AWS::ECS::TaskDefinition",
    grouped: (inputs) => ({
      ...inputs,
      containerDefinitions: JSON.parse(String(inputs["containerDefinitions"])) as unknown,
    }),
    arn: "Ref",
  },
  "aws:iam/role:Role": {
    type: "AWS::IAM::Role",
    named: { name: "RoleName", assumeRolePolicy: "AssumeRolePolicyDocument" },
    arn: "Arn",
  },
  "aws:kms/key:Key": {
    type: "AWS::KMS::Key",
    named: { deletionWindowInDays: "PendingWindowInDays", policy: "KeyPolicy" },
    arn: "Arn",
  },
  "aws:lb/listener:Listener": {
    type: "AWS::ElasticLoadBalancingV2::Listener",
    grouped: ({ certificateArn, ...inputs }) => ({
      ...inputs,
      ...(certificateArn !== undefined && { certificates: [{ certificateArn }] }),
    }),
  },
  "aws:lb/loadBalancer:LoadBalancer": {
    type: "AWS::ElasticLoadBalancingV2::LoadBalancer",
    named: { loadBalancerType: "Type" },
    grouped: ({ internal, accessLogs, enableCrossZoneLoadBalancing, enableDeletionProtection, ...inputs }) => {
      const { enabled, bucket, prefix } = accessLogs as Values;
      return {
        ...inputs,
        scheme: internal ? "internal" : "internet-facing",
        loadBalancerAttributes: attributes({
          "access_logs.s3.enabled": enabled,
          "access_logs.s3.bucket": bucket,
          "access_logs.s3.prefix": prefix,
          "deletion_protection.enabled": enableDeletionProtection,
          "load_balancing.cross_zone.enabled": enableCrossZoneLoadBalancing,
        }),
      };
    },
    arn: "Ref",
  },
  "aws:lb/targetGroup:TargetGroup": {
    type: "AWS::ElasticLoadBalancingV2::TargetGroup",
    grouped: ({ healthCheck, connectionTermination, deregistrationDelay, preserveClientIp, ...inputs }) => {
      const { healthyThreshold, unhealthyThreshold, interval, timeout, matcher, ...check } = healthCheck as Values;
      const checked = Object.entries(check).map(([name, value]) => [`HealthCheck${capital(name)}`, value]);
      return {
        ...inputs,
        ...(Object.fromEntries(checked) as Values),
        ...{ healthCheckIntervalSeconds: interval, healthCheckTimeoutSeconds: timeout },
        ...{ healthyThresholdCount: healthyThreshold, unhealthyThresholdCount: unhealthyThreshold },
        ...(matcher !== undefined && { matcher: { httpCode: matcher } }),
        targetGroupAttributes: attributes({
          "deregistration_delay.connection_termination.enabled": connectionTermination,
          "deregistration_delay.timeout_seconds": deregistrationDelay,
          "preserve_client_ip.enabled": preserveClientIp,
        }),
      };
    },
    arn: "Ref",
  },
  "aws:rds/cluster:Cluster": {
    type: "AWS::RDS::DBCluster",
    named: {
      clusterIdentifier: "DBClusterIdentifier",
      dbClusterParameterGroupName: "DBClusterParameterGroupName",
      dbSubnetGroupName: "DBSubnetGroupName",
      enabledCloudwatchLogsExports: "EnableCloudwatchLogsExports",
      iamDatabaseAuthenticationEnabled: "EnableIAMDatabaseAuthentication",
      masterPassword: "MasterUserPassword",
    },
    left: ["applyImmediately", "deleteAutomatedBackups", "finalSnapshotIdentifier", "skipFinalSnapshot"],
  },
  "aws:rds/clusterInstance:ClusterInstance": {
    type: "AWS::RDS::DBInstance",
    named: {
      clusterIdentifier: "DBClusterIdentifier",
      dbSubnetGroupName: "DBSubnetGroupName",
      identifier: "DBInstanceIdentifier",
      instanceClass: "DBInstanceClass",
      performanceInsightsEnabled: "EnablePerformanceInsights",
      performanceInsightsKmsKeyId: "PerformanceInsightsKMSKeyId",
    },
    left: ["applyImmediately"],
  },
  "aws:rds/clusterParameterGroup:ClusterParameterGroup": {
    type: "AWS::RDS::DBClusterParameterGroup",
    named: { name: "DBClusterParameterGroupName" },
    grouped: (inputs) => ({
      ...inputs,
      parameters: Object.fromEntries(list(inputs["parameters"]).map(({ name, value }) => [name, value])),
    }),
  },
  "aws:s3/bucket:Bucket": { type: "AWS::S3::Bucket", named: { bucket: "BucketName" }, left: ["forceDestroy"] },
  "aws:secretsmanager/secret:Secret": { type: "AWS::SecretsManager::Secret", left: ["recoveryWindowInDays"] },
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": {
    type: "AWS::EC2::SecurityGroupEgress",
    named: rule("Destination"),
  },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
    type: "AWS::EC2::SecurityGroupIngress",
    named: rule("Source"),
  },
};
