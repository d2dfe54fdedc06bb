import { type ConfigProblem, plural, problemIf } from "@selfhosted/common";
import { subnetKeys } from "../../config/network";
import { type NetworkFacts, type Subnet, type SubnetKey, zonesOf } from "../../network/network";

/** What is wrong with the subnets but for their routes: one problem for each cause. */
export function subnetProblems(facts: NetworkFacts): ConfigProblem[] {
  return [
    ...ofOtherVpcs(facts),
    ...unusable(facts),
    ...subnetKeys.flatMap((key) => inOneZone(key, facts.subnets[key])),
    ...zonesApart(facts),
  ];
}

function ofOtherVpcs({ vpc, subnets }: NetworkFacts): ConfigProblem[] {
  return subnetKeys.flatMap((key) => {
    const others = subnets[key].filter(({ vpcId }) => vpcId !== vpc.id);
    const located = others.map(({ id, vpcId }) => `${id} (in ${vpcId})`);
    return problemIf(others.length > 0, { key, reason: `${plural(located, "is", "are")} not in ${vpc.id}` });
  });
}

/**
 * Whether an installation can live in a subnet. Neither network load balancers nor Fargate nor Aurora exist outside the zones of the region itself, whose names are the region's with
 * a letter; and all three need IPv4: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/availability-zones.html,
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-regions-zones.html
 */
export function isUsable(subnet: Subnet): boolean {
  return isOfRegion(subnet.availabilityZone) && !hasIpv6Only(subnet);
}

function isOfRegion(zone: string): boolean {
  return /^[a-z]+(-[a-z]+)+-\d+[a-z]$/.test(zone);
}

function hasIpv6Only({ cidrBlock }: Subnet): boolean {
  return cidrBlock === "";
}

function unusable({ subnets }: NetworkFacts): ConfigProblem[] {
  return subnetKeys.flatMap((key) => {
    const outside = subnets[key].filter(({ availabilityZone }) => !isOfRegion(availabilityZone));
    const located = outside.map(({ id, availabilityZone }) => `${id} (in ${availabilityZone})`);
    const bare = subnets[key].filter(hasIpv6Only).map(({ id }) => id);
    const rest = "in a Local Zone or Wavelength Zone; allowed: subnets in availability zones of the region";
    return [
      ...problemIf(located.length > 0, { key, reason: plural(located, `is ${rest}`, `are ${rest}`) }),
      ...problemIf(bare.length > 0, {
        key,
        reason: plural(bare, "has IPv6 only", "have IPv6 only") + "; allowed: subnets with an IPv4 network",
      }),
    ];
  });
}

function inOneZone(key: SubnetKey, subnets: Subnet[]): ConfigProblem[] {
  const zones = zonesOf(subnets);
  const reason = `all subnets are in zone ${[...zones].join()}; allowed: two zones or more`;
  return problemIf(subnets.length > 1 && zones.size < 2, { key, reason });
}

/** A load balancer sends requests only to tasks in its own zones; with two of them the service survives the loss of one. */
function zonesApart({ subnets }: NetworkFacts): ConfigProblem[] {
  const outside = [...zonesOf(subnets.publicSubnetIds)];
  const inside = zonesOf(subnets.privateSubnetIds);
  const shared = outside.filter((zone) => inside.has(zone));
  // Where either kind is in one zone, that is the cause, and a problem already.
  return problemIf(outside.length >= 2 && inside.size >= 2 && shared.length < 2, {
    key: "publicSubnetIds",
    reason:
      `found zones ${outside.sort().join(", ")}, and private subnets in ${[...inside].sort().join(", ")}; ` +
      "load balancers and tasks need two zones or more in which both kinds of subnets lie",
    fix: "set publicSubnetIds to subnets in the zones of the private ones; or for a private installation: pulumi config rm publicSubnetIds",
  });
}
