import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "@selfhosted/common";
import { Host } from "./hosts";

export interface HealthChecksArgs {
  hosts: Host[];
}

/** Calls each host that has a health path over HTTPS, from several places on the internet. */
export class HealthChecks extends Component {
  readonly ids: pulumi.Output<string[]>;

  constructor(name: string, args: HealthChecksArgs, opts: pulumi.ComponentResourceOptions) {
    super("dns", "HealthChecks", name, opts);
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
            { parent: this },
          ),
      );
    this.ids = pulumi.all(checks.map((check) => check.id));
    this.registerOutputs({ ids: this.ids });
  }
}
