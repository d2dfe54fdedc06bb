import type { ConfigProblem, InfrastructureOutputs } from "@selfhosted/common";
import type { ApplicationConfig } from "../settings";
import { capacityRule } from "./capacity";
import { containerRules } from "./containers";
import { groupRules } from "./groups";
import { placeRules } from "./place";
import { privateRule } from "./private";

/** The layer's configuration, with what the infrastructure layer says. */
export interface Inputs {
  config: ApplicationConfig;
  upstream: InfrastructureOutputs;
}

/** A rule over several settings, or over settings and the layer above. */
export type InputRule = (inputs: Inputs) => ConfigProblem[];

const rules: InputRule[] = [...groupRules, ...placeRules, privateRule, capacityRule, ...containerRules];

/** Everything in the configuration that doesn't fit together. */
export function problemsOf(inputs: Inputs): ConfigProblem[] {
  return rules.flatMap((rule) => rule(inputs));
}
