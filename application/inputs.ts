import type { InfrastructureOutputs, Rule } from "@selfhosted/common";
import type { ApplicationConfig } from "./config";

/** The layer's configuration, and the outputs of the infrastructure layer: both as far as they are known. */
export interface Inputs {
  config: ApplicationConfig;
  upstream: InfrastructureOutputs;
}

/** Rules over the layer's own settings, as rules over its inputs. */
export function own(...rules: Rule<ApplicationConfig>[]): Rule<Inputs>[] {
  return rules.map(
    (rule) =>
      ({ config }, typed) =>
        rule(config, typed),
  );
}
