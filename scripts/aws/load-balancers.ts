import type {
  ElasticLoadBalancingV2,
  Listener,
  LoadBalancer,
  TargetHealthDescription,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { ApplicationOutputs, ServiceOutputs } from "@selfhosted/common";
import { tlsPolicies } from "../../application/operations";
import { type CheckResult, checkResult, type StatusRow } from "../report";

const policies: readonly string[] = tlsPolicies;

/** A load balancer as AWS describes it. */
export interface DescribedLoadBalancer {
  loadBalancer: LoadBalancer;
  listeners: Listener[];
  /** The group that the service's tasks register in. */
  targetGroupArn: string;
  targets: TargetHealthDescription[];
}

export async function describeLoadBalancer(
  elb: ElasticLoadBalancingV2,
  { loadBalancer: { arn }, targetGroupArn }: ServiceOutputs,
): Promise<DescribedLoadBalancer> {
  const [balancers, listeners, targets] = await Promise.all([
    elb.describeLoadBalancers({ LoadBalancerArns: [arn] }),
    elb.describeListeners({ LoadBalancerArn: arn }),
    elb.describeTargetHealth({ TargetGroupArn: targetGroupArn }),
  ]);
  return {
    loadBalancer: balancers.LoadBalancers?.[0] ?? {},
    listeners: listeners.Listeners ?? [],
    targetGroupArn,
    targets: targets.TargetHealthDescriptions ?? [],
  };
}

/** A load balancer is active, speaks TLS with the right certificate and nothing else, and leads to the targets it needs. */
export function checkLoadBalancer(
  name: string,
  described: DescribedLoadBalancer,
  application: Pick<ApplicationOutputs, "certificateArn" | "internal">,
  wantedTargets: number,
): CheckResult[] {
  const { State: state, Scheme: scheme } = described.loadBalancer;
  const wantedScheme = application.internal ? "internal" : "internet-facing";
  return [
    checkResult(
      `${name} load balancer`,
      state?.Code === "active" && scheme === wantedScheme,
      `${state?.Code ?? "state unknown"}, ${scheme ?? "scheme unknown"}${state?.Reason ? `: ${state.Reason}` : ""}`,
      `it must be active and ${wantedScheme}: \`pulumi refresh\` and \`pulumi up\` in application/`,
    ),
    checkListeners(name, described, application.certificateArn),
    checkTargets(name, described.targets, wantedTargets),
  ];
}

/** One listener is for clients. The other, on the tasks' own port, lets tasks register before clients reach them. */
function checkListeners(name: string, described: DescribedLoadBalancer, certificateArn: string): CheckResult {
  const { listeners, targetGroupArn } = described;
  const isRight = ({ Protocol, SslPolicy = "", Certificates = [], DefaultActions = [] }: Listener): boolean =>
    Protocol === "TLS" &&
    policies.includes(SslPolicy) &&
    Certificates.some((certificate) => certificate.CertificateArn === certificateArn) &&
    DefaultActions.every((action) => action.TargetGroupArn === targetGroupArn);
  const forClients = listeners.filter(({ Port }) => Port === 443);
  const found = listeners.map(({ Port = "without a port", Protocol = "of no protocol", SslPolicy = "" }) =>
    `${Protocol} ${Port} ${SslPolicy}`.trim(),
  );
  return checkResult(
    `${name} listener`,
    listeners.every(isRight) && forClients.length === 1 && listeners.length <= 2,
    found.join(", ") || "none",
    "it must be TLS on port 443, and on the tasks' own port, with the configured certificate and to the tasks of the service: " +
      "`pulumi refresh` and `pulumi up` in application/",
  );
}

function checkTargets(name: string, targets: TargetHealthDescription[], wanted: number): CheckResult {
  const healthy = targets.filter((target) => target.TargetHealth?.State === "healthy").length;
  const others = targets.filter((target) => !["healthy", "draining"].includes(target.TargetHealth?.State ?? ""));
  const why = others.map(({ Target, TargetHealth }) =>
    [Target?.Id, TargetHealth?.State, TargetHealth?.Reason, TargetHealth?.Description].filter(Boolean).join(" "),
  );
  return checkResult(
    `${name} targets`,
    healthy >= Math.max(wanted, 1),
    [`${healthy} of ${wanted} healthy`, ...why].join("; "),
    "read the service's log group and its events in ECS: tasks that don't answer their health check get no requests",
  );
}

export function loadBalancerRow(what: string, { loadBalancer, listeners, targets }: DescribedLoadBalancer): StatusRow {
  const count = (state: string): number => targets.filter(({ TargetHealth: health }) => health?.State === state).length;
  const healthy = count("healthy");
  return {
    what,
    where: loadBalancer.DNSName ?? "",
    version: [...new Set(listeners.map(({ SslPolicy }) => SslPolicy ?? ""))].join(", "),
    state: `${loadBalancer.State?.Code ?? "gone"}, ${healthy}/${targets.length} targets healthy`,
    healthy: loadBalancer.State?.Code === "active" && healthy > 0 && healthy + count("draining") === targets.length,
  };
}
