import {
  applicationContract,
  type ApplicationOutputs,
  type Contract,
  dnsContract,
  type DnsOutputs,
  infrastructureContract,
  type InfrastructureOutputs,
  missingOutputs,
} from "@selfhosted/common/contract";
import type { States } from "./pulumi/stacks";

export { layers } from "@selfhosted/common/layer";

/** The outputs of each layer of an environment that is deployed. */
export interface Deployed {
  infrastructure: InfrastructureOutputs;
  application: ApplicationOutputs;
  dns: DnsOutputs;
}

/** The outputs of those layers that are deployed. */
export function deployedOf(states: States, env: string): Partial<Deployed> {
  return {
    infrastructure: outputsOf(infrastructureContract, states, env),
    application: outputsOf(applicationContract, states, env),
    dns: outputsOf(dnsContract, states, env),
  };
}

/** @throws Error when a layer isn't deployed; it names the command to run. */
export function installationOf(states: States, env: string): Deployed {
  const { infrastructure, application, dns } = deployedOf(states, env);
  if (infrastructure && application && dns) {
    return { infrastructure, application, dns };
  }
  const absent = Object.entries({ infrastructure, application, dns }).filter(([, outputs]) => outputs === undefined);
  throw new Error(
    `${env} is not completely deployed: no outputs yet from ${absent.map(([layer]) => layer).join(", ")}. ` +
      `Run \`make deploy ENV=${env}\`.`,
  );
}

/** The outputs of one layer; undefined where it isn't deployed. */
function outputsOf<T>(contract: Contract<T>, states: States, env: string): T | undefined {
  const found = states[contract.layer].outputs;
  return found?.["contractVersion"] === undefined ? undefined : checked(contract, env, found);
}

/** The outputs as the contract types them. */
export function checked<T>(contract: Contract<T>, env: string, found: Record<string, unknown>): T {
  if (fits(contract, found)) {
    return found;
  }
  const lacks = missingOutputs(contract, found);
  throw new Error(
    `The ${contract.layer} layer of ${env} was deployed by another release: its outputs follow version ` +
      `${String(found["contractVersion"])} of their contract${lacks.length > 0 ? ` and lack ${lacks.join(", ")}` : ""}; ` +
      `this release reads version ${contract.version}. Run \`make deploy ENV=${env}\`, or use the release that deployed it.`,
  );
}

/** Whether outputs are those that this release reads. */
export function fits<T>(contract: Contract<T>, found: unknown): found is T {
  const outputs = (found ?? {}) as Record<string, unknown>;
  return outputs["contractVersion"] === contract.version && missingOutputs(contract, outputs).length === 0;
}
