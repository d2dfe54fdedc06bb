import type { HealthCheckObservation, ResourceRecordSet, Route53 } from "@aws-sdk/client-route-53";
import {
  type ApplicationOutputs,
  bareName,
  type DnsOutputs,
  type LoadBalancerOutputs,
  recordsOf,
} from "@selfhosted/common";
import { type CheckResult, checkResult } from "../report";

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
): Promise<CheckResult[]> {
  const types = application.dualStack ? ["A", "AAAA"] : ["A"];
  return Promise.all(
    expectedHosts(application, dns.records).map(async (host) =>
      checkRecord(host, types, await recordsOf(route53, dns.zoneId, host.domain)),
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

export function checkRecord(
  { domain, loadBalancer }: Expected,
  types: string[],
  found: ResourceRecordSet[],
): CheckResult {
  const target = (type: string): string =>
    bareName(found.find((record) => record.Type === type)?.AliasTarget?.DNSName) || "nothing";
  // Route 53's console writes aliases of load balancers with this prefix.
  const leadsThere = (type: string): boolean =>
    target(type).replace(/^dualstack\./, "") === bareName(loadBalancer.dnsName);
  return checkResult(
    `record ${domain}`,
    types.every(leadsThere),
    types.map((type) => `${type} → ${target(type)}`).join(", "),
    `it must lead to ${loadBalancer.dnsName}: \`pulumi refresh\` and \`pulumi up\` in dns/`,
  );
}

/** What Route 53 sees from the internet, where its health checks are on. */
export async function checkHealthChecks(route53: Route53, ids: string[]): Promise<CheckResult[]> {
  return Promise.all(
    ids.map(async (id) => {
      const [{ HealthCheck: check }, { HealthCheckObservations: observations = [] }] = await Promise.all([
        route53.getHealthCheck({ HealthCheckId: id }),
        route53.getHealthCheckStatus({ HealthCheckId: id }),
      ]);
      return checkHealthCheck(check?.HealthCheckConfig?.FullyQualifiedDomainName ?? id, observations);
    }),
  );
}

/** Route 53 itself holds an endpoint for healthy as long as more than 18 % of its checkers reach it; here each one counts. */
export function checkHealthCheck(host: string, observations: HealthCheckObservation[]): CheckResult {
  const failing = observations.filter(({ StatusReport: report }) => !report?.Status?.startsWith("Success"));
  const [first] = failing;
  const why = first ? `; ${first.Region ?? "somewhere"}: ${first.StatusReport?.Status ?? "no status"}` : "";
  return checkResult(
    `from the internet ${host}`,
    observations.length > 0 && failing.length === 0,
    `${observations.length - failing.length} of ${observations.length} checkers succeed${why}`,
    "see that the load balancers admit the ranges of the prefix list route53-healthchecks",
    failing.length < observations.length ? "warn" : "fail",
  );
}
