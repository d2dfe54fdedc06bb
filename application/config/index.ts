import {
  applyRules,
  ifKnown,
  parseConfig,
  projectOf,
  type ConfigProblem,
  type Configuration,
  type Found,
  type InfrastructureOutputs,
  type Rule,
  type Size,
  type Typed,
} from "@selfhosted/common";
import { egressRules } from "../egress-rules";
import { environmentRules } from "../environment/rules";
import type { Inputs } from "../inputs";
import { accessRules } from "./access";
import { capacityRules } from "./capacity";
import { featureRules } from "./features";
import { operationRules } from "./operations";
import { releaseRules } from "./release";
import { settings, type ApplicationConfig } from "./settings";
import { signInRules } from "./sign-in";

export { groups, settings, type ApplicationConfig } from "./settings";
export type { Inputs };

const rules: Rule<Inputs>[] = [
  ...releaseRules,
  ...accessRules,
  ...featureRules,
  ...capacityRules,
  ...signInRules,
  ...operationRules,
  ...egressRules,
  ...environmentRules,
];

/**
 * Reads the layer's configuration and applies its rules.
 *
 * @param upstream outputs of the infrastructure layer, or what it would publish; `partlyKnown` where it isn't deployed.
 */
export function readConfig(
  found: Found,
  upstream: InfrastructureOutputs,
): { inputs: Inputs; typed: Typed; problems: ConfigProblem[] } {
  const { config, typed, problems } = parse(
    found,
    ifKnown(() => upstream.installation.size),
  );
  const inputs = { config, upstream };
  return { inputs, typed, problems: [...problems, ...applyRules(rules, inputs, typed)] };
}

/**
 * Full name of the infrastructure layer's stack.
 *
 * @param stack of this layer.
 * @returns undefined where the setting that names it isn't valid.
 */
export function infrastructureStack(found: Found, organization: string, stack: string): string | undefined {
  const { config } = parse(found);
  return ifKnown(() => config.infrastructureStack ?? `${organization}/${projectOf("infrastructure")}/${stack}`);
}

function parse(found: Found, size?: Size): Configuration<ApplicationConfig> {
  return parseConfig(settings, projectOf("application"), found, size);
}
