import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { ApplicationConfig } from "./config";

export interface RouterPermissionsArgs {
  config: ApplicationConfig;
  /** Name of the role of the tasks that the router is in. */
  role: pulumi.Input<string>;
}

/** What a log router may do in AWS: what the customer's own policy says, and nothing without one. */
export function routerPermissions(
  name: string,
  { config, role }: RouterPermissionsArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const { logRouterPolicyArn: policyArn } = config;
  return policyArn === undefined ? [] : [new aws.iam.RolePolicyAttachment(name, { role, policyArn }, opts)];
}
