import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { Component, physicalName } from "@selfhosted/common";
import { allowTraffic, cidr } from "./security-group-rules";

/** Something that tasks call: a security group, networks, or the addresses of an AWS service. */
export interface Destination {
  /** Word for names and descriptions. */
  what: string;
  port: number;
  to: { securityGroupId: pulumi.Input<string> } | { cidrBlock: string } | { prefixListId: pulumi.Input<string> };
}

export interface TaskNetworkArgs {
  vpcId: string;
  destinations: Destination[];
}

/**
 * The security group of one kind of task. It allows the calls that the task needs and, where a destination is a security group, allows
 * them there too: always both rules, one resource each.
 */
export class TaskNetwork extends Component {
  readonly securityGroup: aws.ec2.SecurityGroup;
  readonly rules: pulumi.Resource[];

  constructor(name: string, args: TaskNetworkArgs, opts: pulumi.ComponentResourceOptions) {
    super("application", "TaskNetwork", name, opts);
    const parent = { parent: this };

    this.securityGroup = new aws.ec2.SecurityGroup(
      `${name}-group`,
      { name: physicalName("securityGroup", name), description: `Tasks of ${name}`, vpcId: args.vpcId },
      parent,
    );
    this.rules = args.destinations.flatMap(({ what, port, to }) =>
      "securityGroupId" in to
        ? allowTraffic(`${name}-${what}`, { from: this.securityGroup.id, to: to.securityGroupId, port, what }, parent)
        : new aws.vpc.SecurityGroupEgressRule(
            `${name}-${what}`,
            {
              securityGroupId: this.securityGroup.id,
              description: `To ${what}`,
              ipProtocol: "tcp",
              fromPort: port,
              toPort: port,
              ...("prefixListId" in to ? { prefixListId: to.prefixListId } : cidr(to.cidrBlock)),
            },
            parent,
          ),
    );
    this.registerOutputs({ securityGroupId: this.securityGroup.id });
  }
}
