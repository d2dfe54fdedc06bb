import type { Recorded, Values } from "@selfhosted/common/testing";
import { withFault } from "../controls/planted";

/** A value that AWS refuses, in place of the input that there is. */
interface Planted {
  /** How cfn-lint finds it: its rule, and the beginning of what it says. */
  rule: string;
  what: string;
  /** Of the resource that has it: the first of this type, whose name ends so. */
  type: string;
  nameEnd?: string;
  inputs: Values;
}

const task = "aws:ecs/taskDefinition:TaskDefinition";
const listener = "aws:lb/listener:Listener";
const targets = "aws:lb/targetGroup:TargetGroup";
const cluster = "aws:rds/cluster:Cluster";
const instance = "aws:rds/clusterInstance:ClusterInstance";
const role = "aws:iam/role:Role";
const logGroup = "aws:cloudwatch/logGroup:LogGroup";
const alarm = "aws:cloudwatch/metricAlarm:MetricAlarm";
const encryption = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";

const trust = { Effect: "Alow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" };
const assumeRolePolicy = JSON.stringify({ Version: "2012-10-17", Statement: [trust] });
const versioningConfiguration = { status: "On" };
const rules = [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "kms" } }];

/** One or more for each type that is converted. */
export const planted: Planted[] = [
  { rule: "E3047", what: "Cpu '256'", type: task, inputs: { cpu: "256", memory: "8192" } },
  { rule: "E3030", what: "NetworkMode", type: task, nameEnd: "-console-definition", inputs: { networkMode: "awsvcp" } },
  { rule: "E3030", what: "PropagateTags", type: "aws:ecs/service:Service", inputs: { propagateTags: "SERVICES" } },
  {
    rule: "E3002",
    what: "ClusterSettings.0.Insights",
    type: "aws:ecs/cluster:Cluster",
    inputs: { settings: [{ name: "containerInsights", insights: "enabled" }] },
  },
  { rule: "E3034", what: "Port", type: listener, inputs: { port: 70000 } },
  { rule: "E3030", what: "Protocol", type: listener, inputs: { protocol: "SSL" } },
  { rule: "E3030", what: "Type", type: "aws:lb/loadBalancer:LoadBalancer", inputs: { loadBalancerType: "netwrok" } },
  { rule: "E3034", what: "HealthCheckIntervalSeconds", type: targets, inputs: { healthCheck: { interval: 4 } } },
  { rule: "E3030", what: "TargetType", type: targets, inputs: { targetType: "pod" } },
  { rule: "E3025", what: "DBInstanceClass", type: instance, inputs: { instanceClass: "db.r6g.huge" } },
  { rule: "E3034", what: "BackupRetentionPeriod", type: cluster, inputs: { backupRetentionPeriod: 36 } },
  { rule: "E3690", what: "EngineVersion", type: cluster, inputs: { engineVersion: "8.0.mysql_aurora.9.9.9" } },
  {
    rule: "E3003",
    what: "'Family' is a required property",
    type: "aws:rds/clusterParameterGroup:ClusterParameterGroup",
    inputs: { family: undefined },
  },
  { rule: "E3031", what: "BucketName", type: "aws:s3/bucket:Bucket", inputs: { bucket: "Pulumi_Checkpoint" } },
  {
    rule: "E3030",
    what: "VersioningConfiguration.Status",
    type: "aws:s3/bucketVersioning:BucketVersioning",
    nameEnd: "-policy-versioning",
    inputs: { versioningConfiguration },
  },
  { rule: "E3030", what: "BucketEncryption", type: encryption, nameEnd: "-policy-encryption", inputs: { rules } },
  {
    rule: "E3030",
    what: "LifecycleConfiguration.Rules.0.Status",
    type: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    nameEnd: "-policy-lifecycle",
    inputs: { rules: [{ id: "old", status: "On", expiration: { days: 1 } }] },
  },
  {
    rule: "E3012",
    what: "LoggingConfiguration.LogFilePrefix",
    type: "aws:s3/bucketLogging:BucketLogging",
    nameEnd: "-policy-logging",
    inputs: { targetPrefix: ["s3/"] },
  },
  {
    rule: "E3030",
    what: "OwnershipControls.Rules.0.ObjectOwnership",
    type: "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    nameEnd: "-policy-ownership",
    inputs: { rule: { objectOwnership: "BucketOwner" } },
  },
  {
    rule: "E3012",
    what: "PublicAccessBlockConfiguration.BlockPublicAcls",
    type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    nameEnd: "-policy-privacy",
    inputs: { blockPublicAcls: "yes" },
  },
  { rule: "E3034", what: "PendingWindowInDays", type: "aws:kms/key:Key", inputs: { deletionWindowInDays: 5 } },
  { rule: "E3030", what: "RetentionInDays", type: logGroup, inputs: { retentionInDays: 42 } },
  { rule: "E3002", what: "Retention: Additional properties", type: logGroup, inputs: { retention: 30 } },
  { rule: "E3030", what: "ComparisonOperator", type: alarm, inputs: { comparisonOperator: "GreaterThanTreshold" } },
  { rule: "E3030", what: "TreatMissingData", type: alarm, inputs: { treatMissingData: "ignored" } },
  { rule: "E3033", what: "RoleName", type: role, inputs: { name: "n".repeat(65) } },
  { rule: "E3530", what: "AssumeRolePolicyDocument.Statement.0.Effect", type: role, inputs: { assumeRolePolicy } },
  {
    rule: "E3033",
    what: "Description",
    type: "aws:secretsmanager/secret:Secret",
    inputs: { description: "d".repeat(2049) },
  },
  { rule: "E1151", what: "VpcId", type: "aws:ec2/securityGroup:SecurityGroup", inputs: { vpcId: "vpc-12" } },
  {
    rule: "E3002",
    what: "CidrIp: '10.0.0.0/33'",
    type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    inputs: { cidrIpv4: "10.0.0.0/33" },
  },
  {
    rule: "E3012",
    what: "ToPort: 'https'",
    type: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    inputs: { toPort: "https" },
  },
];

/** The resources with all of it. */
export function withPlanted(resources: Recorded[]): Recorded[] {
  return planted.reduce((before, { rule: id, type, nameEnd, inputs }) => {
    return withFault({ id, type, ...(nameEnd && { nameEnd }), to: (own) => ({ ...own, ...inputs }) }, before).resources;
  }, resources);
}
