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

/** A rule over several settings. */
export type ConfigRule = (inputs: Pick<Inputs, "config">) => ConfigProblem[];

/** A rule over settings and the layer above. */
export type InputRule = (inputs: Inputs) => ConfigProblem[];

const configRules: ConfigRule[] = [...groupRules, ...containerRules];
const inputRules: InputRule[] = [...placeRules, privateRule, capacityRule];

/**
 * Everything in the configuration that doesn't fit together.
 *
 * @param inputs without `upstream`, before the infrastructure layer is deployed, the rules that need it are left out.
 */
export function problemsOf({ config, upstream }: Pick<Inputs, "config"> & Partial<Inputs>): ConfigProblem[] {
  return [
    ...configRules.flatMap((rule) => rule({ config })),
    ...(upstream ? inputRules.flatMap((rule) => rule({ config, upstream })) : []),
  ];
}
