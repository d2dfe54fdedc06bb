import { infrastructureContract, type InfrastructureOutputs } from "../contract";
import { accountId, partitions, type Partition } from "./account";

/** What the infrastructure layer would say of a medium installation. */
export function infrastructureOutputs(partition: Partition = "aws"): InfrastructureOutputs {
  const { region } = partitions[partition];
  const arn = (service: string, resource: string, where: string = region): string =>
    `arn:${partition}:${service}:${where}:${accountId}:${resource}`;
  return {
    contractVersion: infrastructureContract.version,
    installation: {
      name: "pulumi",
      accountId,
      region,
      tags: { team: "platform" },
      size: "medium",
      ephemeral: false,
    },
    network: {
      vpcId: "vpc-1",
      publicSubnetIds: ["subnet-public-a", "subnet-public-b"],
      privateSubnetIds: ["subnet-private-a", "subnet-private-b"],
      isolatedSubnetIds: ["subnet-isolated-a", "subnet-isolated-b"],
      subnets: {
        "subnet-public-a": { zone: `${region}a`, ipv6: true },
        "subnet-public-b": { zone: `${region}b`, ipv6: true },
        "subnet-private-a": { zone: `${region}a`, ipv6: true },
        "subnet-private-b": { zone: `${region}b`, ipv6: true },
      },
      vpcCidrBlocks: ["10.0.0.0/16"],
    },
    database: {
      clusterIdentifier: "pulumi-test-database",
      endpoint: "writer.example.internal",
      port: 3306,
      name: "pulumi",
      securityGroupId: "sg-database",
      credentials: { arn: arn("secretsmanager", "secret:database"), versionId: "version-1" },
      caCertificate: "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
    },
    buckets: {
      checkpoint: "pulumi-checkpoint-1",
      policy: "pulumi-policy-1",
      metadata: "pulumi-metadata-1",
      events: "pulumi-events-1",
      logs: "pulumi-logs-1",
    },
    apiTaskRoleArn: arn("iam", "role/pulumi-test-api-task", ""),
    dataKeyArn: arn("kms", "key/data"),
    serviceKeyArn: arn("kms", "key/service"),
  };
}
