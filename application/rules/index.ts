import type { ConfigProblem } from "@selfhosted/common";
import { capacityRule } from "./capacity";
import { containerRules } from "./containers";
import { groupRules } from "./groups";
import { networkRules } from "./networks";
import { placeRules } from "./place";
import { privateRule } from "./private";
import type { ConfigRule, InputRule, Inputs } from "./rule";

const configRules: ConfigRule[] = [...groupRules, ...containerRules, ...networkRules];
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
