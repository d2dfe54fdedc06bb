import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { physicalName } from "../naming";

export interface AccessGroupArgs {
  /** What it gives access to, such as `the database`. */
  target: string;
  vpcId: string;
  /** For what can be turned off: the group is deleted before the layers below can remove the rules that they added. Default: false. */
  revokeRulesOnDelete?: boolean;
}

/** A security group without rules: the layers below add those for their tasks. */
export class AccessGroup extends aws.ec2.SecurityGroup {
  constructor(name: string, { target, ...args }: AccessGroupArgs, opts: pulumi.CustomResourceOptions) {
    super(name, { name: physicalName("securityGroup", name), description: `Who may reach ${target}`, ...args }, opts);
  }
}
