import type { Values } from "@selfhosted/common/testing";
import type { Resource } from "../../controls/resources";

/** A fault in the resources of an installation. */
interface Planted {
  /** The control that finds it. */
  id: string;
  /** Of the resource that is changed: the first of this type, whose name ends so. */
  type: string;
  nameEnd?: string;
  /** Its inputs, in place of those that there are; undefined takes the resource away. */
  to: ((inputs: Values) => Values) | undefined;
  /** It is a resource that no layer makes. */
  isNew?: boolean;
  /** The check by which Checkov finds it: `make audit`. */
  checkov?: string;
}

const set =
  (changes: Values) =>
  (inputs: Values): Values => ({ ...inputs, ...changes });

const container =
  (changes: Values) =>
  (inputs: Values): Values => {
    const [first, ...others] = JSON.parse(String(inputs["containerDefinitions"])) as Values[];
    return { ...inputs, containerDefinitions: JSON.stringify([{ ...first, ...changes }, ...others]) };
  };

const statement = (changes: Values) =>
  set({ policy: JSON.stringify({ Statement: [{ Effect: "Allow", ...changes }] }) });

const cluster = "aws:rds/cluster:Cluster";
const instance = "aws:rds/clusterInstance:ClusterInstance";
const parameters = "aws:rds/clusterParameterGroup:ClusterParameterGroup";
const task = "aws:ecs/taskDefinition:TaskDefinition";
const service = "aws:ecs/service:Service";
const loadBalancer = "aws:lb/loadBalancer:LoadBalancer";
const listener = "aws:lb/listener:Listener";
const rolePolicy = "aws:iam/rolePolicy:RolePolicy";
const key = "aws:kms/key:Key";
const secret = "aws:secretsmanager/secret:Secret";
const subscription = "aws:rds/eventSubscription:EventSubscription";
const rule = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const logGroup = "aws:cloudwatch/logGroup:LogGroup";
const alarm = "aws:cloudwatch/metricAlarm:MetricAlarm";
const repository = "aws:ecr/repository:Repository";
const domain = "aws:opensearch/domain:Domain";

/** One or more for each control. */
export const planted: Planted[] = [
  { id: "RDS.2", checkov: "CKV_AWS_17", type: instance, to: set({ publiclyAccessible: true }) },
  { id: "RDS.4", checkov: "CKV_AWS_96", type: cluster, to: set({ storageEncrypted: false }) },
  { id: "RDS.6", checkov: "CKV_AWS_118", type: instance, to: set({ monitoringInterval: 0 }) },
  { id: "RDS.7", checkov: "CKV_AWS_139", type: cluster, to: set({ deletionProtection: false }) },
  { id: "RDS.9", type: cluster, to: set({ enabledCloudwatchLogsExports: [] }) },
  { id: "RDS.11", type: cluster, to: set({ backupRetentionPeriod: 1 }) },
  { id: "RDS.12", checkov: "CKV_AWS_162", type: cluster, to: set({ iamDatabaseAuthenticationEnabled: undefined }) },
  { id: "RDS.13/35", checkov: "CKV_AWS_226", type: instance, to: set({ autoMinorVersionUpgrade: false }) },
  { id: "RDS.14", checkov: "CKV_AWS_326", type: cluster, to: set({ backtrackWindow: undefined }) },
  { id: "RDS.15", type: instance, to: undefined },
  { id: "RDS.16", checkov: "CKV_AWS_313", type: cluster, to: set({ copyTagsToSnapshot: false }) },
  { id: "RDS.19/20", type: subscription, nameEnd: "-cluster", to: undefined },
  { id: "RDS.19/20", type: subscription, nameEnd: "-instance-1", to: set({ enabled: false }) },
  { id: "RDS.21/22", type: subscription, nameEnd: "-parameter-groups", to: undefined },
  { id: "RDS.21/22", type: subscription, nameEnd: "-security-groups", to: set({ sourceIds: ["one"] }) },
  { id: "RDS.23", type: cluster, to: set({ port: 3306 }) },
  { id: "RDS.24", type: cluster, to: set({ masterUsername: "admin" }) },
  { id: "RDS.27", checkov: "CKV_AWS_327", type: cluster, to: set({ kmsKeyId: undefined }) },
  { id: "RDS.34/45", checkov: "CKV_AWS_325", type: cluster, to: set({ enabledCloudwatchLogsExports: ["error"] }) },
  { id: "RDS.34/45", type: parameters, to: set({ parameters: [{ name: "server_audit_logging", value: "0" }] }) },
  {
    id: "CKV_AWS_353/354",
    checkov: "CKV_AWS_354",
    type: instance,
    to: set({ performanceInsightsKmsKeyId: undefined }),
  },
  {
    id: "DatabaseTls",
    type: parameters,
    to: set({ parameters: [{ name: "require_secure_transport", value: "OFF" }] }),
  },
  { id: "CKV2_AWS_8", type: "aws:backup/selection:Selection", to: set({ resources: [] }) },
  { id: "CKV2_AWS_8", type: "aws:backup/plan:Plan", to: set({ rules: [{ ruleName: "daily" }] }) },
  { id: "ECS.2", checkov: "CKV_AWS_333", type: service, to: set({ networkConfiguration: { assignPublicIp: true } }) },
  { id: "ECS.3/4/17", type: task, to: set({ networkMode: "host" }) },
  { id: "ECS.3/4/17", type: task, to: container({ privileged: true }) },
  { id: "ECS.5", checkov: "CKV_AWS_336", type: task, to: container({ readonlyRootFilesystem: false }) },
  { id: "ECS.8", type: task, to: container({ environment: [{ name: "PULUMI_LICENSE_KEY", value: "x" }] }) },
  { id: "ECS.9", type: task, to: container({ logConfiguration: undefined }) },
  { id: "ECS.10", type: service, to: set({ platformVersion: "1.3.0" }) },
  {
    id: "ECS.12",
    checkov: "CKV_AWS_65",
    type: "aws:ecs/cluster:Cluster",
    to: set({ settings: [{ name: "containerInsights", value: "disabled" }] }),
  },
  { id: "ECS.20", type: task, to: container({ user: "root:root" }) },
  {
    id: "CKV_AWS_249",
    type: task,
    nameEnd: "-api-definition",
    to: (i) => ({ ...i, taskRoleArn: i["executionRoleArn"] }),
  },
  { id: "CKV_AWS_249", type: rolePolicy, to: statement({ Action: "s3:*", Resource: "arn:aws:s3:::b/*" }) },
  { id: "ELB.1", type: listener, to: set({ port: 80, protocol: "HTTP" }) },
  { id: "ELB.4", type: loadBalancer, to: set({ loadBalancerType: "application" }) },
  { id: "ELB.5", checkov: "CKV_AWS_91", type: loadBalancer, to: set({ accessLogs: { bucket: "logs" } }) },
  { id: "ELB.6", checkov: "CKV_AWS_150", type: loadBalancer, to: set({ enableDeletionProtection: false }) },
  { id: "ELB.13", type: loadBalancer, to: set({ subnets: ["subnet-1"] }) },
  { id: "ELB.17", type: listener, to: set({ sslPolicy: "ELBSecurityPolicy-TLS13-1-2-Ext2-2021-06" }) },
  { id: "ELB.18", type: listener, to: set({ protocol: "TCP" }) },
  { id: "ELB.21/22", type: "aws:lb/targetGroup:TargetGroup", to: set({ healthCheck: { protocol: "HTTP" } }) },
  { id: "S3.5", type: "aws:s3/bucketPolicy:BucketPolicy", to: undefined },
  { id: "S3.7", type: "aws:s3/bucketReplicationConfig:BucketReplicationConfig", to: undefined },
  {
    id: "S3.8",
    checkov: "CKV_AWS_55",
    type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    to: set({ ignorePublicAcls: false }),
  },
  { id: "S3.9", checkov: "CKV_AWS_18", type: "aws:s3/bucketLogging:BucketLogging", to: undefined },
  {
    id: "S3.10/13",
    checkov: "CKV_AWS_300",
    type: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    to: set({ rules: [] }),
  },
  {
    id: "S3.12",
    type: "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    to: set({ rule: { objectOwnership: "ObjectWriter" } }),
  },
  {
    id: "S3.14",
    checkov: "CKV_AWS_21",
    type: "aws:s3/bucketVersioning:BucketVersioning",
    to: set({ versioningConfiguration: { status: "Suspended" } }),
  },
  {
    id: "S3.15",
    type: "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    to: set({ rule: undefined }),
  },
  {
    id: "S3.17",
    type: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    to: set({ rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] }),
  },
  { id: "KMS.1/2", type: rolePolicy, to: statement({ Action: ["kms:Decrypt"], Resource: "*" }) },
  { id: "KMS.3/4/5", type: key, checkov: "CKV_AWS_7", to: set({ enableKeyRotation: false }) },
  { id: "KMS.3/4/5", type: key, to: set({ deletionWindowInDays: 7 }) },
  {
    id: "KMS.3/4/5",
    type: key,
    checkov: "CKV_AWS_33",
    to: statement({ Principal: { AWS: "*" }, Action: "kms:Decrypt", Resource: "*" }),
  },
  { id: "CKV_AWS_149", checkov: "CKV_AWS_149", type: secret, to: ({ kmsKeyId: _, ...inputs }) => inputs },
  { id: "SecretsManager.1/4", type: "aws:secretsmanager/secretRotation:SecretRotation", to: undefined },
  { id: "SNS.1", checkov: "CKV_AWS_26", type: "aws:sns/topic:Topic", to: ({ kmsMasterKeyId: _, ...inputs }) => inputs },
  {
    id: "EC2.13/14/18/19",
    type: rule,
    checkov: "CKV_AWS_24",
    to: set({ cidrIpv4: "0.0.0.0/0", fromPort: 22, toPort: 22 }),
  },
  { id: "EC2.13/14/18/19", type: rule, to: set({ cidrIpv4: undefined, cidrIpv6: "::/0", fromPort: 0, toPort: 65535 }) },
  { id: "SecurityGroupRules", type: "aws:ec2/securityGroup:SecurityGroup", to: set({ ingress: [{ fromPort: 443 }] }) },
  { id: "EC2.55/56/57", type: "aws:ec2/vpcEndpoint:VpcEndpoint", nameEnd: "-ssm", to: undefined },
  { id: "Route53.2", type: "aws:route53/queryLog:QueryLog", to: undefined },
  { id: "ACM.1", type: "aws:acm/certificate:Certificate", to: set({ validationMethod: "EMAIL" }) },
  { id: "CloudWatch.15/17", type: alarm, isNew: true, to: () => ({ alarmActions: [] }) },
  { id: "CloudWatch.15/17", type: alarm, isNew: true, to: () => ({ alarmActions: ["arn"], actionsEnabled: false }) },
  { id: "CloudWatch.16", type: logGroup, checkov: "CKV_AWS_338", to: set({ retentionInDays: 30 }) },
  { id: "CloudWatch.16", checkov: "CKV_AWS_158", type: logGroup, to: ({ kmsKeyId: _, ...inputs }) => inputs },
  { id: "ECR.1/2/3", checkov: "CKV_AWS_163", type: repository, isNew: true, to: () => ({ name: "pulumi/service" }) },
  { id: "Tagging", type: "pulumi:providers:aws", to: set({ defaultTags: undefined }) },
  {
    id: "Opensearch.1/2/3/5/7",
    type: domain,
    checkov: "CKV_AWS_6",
    to: set({ nodeToNodeEncryption: { enabled: false } }),
  },
  {
    id: "Opensearch.6/8/11",
    type: domain,
    to: set({ domainEndpointOptions: { tlsSecurityPolicy: "Policy-Min-TLS-1-0-2019-07" } }),
  },
];

/** The resources with the fault among them, and the one that has it. */
export function withFault<R extends Resource>(
  { type, nameEnd = "", to, isNew }: Planted,
  resources: readonly R[],
): { resources: R[]; faulty?: R } {
  if (isNew && to) {
    const faulty = { type, name: "planted", inputs: to({}) } as R;
    return { resources: [...resources, faulty], faulty };
  }
  const victim = resources.find((resource) => resource.type === type && resource.name.endsWith(nameEnd));
  const faulty = victim && to && { ...victim, inputs: to(victim.inputs) };
  return {
    resources: resources.flatMap((resource) => (resource === victim ? (faulty ?? []) : resource)),
    ...(faulty && { faulty }),
  };
}
