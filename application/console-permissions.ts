import { physicalName, policyDocument, trustPolicy } from "@selfhosted/common";
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { execStatements } from "./exec";
import { routerPermissions } from "./log-router-permissions";
import type { Platform } from "./platform";

/** The role of the console's tasks, and what it may do. */
export interface ConsolePermissions {
  taskRoleArn?: pulumi.Output<string>;
  /** Must be there before a task starts. */
  prerequisites: pulumi.Resource[];
}

/** The console calls nothing in AWS. It has a role only for shells in its containers, or for a log router that calls AWS. */
export function consolePermissions(
  name: string,
  { config, upstream, cluster }: Platform,
  opts: pulumi.CustomResourceOptions,
): ConsolePermissions {
  const statements = execStatements(cluster, upstream.dataKeyArn);
  if (statements.length === 0 && config.logRouterPolicyArn === undefined) {
    return { prerequisites: [] };
  }
  const role = new aws.iam.Role(
    `${name}-role`,
    {
      name: physicalName("role", name),
      assumeRolePolicy: trustPolicy("ecs-tasks", upstream.installation.accountId),
      permissionsBoundary: upstream.installation.permissionsBoundaryArn,
    },
    opts,
  );
  const shells =
    statements.length > 0
      ? [new aws.iam.RolePolicy(`${name}-policy`, { role: role.name, policy: policyDocument(statements) }, opts)]
      : [];
  return {
    taskRoleArn: role.arn,
    prerequisites: [...shells, ...routerPermissions(`${name}-log-router`, { config, role: role.name }, opts)],
  };
}
