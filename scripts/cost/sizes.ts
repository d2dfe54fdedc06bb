import { type sizes } from "@selfhosted/common";
import { recorded } from "../controls/recorded";
import { type Cost, costOf } from "./cost";
import { fallbackRegion } from "./prices";

/** What the layers make by default costs in a month, for each size, at the prices of the region that all are known of. */
export async function costBySize(): Promise<Record<(typeof sizes)[number], Cost>> {
  const cost = async (size: string): Promise<Cost> =>
    costOf(await recorded({ infrastructure: { config: { size } } }), fallbackRegion);
  const [small, medium, large] = [await cost("small"), await cost("medium"), await cost("large")];
  return { small, medium, large };
}
