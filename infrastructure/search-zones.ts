import { Config } from "./config";
import { Findings } from "./findings";
import { Network } from "./network";

/** Zones that OpenSearch lives in, each with its subnet: as many as are wanted, three at most. */
export function searchZones(
  { searchZoneCount = 3 }: Pick<Config, "searchZoneCount">,
  network: Network,
): [string, string][] {
  return [...network.privateSubnetsByZone].sort().slice(0, searchZoneCount);
}

/** AWS spreads the data nodes evenly over the zones, one subnet in each. */
export function checkSearchZones(config: Config, network: Network, findings: Findings): void {
  const { searchZoneCount: wanted, searchInstanceCount: nodes } = config;
  const found = network.privateSubnetsByZone.size;
  const zones = searchZones(config, network).length;
  if (wanted !== undefined && wanted > found) {
    findings.add("searchZoneCount", `found ${wanted}; the private subnets are in ${found} zones`);
  } else if (nodes !== undefined && nodes % zones !== 0) {
    findings.add("searchInstanceCount", `found ${nodes}; allowed: a multiple of the number of zones, ${zones}`);
  }
}
