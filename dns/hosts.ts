import { ApplicationOutputs, ConfigProblem, LoadBalancerOutputs } from "@selfhosted/common";
import { Config } from "./config";
import { HostedZone } from "./zone";

/** A host name and what it leads to. */
export interface Host {
  /** `api`, `console` or `bare`: its part in logical names. */
  thing: string;
  domain: string;
  loadBalancer: LoadBalancerOutputs;
  /** A path that answers 200 while the service works. */
  healthPath?: string;
}

/** The host names of the installation. The bare domain, where wanted, leads to the console. */
export function hostsOf({ api, console }: ApplicationOutputs, bareDomain: boolean): Host[] {
  const bare = { thing: "bare", domain: bareDomainOf(console.domain), loadBalancer: console.loadBalancer };
  return [
    { thing: "api", domain: api.domain, loadBalancer: api.loadBalancer, healthPath: "/api/status" },
    { thing: "console", domain: console.domain, loadBalancer: console.loadBalancer, healthPath: "/" },
    ...(bareDomain ? [bare] : []),
  ];
}

/** The domain under which the console's host stands. */
export function bareDomainOf(consoleHost: string): string {
  return consoleHost.replace(/^app\./, "");
}

/** What in the configuration doesn't fit the zone that was found or the application that is deployed. */
export function misfits(
  config: Config,
  zone: HostedZone,
  hosts: Pick<Host, "domain">[],
  internal: boolean,
): ConfigProblem[] {
  const outside = hosts.filter(({ domain }) => !isWithin(domain, zone.name)).map(({ domain }) => domain);
  return [
    ...(outside.length > 0
      ? [
          {
            key: config.zoneId === undefined ? "zoneName" : "zoneId",
            reason: `${outside.join(" and ")} ${outside.length > 1 ? "lie" : "lies"} outside of zone ${zone.name} (${zone.id})`,
          },
        ]
      : []),
    ...(config.zoneVpcIds.length > 0 && !zone.private
      ? [
          {
            key: "zoneVpcIds",
            reason: `zone ${zone.name} (${zone.id}) is public; only a private one is associated with VPCs`,
            fix: "pulumi config rm zoneVpcIds",
          },
        ]
      : []),
    ...(config.healthChecks && internal
      ? [
          {
            key: "healthChecks",
            reason: "the load balancers are internal, and Route 53 checks from the internet",
            fix: "pulumi config set healthChecks false",
          },
        ]
      : []),
  ];
}

/** Whether a zone holds a host name. */
export function isWithin(domain: string, zone: string): boolean {
  const [name, parent] = [domain.toLowerCase(), zone.toLowerCase()];
  return name === parent || name.endsWith(`.${parent}`);
}
