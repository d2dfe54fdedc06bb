import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Context } from "../context";
import { trustPolicy } from "../iam";
import type { GlobalPrincipal } from "../partition";

export interface ServiceRoleArgs {
  context: Context;
  /** Physical name. */
  name: pulumi.Input<string>;
  description?: string;
  /** The AWS services that assume it. */
  services: GlobalPrincipal | GlobalPrincipal[];
  /**
   * Whether they may do so for resources of the installation's account only, which guards against the confused deputy. Only for
   * services that are documented to name the account: for any other one the condition never holds.
   */
  ownAccountOnly: boolean;
  tags?: Record<string, pulumi.Input<string>>;
}

/** A role of an AWS service, within the customer's permissions boundary. */
export class ServiceRole extends aws.iam.Role {
  constructor(name: string, args: ServiceRoleArgs, opts: pulumi.CustomResourceOptions) {
    const { context, services, ownAccountOnly, ...rest } = args;
    super(
      name,
      {
        ...rest,
        assumeRolePolicy: trustPolicy(services, ownAccountOnly ? context.location.accountId : undefined),
        permissionsBoundary: context.installation.permissionsBoundaryArn,
      },
      opts,
    );
  }
}
