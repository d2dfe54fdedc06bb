import {
  applyRules,
  type ConfigProblem,
  type Configuration,
  type Found,
  ifKnown,
  type InfrastructureOutputs,
  ofConfig,
  parseConfig,
  projectOf,
  type RawConfig,
  type Rule,
  type Size,
} from "@selfhosted/common";
import { environmentRules } from "../environment/rules";
import { egressRules } from "../network/egress-rules";
import { hostRules } from "../network/hosts";
import { ingressRules } from "../network/ingress";
import { loadBalancerPlacement } from "../network/subnets";
import { imageRules } from "../task/image-rules";
import { logRouterRules } from "../task/log-router-rules";
import { accessRules } from "./access";
import { capacityRules } from "./capacity";
import { featureRules } from "./features";
import { operationRules } from "./operations";
import { releaseRules } from "./release";
import { type ApplicationConfig, type RuleArgs, settings } from "./settings";
import { signInRules } from "./sign-in";

export { groups, settings, type ApplicationConfig, type RuleArgs } from "./settings";

/** Rules over the settings of a group, and those of the rooms that they are about. */
const rules: Rule<RuleArgs>[] = [
  ...ofConfig(...releaseRules),
  ...imageRules,
  ...accessRules,
  ...ofConfig(...hostRules),
  loadBalancerPlacement,
  ...ingressRules,
  ...egressRules,
  ...featureRules,
  ...ofConfig(...capacityRules, ...signInRules),
  ...operationRules,
  ...logRouterRules,
  ...ofConfig(...environmentRules),
];

/**
 * Reads the layer's configuration and applies its rules.
 *
 * @param upstream outputs of the infrastructure layer, or what it would publish; `partlyKnown` where it isn't deployed.
 */
export function readConfig(
  found: Found,
  upstream: InfrastructureOutputs,
): { inputs: RuleArgs; raw: RawConfig; problems: ConfigProblem[] } {
  const { config, raw, problems } = parse(
    found,
    ifKnown(() => upstream.installation.size),
  );
  const inputs = { config, upstream };
  return { inputs, raw, problems: [...problems, ...applyRules(rules, inputs, raw)] };
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
