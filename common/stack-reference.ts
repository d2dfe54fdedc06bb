import * as pulumi from "@pulumi/pulumi";
import { UserError } from "./program";
import { Contract, missingOutputs } from "./contract";

/** The outputs of another layer. */
export type LayerOutputs<T> = { [K in keyof T]-?: pulumi.Output<T[K]> };

/** The Pulumi project of a layer. */
export function projectOf(layer: Contract<unknown>["layer"]): string {
  return `selfhosted-${layer}`;
}

/**
 * Reads the outputs of the layer above from its stack, which has the same name as this one. Secrets stay secret.
 *
 * @param reference the stack's full name, where it isn't `{organization}/{project}/{stack}`.
 * @throws UserError, on use of any output, when the layer isn't deployed, lacks an output, or follows another version of
 *   the contract; it names the command to run.
 */
export function readLayer<T>(contract: Contract<T>, reference?: string): LayerOutputs<T> {
  const name = reference ?? `${pulumi.getOrganization()}/${projectOf(contract.layer)}/${pulumi.getStack()}`;
  const stack = new pulumi.StackReference(name);
  const keys = Object.keys(contract.outputs) as (keyof T & string)[];
  const checked = pulumi.unsecret(stack.outputs).apply((outputs: Record<string, unknown>) => {
    check(contract, name, outputs);
  });
  return Object.fromEntries(
    keys.map((key) => [key, pulumi.all([checked, stack.getOutput(key)]).apply(([, value]): unknown => value)]),
  ) as LayerOutputs<T>;
}

/**
 * The value of an output that is known before anything is deployed, such as those of other stacks: for what must be plain, the
 * names of resources for one. The program exports an async function that waits for it.
 */
export function known<T>(output: pulumi.Output<T>): Promise<T> {
  // The SDK has this method, but leaves it out of its typings.
  return (output as unknown as { promise(): Promise<T> }).promise();
}

function check<T>(contract: Contract<T>, stack: string, outputs: Record<string, unknown>): void {
  const deploy = `Deploy that layer first: \`make deploy\` for all layers, or \`pulumi up\` in ${contract.layer}/.`;
  if (outputs["contractVersion"] === undefined) {
    throw new UserError(`Stack ${stack} has no outputs yet. ${deploy}`);
  }
  if (outputs["contractVersion"] !== contract.version) {
    const found = JSON.stringify(outputs["contractVersion"]);
    throw new UserError(
      `Stack ${stack} follows version ${found} of the contract between layers; this layer needs ${contract.version}. ` +
        `Both must come from the same release. ${deploy}`,
    );
  }
  const missing = missingOutputs(contract, outputs);
  if (missing.length > 0) {
    throw new UserError(`Stack ${stack} lacks the outputs ${missing.join(", ")}. ${deploy}`);
  }
}
