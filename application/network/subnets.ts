import type { Network, Rule } from "@selfhosted/common";
import type { ApplicationConfig, RuleArgs } from "../config";

/** The settings that say in which subnets the load balancers are. */
type Placement = Pick<ApplicationConfig, "internal" | "dualStack">;

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

/** The network has subnets for the load balancers as they are configured. */
export const loadBalancerPlacement: Rule<RuleArgs> = ({ config, upstream: { network } }) => {
  const subnets = candidates(config, network);
  if (subnets.length === 0) {
    return {
      key: "internal",
      reason:
        "found false, but the infrastructure layer names no public subnets, in which load balancers could face the internet",
      fix: "pulumi config set internal true, or set publicSubnetIds in infrastructure/ and deploy it",
    };
  }
  const covered = loadBalancerSubnets(config, network).map((id) => zoneOf(id, network));
  const lacking = subnets.filter((id) => !covered.includes(zoneOf(id, network)));
  return lacking.length === 0
    ? undefined
    : {
        key: "dualStack",
        reason:
          `found true, but in ${zonesOf(lacking, network)} no ${config.internal ? "private" : "public"} subnet has an IPv6 network` +
          `${config.internal ? "" : " with a route to the internet"}: ${lacking.join(", ")}`,
        fix:
          "give the subnets IPv6 networks" +
          `${config.internal ? "" : " and their route table ::/0 to the internet gateway"}; or pulumi config rm dualStack`,
      };
};

function candidates({ internal }: Placement, { publicSubnetIds, privateSubnetIds }: Network): string[] {
  return internal ? privateSubnetIds : publicSubnetIds;
}

function zoneOf(id: string, { subnets }: Network): string | undefined {
  return subnets[id]?.zone;
}

function zonesOf(ids: string[], network: Network): string {
  return [...new Set(ids.map((id) => zoneOf(id, network)))].join(", ");
}
