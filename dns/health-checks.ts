import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "@selfhosted/common";
import type { Host } from "./hosts";

export interface HealthChecksArgs {
  /** Only those with a health path are checked. */
  hosts: Pick<Host, "thing" | "domain" | "healthPath">[];
}

/** Calls each host over HTTPS, from several places on the internet. */
export class HealthChecks extends Component {
  /** Ids of the Route 53 health checks. */
  readonly ids: pulumi.Output<string[]>;

  constructor(name: string, args: HealthChecksArgs, opts: pulumi.ComponentResourceOptions) {
    super("dns", "HealthChecks", name, opts);
    const parent = { parent: this };
    const checks = args.hosts
      .filter(({ healthPath }) => healthPath !== undefined)
      .map(
        ({ thing, domain, healthPath }) =>
          new aws.route53.HealthCheck(
            `${name}-${thing}`,
            {
              type: "HTTPS",
              fqdn: domain,
              port: 443,
              resourcePath: healthPath,
              enableSni: true,
              requestInterval: 30,
              failureThreshold: 3,
              // What Route 53's console shows as the name.
              tags: { Name: domain },
            },
            parent,
          ),
      );
    this.ids = pulumi.all(checks.map(({ id }) => id));
    this.registerOutputs({ ids: this.ids });
  }
}
