import * as pulumi from "@pulumi/pulumi";
import { partlyKnown, type ConfigProblem } from "./config";
import { Contract, missingOutputs } from "./contract";

/** The Pulumi project of a layer. */
export function projectOf(layer: Contract<unknown>["layer"]): string {
  return `selfhosted-${layer}`;
}

/**
 * Reads the outputs of the layer above from its stack, before anything is made, for a program that lists what is wrong with them beside
 * its other problems.
 *
 * @param name full name of the stack; undefined where the setting that names it isn't valid.
 * @returns outputs none of which is known where there is a problem.
 */
export async function readOutputs<T extends object>(
  contract: Contract<T>,
  name: string | undefined,
): Promise<{ outputs: T; problems: ConfigProblem[] }> {
  if (name === undefined) {
    return { outputs: partlyKnown<T>({}), problems: [] };
  }
  // No layer publishes a secret, only where one is kept.
  const outputs = (await exists(name))
    ? ((await known(pulumi.unsecret(new pulumi.StackReference(name).outputs))) as Record<string, unknown>)
    : undefined;
  const problems = contractProblems(contract, name, outputs);
  return { outputs: problems.length > 0 ? partlyKnown<T>({}) : (outputs as T), problems };
}

/** Whether there is a stack of this name. Whatever else goes wrong, the `StackReference` reports. */
async function exists(name: string): Promise<boolean> {
  return (await outputsOf(name).catch(() => ({}))) !== undefined;
}

/**
 * The outputs of a stack; undefined where there is none. A `StackReference` to none ends the deployment with one line, before the
 * program can list its other problems; a function of the engine that reads the same only fails.
 */
async function outputsOf(name: string): Promise<Record<string, unknown> | undefined> {
  try {
    const read = (await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name })) as {
      outputs?: Record<string, unknown>;
    };
    return read.outputs ?? {};
  } catch (error) {
    if (String(error).includes("unknown stack")) {
      return undefined;
    }
    throw error;
  }
}

/**
 * The outputs that the last deployment of this very stack left; none before the first. With them a program knows what it can't change
 * any more.
 */
export async function previousOutputs(): Promise<Record<string, unknown>> {
  return (await outputsOf(`${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`)) ?? {};
}

/** The value of an output that is known before anything is deployed, such as those of other stacks. */
function known<T>(output: pulumi.Output<T>): Promise<T> {
  // The SDK has this method, but leaves it out of its typings.
  return (output as unknown as { promise(): Promise<T> }).promise();
}

/**
 * Why a layer can't use the outputs of the one above it: nothing, or one problem.
 *
 * @param stack full name of the stack above.
 * @param outputs undefined where there is no such stack.
 */
export function contractProblems<T>(
  contract: Contract<T>,
  stack: string,
  outputs: Record<string, unknown> | undefined,
): ConfigProblem[] {
  const key = `${contract.layer}Stack`;
  const fix = `deploy that layer first: \`make deploy\` for all layers, or \`pulumi up\` in ${contract.layer}/`;
  if (outputs?.["contractVersion"] === undefined) {
    return outputs === undefined
      ? [
          {
            key,
            reason: `stack ${stack} doesn't exist`,
            fix: `${fix}; or set ${key}, where its stack has another name`,
          },
        ]
      : [{ key, reason: `stack ${stack} has no outputs yet`, fix }];
  }
  if (outputs["contractVersion"] !== contract.version) {
    const found = JSON.stringify(outputs["contractVersion"]);
    const reason =
      `stack ${stack} follows version ${found} of the contract between layers; this layer needs ${contract.version}, ` +
      "so both must come from the same release";
    return [{ key, reason, fix }];
  }
  const missing = missingOutputs(contract, outputs);
  return missing.length > 0 ? [{ key, reason: `stack ${stack} lacks the outputs ${missing.join(", ")}`, fix }] : [];
}
