import { ACM } from "@aws-sdk/client-acm";
import { ApplicationAutoScaling } from "@aws-sdk/client-application-auto-scaling";
import { Backup } from "@aws-sdk/client-backup";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { EC2 } from "@aws-sdk/client-ec2";
import { ECR } from "@aws-sdk/client-ecr";
import { ECS } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import { IAM } from "@aws-sdk/client-iam";
import { KMS } from "@aws-sdk/client-kms";
import { OpenSearch } from "@aws-sdk/client-opensearch";
import { RDS } from "@aws-sdk/client-rds";
import { RDSData } from "@aws-sdk/client-rds-data";
import { Route53 } from "@aws-sdk/client-route-53";
import { S3 } from "@aws-sdk/client-s3";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { SNS } from "@aws-sdk/client-sns";
import { emulator } from "../account";

/** The SDK's clients for an account at this address, as a user's tool has them. */
export function clients(endpoint: string, region: string) {
  const credentials = { accessKeyId: "sandbox", secretAccessKey: "sandbox" };
  const config = { endpoint, region, credentials, maxAttempts: 1 };
  return {
    acm: new ACM(config),
    backup: new Backup(config),
    ec2: new EC2(config),
    ecr: new ECR(config),
    ecs: new ECS(config),
    elb: new ElasticLoadBalancingV2(config),
    iam: new IAM(config),
    kms: new KMS(config),
    logs: new CloudWatchLogs(config),
    opensearch: new OpenSearch(config),
    rds: new RDS(config),
    rdsData: new RDSData(config),
    route53: new Route53(config),
    s3: new S3({ ...config, forcePathStyle: true }),
    scaling: new ApplicationAutoScaling(config),
    secrets: new SecretsManager(config),
    sns: new SNS(config),
  };
}

export type Clients = ReturnType<typeof clients>;

/** AWS's code and words for a call that it refuses, or an empty text where the call succeeds. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => "",
    ({ name, message }: Error) => `${name}: ${message}`,
  );
}

/** A policy document with one statement. */
export function policy(statement: object, Version = "2012-10-17"): string {
  return JSON.stringify({ Version, Statement: [{ Effect: "Allow", ...statement }] });
}

/** A policy document that an ECS task's role has. */
export const trust = policy({ Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" });

export const container = {
  name: "api",
  image: "docker.io/library/nginx:1",
  portMappings: [{ containerPort: 8080 }],
};
export const definition = {
  family: "refusals",
  networkMode: "awsvpc" as const,
  requiresCompatibilities: ["FARGATE" as const],
  cpu: "256",
  memory: "512",
  containerDefinitions: [container],
};

export type Fixture = Awaited<ReturnType<typeof prepare>>;

/** What the refused calls are about: of each kind of resource one that is there, so that only what is meant is wrong. */
export async function prepare() {
  const { account, url } = await emulator();
  const aws = clients(url, account.region);
  const { accountId, region, vpcId, subnetIds } = account;
  const group = async (VpcId: string) =>
    (await aws.ec2.createSecurityGroup({ GroupName: "refusals", Description: "test", VpcId })).GroupId ?? "";
  const ownGroup = await group(vpcId);
  const targetGroup = async (Name: string, TargetType: "ip" | "instance", VpcId: string) =>
    (await aws.elb.createTargetGroup({ Name, Port: 8080, Protocol: "TCP", TargetType, VpcId })).TargetGroups?.[0]
      .TargetGroupArn ?? "";
  const otherVpc = (await aws.ec2.createVpc({ CidrBlock: "10.98.0.0/16" })).Vpc?.VpcId ?? "";
  const otherSubnet =
    (await aws.ec2.createSubnet({ VpcId: otherVpc, CidrBlock: "10.98.0.0/24", AvailabilityZone: `${region}c` })).Subnet
      ?.SubnetId ?? "";
  const role = (await aws.iam.createRole({ RoleName: "refusals", AssumeRolePolicyDocument: trust })).Role?.Arn ?? "";
  const key = async () => (await aws.kms.createKey({})).KeyMetadata?.Arn ?? "";
  const [, disabledKey] = (await key()).split("/");
  await aws.kms.disableKey({ KeyId: disabledKey });

  const { LoadBalancers } = await aws.elb.createLoadBalancer({
    Name: "refusals",
    Type: "network",
    Subnets: subnetIds.public,
  });
  const loadBalancer = LoadBalancers?.[0].LoadBalancerArn ?? "";
  const target = await targetGroup("refusals", "ip", vpcId);
  await aws.elb.createListener({
    LoadBalancerArn: loadBalancer,
    Port: 80,
    Protocol: "TCP",
    DefaultActions: [{ Type: "forward", TargetGroupArn: target }],
  });
  const loneTarget = await targetGroup("refusals-lone", "ip", vpcId);
  const idleTarget = await targetGroup("refusals-idle", "ip", vpcId);
  const otherTarget = await targetGroup("refusals-other", "ip", otherVpc);

  await aws.ecs.createCluster({ clusterName: "refusals", capacityProviders: ["FARGATE"] });
  const { taskDefinition } = await aws.ecs.registerTaskDefinition(definition);
  await aws.ecs.createService({
    cluster: "refusals",
    serviceName: "held",
    taskDefinition: "refusals",
    launchType: "FARGATE",
    networkConfiguration: { awsvpcConfiguration: { subnets: subnetIds.private, securityGroups: [] } },
  });

  for (const Bucket of ["refusals", "refusals-private", "refusals-versioned"]) await aws.s3.createBucket({ Bucket });
  for (const Bucket of ["refusals-locked", "refusals-locked-too"]) {
    await aws.s3.createBucket({ Bucket, ObjectLockEnabledForBucket: true });
  }
  await aws.s3.putBucketVersioning({
    Bucket: "refusals-versioned",
    VersioningConfiguration: { Status: "Enabled" },
  });
  await aws.s3.putPublicAccessBlock({
    Bucket: "refusals-private",
    PublicAccessBlockConfiguration: { BlockPublicPolicy: true },
  });
  const administrator = { username: "admin", password: "password1" };
  const subnetGroup = { DBSubnetGroupName: "refusals", DBSubnetGroupDescription: "test" };
  await aws.rds.createDBSubnetGroup({ ...subnetGroup, SubnetIds: subnetIds.isolated });
  await aws.rds.createDBCluster({
    DBClusterIdentifier: "refusals",
    DBSubnetGroupName: "refusals",
    VpcSecurityGroupIds: [ownGroup],
    Engine: "aurora-mysql",
    EngineVersion: "8.0.mysql_aurora.3.11.1",
    MasterUsername: administrator.username,
    MasterUserPassword: administrator.password,
  });
  await aws.rds.createDBClusterSnapshot({
    DBClusterIdentifier: "refusals",
    DBClusterSnapshotIdentifier: "refusals-snapshot",
  });
  await aws.backup.createBackupVault({ BackupVaultName: "refusals" });
  await aws.logs.createLogGroup({ logGroupName: "refusals" });
  return {
    aws,
    url,
    account,
    otherVpc,
    otherSubnet,
    group: ownGroup,
    otherGroup: await group(otherVpc),
    role,
    key: await key(),
    disabledKey,
    loadBalancer,
    target,
    loneTarget,
    idleTarget,
    otherTarget,
    taskDefinition: taskDefinition?.taskDefinitionArn ?? "",
    topic: (await aws.sns.createTopic({ Name: "refusals" })).TopicArn ?? "",
    secret:
      (await aws.secrets.createSecret({ Name: "refusals", SecretString: JSON.stringify(administrator) })).ARN ?? "",
    /** Of things that aren't there. */
    missing: {
      key: `arn:aws:kms:${region}:${accountId}:key/00000000-0000-0000-0000-000000000000`,
      role: `arn:aws:iam::${accountId}:role/missing`,
      policy: `arn:aws:iam::${accountId}:policy/missing`,
      topic: `arn:aws:sns:${region}:${accountId}:missing`,
      logGroup: `arn:aws:logs:${region}:${accountId}:log-group:missing`,
    },
  };
}
