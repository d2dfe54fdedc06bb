import type { ConfigProblem, Network } from "@selfhosted/common";

/** What decides where load balancers stand. */
export interface Placement {
  /** Load balancers in the private subnets. */
  internal: boolean;
  dualStack: boolean;
}

/**
 * The subnets of the load balancers: of several in a zone the first as configured, since AWS takes one for each
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html). With dualStack the first that
 * has IPv6.
 */
export function loadBalancerSubnets(placement: Placement, network: Network): string[] {
  const subnets = candidates(placement, network).filter((id) => !placement.dualStack || network.subnets[id]?.ipv6);
  return subnets.filter(
    (id, index) => subnets.findIndex((other) => zoneOf(other, network) === zoneOf(id, network)) === index,
  );
}

/**
 * The private subnets for tasks behind the load balancers. A target in a zone that its load balancer lacks is never used
 * (`Target.NotInUse`, https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html).
 */
export function targetSubnets(placement: Placement, network: Network): string[] {
  const zones = loadBalancerSubnets(placement, network).map((id) => zoneOf(id, network));
  return network.privateSubnetIds.filter((id) => zones.includes(zoneOf(id, network)));
}

/** Why load balancers can't stand in this network in this way: one problem at most. */
export function subnetProblems(placement: Placement, network: Network): ConfigProblem[] {
  const subnets = candidates(placement, network);
  if (subnets.length === 0) {
    return [
      {
        key: "internal",
        reason:
          "found false, but the infrastructure layer names no public subnets, in which load balancers could face the internet",
        fix: "pulumi config set internal true, or set publicSubnetIds in infrastructure/ and deploy it",
      },
    ];
  }
  const covered = loadBalancerSubnets(placement, network).map((id) => zoneOf(id, network));
  const lacking = subnets.filter((id) => !covered.includes(zoneOf(id, network)));
  return lacking.length === 0
    ? []
    : [
        {
          key: "dualStack",
          reason:
            `found true, but in ${zonesOf(lacking, network)} no ${placement.internal ? "private" : "public"} subnet has an IPv6 network` +
            `${placement.internal ? "" : " with a route to the internet"}: ${lacking.join(", ")}`,
          fix:
            "give the subnets IPv6 networks" +
            `${placement.internal ? "" : " and their route table ::/0 to the internet gateway"}; or pulumi config rm dualStack`,
        },
      ];
}

function candidates({ internal }: Placement, { publicSubnetIds, privateSubnetIds }: Network): string[] {
  return internal ? privateSubnetIds : publicSubnetIds;
}

function zoneOf(id: string, { subnets }: Network): string | undefined {
  return subnets[id]?.zone;
}

function zonesOf(ids: string[], network: Network): string {
  return [...new Set(ids.map((id) => zoneOf(id, network)))].join(", ");
}
