import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "@selfhosted/common";
import { Host } from "./hosts";

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
    const types = args.dualStack ? (["A", "AAAA"] as const) : (["A"] as const);
    const records = args.hosts.flatMap(({ thing, domain, loadBalancer }) =>
      types.map(
        (type) =>
          new aws.route53.Record(
            `${name}-${thing}-${type.toLowerCase()}`,
            {
              zoneId: args.zoneId,
              name: domain,
              type,
              aliases: [{ name: loadBalancer.dnsName, zoneId: loadBalancer.zoneId, evaluateTargetHealth: true }],
              allowOverwrite: args.overwrite,
            },
            { parent: this },
          ),
      ),
    );
    this.names = pulumi.all(records.map((record) => record.name)).apply((names) => [...new Set(names)]);
    this.registerOutputs({ names: this.names });
  }
}
