import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

export interface SecurityGroupRulePairArgs {
  /** Security group of the clients. */
  from: pulumi.Input<string>;
  /** Security group of the servers. */
  to: pulumi.Input<string>;
  port: number;
  /** Word for the servers. */
  what: string;
}

/** Lets the members of one security group call those of another: an egress rule of the one, an ingress rule of the other. */
export function allowTraffic(
  name: string,
  { from, to, port, what }: SecurityGroupRulePairArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const ports = { ipProtocol: "tcp", fromPort: port, toPort: port };
  return [
    new aws.vpc.SecurityGroupEgressRule(
      `${name}-out`,
      { ...ports, securityGroupId: from, referencedSecurityGroupId: to, description: `To ${what}` },
      opts,
    ),
    new aws.vpc.SecurityGroupIngressRule(
      `${name}-in`,
      { ...ports, securityGroupId: to, referencedSecurityGroupId: from, description: `From ${name}` },
      opts,
    ),
  ];
}

/** How a rule names a network. */
export function cidr(block: string): { cidrIpv4: string } | { cidrIpv6: string } {
  return block.includes(":") ? { cidrIpv6: block } : { cidrIpv4: block };
}
