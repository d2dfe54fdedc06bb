import { Config } from "./config";
import { Network } from "./network";

/** Zones that OpenSearch lives in, each with its subnet: as many as are wanted, three at most. */
export function searchZones(
  { searchZoneCount = 3 }: Pick<Config, "searchZoneCount">,
  network: Network,
): [string, string][] {
  return [...network.privateSubnetsByZone].sort().slice(0, searchZoneCount);
}
