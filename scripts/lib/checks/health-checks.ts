import type { HealthCheckObservation, Route53 } from "@aws-sdk/client-route-53";
import { finding, type Finding } from "../report";

/** What Route 53 sees from the internet, where its health checks are on. */
export async function checkHealthChecks(route53: Route53, ids: string[]): Promise<Finding[]> {
  return Promise.all(
    ids.map(async (id) => {
      const [{ HealthCheck: check }, { HealthCheckObservations: observations = [] }] = await Promise.all([
        route53.getHealthCheck({ HealthCheckId: id }),
        route53.getHealthCheckStatus({ HealthCheckId: id }),
      ]);
      return judgeHealthCheck(check?.HealthCheckConfig?.FullyQualifiedDomainName ?? id, observations);
    }),
  );
}

/** Route 53 itself holds an endpoint for healthy as long as more than 18 % of its checkers reach it; here each one counts. */
export function judgeHealthCheck(host: string, observations: HealthCheckObservation[]): Finding {
  const failing = observations.filter(({ StatusReport: report }) => !report?.Status?.startsWith("Success"));
  const [first] = failing;
  const why = first ? `; ${first.Region}: ${first.StatusReport?.Status ?? "no status"}` : "";
  return finding(
    `from the internet ${host}`,
    observations.length > 0 && failing.length === 0,
    `${observations.length - failing.length} of ${observations.length} checkers succeed${why}`,
    "see that the load balancers admit the ranges of the prefix list route53-healthchecks",
    failing.length < observations.length ? "warn" : "fail",
  );
}
