import {
  type Check,
  type ConfigProblem,
  lookUp,
  nothingToCheck,
  plural,
  problemIf,
  resultOf,
} from "@selfhosted/common";
import type { Config } from "../../config";
import { subnetKeys } from "../../config/network";
import { type Network, type Subnet, type SubnetKey, zonesOf } from "../../network/network";
import type { Clusters } from "../database/clusters";

/**
 * Free addresses that a zone needs at first. Public: two load balancers, each of which AWS makes only where 8 are free
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/network/availability-zones.html). Private: about what tasks take while new
 * ones start beside the old. Isolated: the instances of the database, and one more to replace one of them.
 */
function needed(key: SubnetKey, instances: number, zones: number): number {
  return { publicSubnetIds: 9, privateSubnetIds: 8, isolatedSubnetIds: Math.ceil(instances / zones) + 1 }[key];
}

const users: Record<SubnetKey, string> = {
  publicSubnetIds: "the load balancers",
  privateSubnetIds: "the tasks",
  isolatedSubnetIds: "the instances of the database",
};

/** Subnets have room for a new installation. Once there is one, what is free says little: its own resources have taken theirs. */
export function lookUpAddresses(
  config: Pick<Config, "databaseInstanceCount">,
  query: { network: Promise<Check<Network>>; clusters: Promise<Check<Clusters>> },
): Promise<Check> {
  return lookUp({ name: "free addresses", key: "privateSubnetIds", what: "the subnets" }, async () => {
    const { own } = await resultOf(query.clusters);
    const { subnets } = await resultOf(query.network);
    return own !== undefined
      ? nothingToCheck
      : {
          detail: "enough in every zone",
          problems: subnetKeys.flatMap((key) => crowded(key, subnets[key], config.databaseInstanceCount)),
        };
  });
}

function crowded(key: SubnetKey, subnets: Subnet[], instances: number): ConfigProblem[] {
  const byZone = [...zonesOf(subnets)]
    .map((zone) => subnets.filter(({ availabilityZone }) => availabilityZone === zone))
    // A load balancer takes the first subnet of a zone.
    .map((zone) => (key === "publicSubnetIds" ? zone.slice(0, 1) : zone));
  const least = needed(key, instances, byZone.length);
  const free = (zone: Subnet[]): number => zone.reduce((sum, { freeAddresses }) => sum + freeAddresses, 0);
  const small = byZone.filter((zone) => free(zone) < least);
  const reason = plural(
    small.map((zone) => `${zone.map(({ id }) => id).join(" and ")} (${free(zone)})`),
    `has fewer free addresses than the ${least} that ${users[key]} need`,
    `have fewer free addresses than the ${least} that ${users[key]} need in each zone`,
  );
  return problemIf(small.length > 0, {
    key,
    reason,
    fix: "take larger subnets, or free addresses",
    severity: "warning",
  });
}
