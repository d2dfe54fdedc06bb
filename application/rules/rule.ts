import type { ConfigProblem, InfrastructureOutputs } from "@selfhosted/common";
import type { ApplicationConfig } from "../settings";

/** The layer's configuration, with what the infrastructure layer says. */
export interface Inputs {
  config: ApplicationConfig;
  upstream: InfrastructureOutputs;
}

/** A rule over several settings. */
export type ConfigRule = (inputs: Pick<Inputs, "config">) => ConfigProblem[];

/** A rule over settings and the layer above. */
export type InputRule = (inputs: Inputs) => ConfigProblem[];
