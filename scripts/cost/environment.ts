import { resourcesOf } from "../controls/state";
import type { Environment } from "../environment";
import { mentionInterrupted } from "../recovery/interrupted";
import type { Stacks } from "../stacks";
import { type Cost, costOf, regionOf } from "./cost";

/**
 * What an environment costs in a month, by its state.
 *
 * @throws Error where a layer's state can't be read, so that it would be missing on the bill, or where nothing is deployed.
 */
export function costOfEnvironment(environment: Environment, stacks: Stacks): Cost {
  mentionInterrupted(environment, stacks);
  const resources = resourcesOf(stacks);
  if (resources.length === 0) {
    throw new Error(`Nothing is deployed in ${environment.name}. \`make cost\` alone has what each size costs.`);
  }
  return costOf(resources, regionOf(resources));
}
