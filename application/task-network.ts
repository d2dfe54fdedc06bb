import { Component, physicalName } from "@selfhosted/common";
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

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
 * The security group of one kind of task. It lets out what the task needs, and opens the other side where that is a group:
 * always both rules, one resource each.
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
        ? allow(`${name}-${what}`, { from: this.securityGroup.id, to: to.securityGroupId, port, what }, parent)
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

export interface Passage {
  from: pulumi.Input<string>;
  to: pulumi.Input<string>;
  port: number;
  what: string;
}

/** The way from one security group to another: out of the one, into the other. */
export function allow(name: string, way: Passage, opts: pulumi.CustomResourceOptions): pulumi.Resource[] {
  const ports = { ipProtocol: "tcp", fromPort: way.port, toPort: way.port };
  return [
    new aws.vpc.SecurityGroupEgressRule(
      `${name}-out`,
      { ...ports, securityGroupId: way.from, referencedSecurityGroupId: way.to, description: `To ${way.what}` },
      opts,
    ),
    new aws.vpc.SecurityGroupIngressRule(
      `${name}-in`,
      { ...ports, securityGroupId: way.to, referencedSecurityGroupId: way.from, description: `From ${name}` },
      opts,
    ),
  ];
}

/** How a rule names a network. */
export function cidr(block: string): { cidrIpv4: string } | { cidrIpv6: string } {
  return block.includes(":") ? { cidrIpv6: block } : { cidrIpv4: block };
}
