import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "@selfhosted/common";
import type { Host } from "./hosts";

export interface RecordsArgs {
  zoneId: string;
  hosts: Host[];
  /** The load balancers have IPv6 addresses too. */
  dualStack: boolean;
  /** Take over records that exist already; otherwise Route 53 refuses, and they stay as they are. */
  overwrite: boolean;
}

/** Alias records: each host name leads to its load balancer, for as long as that has a healthy target. */
export class Records extends Component {
  /** Host names that have records. */
  readonly names: pulumi.Output<string[]>;

  constructor(name: string, args: RecordsArgs, opts: pulumi.ComponentResourceOptions) {
    super("dns", "Records", name, opts);
    const parent = { parent: this };
    const { zoneId, hosts, dualStack, overwrite: allowOverwrite } = args;
    const types = dualStack ? (["A", "AAAA"] as const) : (["A"] as const);
    const records = hosts.flatMap(({ thing, domain, loadBalancer }) => {
      const aliases = [{ name: loadBalancer.dnsName, zoneId: loadBalancer.zoneId, evaluateTargetHealth: true }];
      return types.map(
        (type) =>
          new aws.route53.Record(
            `${name}-${thing}-${type.toLowerCase()}`,
            { zoneId, name: domain, type, aliases, allowOverwrite },
            parent,
          ),
      );
    });
    this.names = pulumi.all(records.map((record) => record.name)).apply((names) => [...new Set(names)]);
    this.registerOutputs({ names: this.names });
  }
}

export interface ZoneAssociationsArgs {
  zoneId: string;
  /** `vpc-id`, or `vpc-id:region` for a VPC in another region. */
  vpcIds: string[];
}

/** More VPCs in which a private zone's names can be looked up. */
export class ZoneAssociations extends Component {
  constructor(name: string, args: ZoneAssociationsArgs, opts: pulumi.ComponentResourceOptions) {
    super("dns", "ZoneAssociations", name, opts);
    const parent = { parent: this };
    const { zoneId, vpcIds } = args;
    for (const entry of vpcIds) {
      const [vpcId = entry, vpcRegion] = entry.split(":");
      new aws.route53.ZoneAssociation(`${name}-${vpcId}`, { zoneId, vpcId, vpcRegion }, parent);
    }
    this.registerOutputs({});
  }
}

export interface QueryLoggingArgs {
  zoneId: string;
  logGroupArn: string;
}

/** A log of the queries for names of the zone, those of others in it too. */
export class QueryLogging extends Component {
  constructor(name: string, args: QueryLoggingArgs, opts: pulumi.ComponentResourceOptions) {
    super("dns", "QueryLogging", name, opts);
    const { zoneId, logGroupArn: cloudwatchLogGroupArn } = args;
    new aws.route53.QueryLog(`${name}-log`, { zoneId, cloudwatchLogGroupArn }, { parent: this });
    this.registerOutputs({});
  }
}
