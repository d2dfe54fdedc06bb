import { EC2 } from "@aws-sdk/client-ec2";
import { ECS } from "@aws-sdk/client-ecs";
import { IAM } from "@aws-sdk/client-iam";
import { RDS } from "@aws-sdk/client-rds";
import { Route53 } from "@aws-sdk/client-route-53";
import { S3 } from "@aws-sdk/client-s3";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import type { Seeded } from "../../sandbox/seed";
import type { Access } from "./inventory";

/** Of what the vendor's ECS installer makes, that which holds data and what runs on it. */
export interface VendorsInstallation {
  cluster: string;
  instance: string;
  subnetGroup: string;
  password: string;
  buckets: Record<"checkpoint" | "policy" | "metadata", string>;
  securityGroupId: string;
}

/** The object in each bucket. */
export const object = { Key: "stacks/prod.json.gz", Body: "everything that the customer holds" };

/**
 * Makes it as the vendor's installer leaves it: one instance of a cluster without deletion protection, with strict tables by a parameter group
 * of the instance, and buckets without versioning, policy, lifecycle or a block of public access.
 */
export async function makeVendorsInstallation(
  access: Access,
  account: Seeded,
  imageTag: string,
): Promise<VendorsInstallation> {
  const [rds, s3, ec2] = [new RDS(access), new S3(access), new EC2(access)];
  const made: VendorsInstallation = {
    cluster: "pulumi-db-6f0c1a2",
    instance: "pulumi-db-instance-77b1e0d",
    subnetGroup: "pulumi-db-subnets-0d41c9a",
    password: "kept-as-it-is-7Q",
    buckets: {
      checkpoint: "pulumi-checkpoints-5b0e7f1",
      policy: "pulumi-policypacks-91c2d44",
      metadata: "pulumi-service-metadata-3e8a6b0",
    },
    securityGroupId: "",
  };
  const { GroupId = "" } = await ec2.createSecurityGroup({
    ...{ GroupName: "pulumi-db-sg", Description: "Database", VpcId: account.vpcId },
  });
  const DBParameterGroupName = "pulumi-db-options-a8d0e12";
  await rds.createDBParameterGroup({
    ...{ DBParameterGroupName, DBParameterGroupFamily: "aurora-mysql8.0", Description: "Strict tables" },
  });
  await rds.createDBSubnetGroup({
    ...{ DBSubnetGroupName: made.subnetGroup, DBSubnetGroupDescription: "Managed by Pulumi" },
    SubnetIds: account.subnetIds.isolated,
  });
  const { DBCluster } = await rds.createDBCluster({
    ...{ DBClusterIdentifier: made.cluster, Engine: "aurora-mysql", EngineVersion: "8.0.mysql_aurora.3.10.4" },
    ...{ DatabaseName: "pulumi", MasterUsername: "pulumi", MasterUserPassword: made.password },
    ...{ DBSubnetGroupName: made.subnetGroup, VpcSecurityGroupIds: [GroupId], StorageEncrypted: true },
    BackupRetentionPeriod: 7,
  });
  await rds.createDBInstance({
    ...{ DBInstanceIdentifier: made.instance, DBClusterIdentifier: made.cluster, Engine: "aurora-mysql" },
    ...{ DBInstanceClass: "db.t3.medium", DBParameterGroupName, DBSubnetGroupName: made.subnetGroup },
  });
  for (const Bucket of Object.values(made.buckets)) {
    await s3.createBucket({ Bucket });
    await s3.putObject({ Bucket, ...object });
  }
  const endpoint = DBCluster?.Endpoint ?? "";
  const { ARN: secret = "" } = await new SecretsManager(access).createSecret({
    ...{ Name: "pulumi-db-password-5e1f0b8", SecretString: JSON.stringify({ password: made.password }) },
  });
  await runApi(
    access,
    account,
    {
      PULUMI_API_DOMAIN: `api.${account.zone.name}`,
      PULUMI_DATABASE_USER_NAME: "pulumi",
      PULUMI_DATABASE_ENDPOINT: `${endpoint}:3306`,
      PULUMI_KMS_KEY: account.serviceKeyArn.split("/").at(-1) ?? "",
      PULUMI_CHECKPOINT_BLOB_STORAGE_ENDPOINT: `s3://${made.buckets.checkpoint}`,
      PULUMI_POLICY_PACK_BLOB_STORAGE_ENDPOINT: `s3://${made.buckets.policy}`,
      PULUMI_SERVICE_METADATA_BLOB_STORAGE_ENDPOINT: `s3://${made.buckets.metadata}`,
    },
    { PULUMI_DATABASE_USER_PASSWORD: `${secret}:password::` },
    imageTag,
  );
  await pointHosts(new Route53(access), account);
  return { ...made, securityGroupId: GroupId };
}

async function runApi(
  access: Access,
  account: Seeded,
  environment: Record<string, string>,
  secrets: Record<string, string>,
  tag: string,
): Promise<void> {
  const ecs = new ECS(access);
  const { Role } = await new IAM(access).createRole({
    RoleName: "pulumi-api-execution-2c7f90b",
    AssumeRolePolicyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }],
    }),
  });
  const registry = `${account.accountId}.dkr.ecr.${account.region}.amazonaws.com`;
  await ecs.createCluster({ clusterName: "pulumi-api-cluster" });
  const container = {
    name: "pulumi-service",
    image: `${registry}/pulumi/service:${tag}`,
    environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
    secrets: Object.entries(secrets).map(([name, valueFrom]) => ({ name, valueFrom })),
  };
  const { taskDefinition } = await ecs.registerTaskDefinition({
    ...{
      family: "pulumi-api",
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      cpu: "512",
      memory: "1024",
    },
    ...{ executionRoleArn: Role?.Arn, containerDefinitions: [container] },
  });
  await ecs.createService({
    ...{ cluster: "pulumi-api-cluster", serviceName: "pulumi-api", desiredCount: 1, launchType: "FARGATE" },
    taskDefinition: taskDefinition?.taskDefinitionArn,
    networkConfiguration: { awsvpcConfiguration: { subnets: account.subnetIds.private, securityGroups: [] } },
  });
}

/** Alias records of the two hosts, which lead to the vendor's load balancer. */
async function pointHosts(route53: Route53, { zone }: Seeded): Promise<void> {
  await route53.changeResourceRecordSets({
    HostedZoneId: zone.id,
    ChangeBatch: {
      Changes: ["api", "app"].map((host) => ({
        Action: "CREATE",
        ResourceRecordSet: {
          ...{ Name: `${host}.${zone.name}`, Type: "A" },
          AliasTarget: {
            ...{ DNSName: "pulumi-alb-123456789.us-east-1.elb.amazonaws.com", EvaluateTargetHealth: true },
            HostedZoneId: "Z35SXDOTRQ7X7K",
          },
        },
      })),
    },
  });
}
