import type { ResourceRecordSet, Route53 } from "@aws-sdk/client-route-53";
import {
  bareName,
  recordsOf,
  type ApplicationOutputs,
  type DnsOutputs,
  type LoadBalancerOutputs,
} from "@selfhosted/common";
import { finding, type Finding } from "../report";

/** A host name and the load balancer that it has to lead to. */
export interface Expected {
  domain: string;
  loadBalancer: LoadBalancerOutputs;
}

/** Every host name of the installation leads to its load balancer. */
export async function checkRecords(
  route53: Route53,
  application: ApplicationOutputs,
  dns: DnsOutputs,
): Promise<Finding[]> {
  const types = application.dualStack ? ["A", "AAAA"] : ["A"];
  return Promise.all(
    expectedHosts(application, dns.records).map(async (host) =>
      judgeRecords(host, types, await recordsOf(route53, dns.zoneId, host.domain)),
    ),
  );
}

/** The API's and the console's host, and whichever else has a record: those lead to the console. */
export function expectedHosts({ api, console }: Record<"api" | "console", Expected>, recorded: string[]): Expected[] {
  return [...new Set([api.domain, console.domain, ...recorded])].map((domain) => ({
    domain,
    loadBalancer: (domain === api.domain ? api : console).loadBalancer,
  }));
}

export function judgeRecords({ domain, loadBalancer }: Expected, types: string[], found: ResourceRecordSet[]): Finding {
  const target = (type: string): string =>
    bareName(found.find((record) => record.Type === type)?.AliasTarget?.DNSName) || "nothing";
  // Route 53's console writes aliases of load balancers with this prefix.
  const leadsThere = (type: string): boolean =>
    target(type).replace(/^dualstack\./, "") === bareName(loadBalancer.dnsName);
  return finding(
    `record ${domain}`,
    types.every(leadsThere),
    types.map((type) => `${type} → ${target(type)}`).join(", "),
    `it must lead to ${loadBalancer.dnsName}: \`pulumi refresh\` and \`pulumi up\` in dns/`,
  );
}
