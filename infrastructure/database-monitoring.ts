import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { globalArn, physicalName, Surroundings, trustPolicy } from "@selfhosted/common";

export interface MonitoringRoleArgs {
  where: Surroundings;
  permissionsBoundaryArn: string | undefined;
}

/** The role with which RDS writes the metrics of enhanced monitoring to CloudWatch. */
export function monitoringRole(
  name: string,
  { where, permissionsBoundaryArn }: MonitoringRoleArgs,
  opts: pulumi.CustomResourceOptions,
): aws.iam.Role {
  const role = new aws.iam.Role(
    `${name}-role`,
    {
      name: physicalName("role", name),
      description: "Enhanced monitoring of the database",
      assumeRolePolicy: trustPolicy("monitoring.rds", where.accountId),
      permissionsBoundary: permissionsBoundaryArn,
    },
    opts,
  );
  new aws.iam.RolePolicyAttachment(
    `${name}-policy`,
    {
      role: role.name,
      policyArn: globalArn(where.partition, "iam", "policy/service-role/AmazonRDSEnhancedMonitoringRole", "aws"),
    },
    opts,
  );
  return role;
}
