import * as pulumi from "@pulumi/pulumi";
import { type ConfigProblem, partlyKnown } from "./config";
import { type Contract, missingOutputs } from "./contract";

/**
 * Reads the outputs of the layer above from its stack, before anything is made, so that a program lists what is wrong with them beside
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
  const outputs = (await exists(name)) ? await outputsIn(new pulumi.StackReference(name), contract) : undefined;
  const problems = contractProblems(contract, name, outputs);
  return { outputs: problems.length > 0 ? partlyKnown<T>({}) : (outputs as T), problems };
}

async function outputsIn<T>(stack: pulumi.StackReference, contract: Contract<T>): Promise<Record<string, unknown>> {
  const entries = ["contractVersion", ...Object.keys(contract.outputs)].map(async (key) => {
    const { value, secretValue } = (await stack.getOutputDetails(key)) as { value?: unknown; secretValue?: unknown };
    // The outputs of a layer are no secrets: of a secret it gives the ARN.
    return [key, value ?? secretValue] as const;
  });
  return Object.fromEntries((await Promise.all(entries)).filter(([, value]) => value !== undefined));
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
  const deploy = `deploy that layer first: \`make deploy\` for all layers, or \`pulumi up\` in ${contract.layer}/`;
  const problem = (reason: string, fix = deploy): ConfigProblem[] => [{ key, reason: `stack ${stack} ${reason}`, fix }];
  if (outputs === undefined) {
    return problem("doesn't exist", `${deploy}; or set ${key}, where its stack has another name`);
  }
  const { contractVersion: version } = outputs;
  if (version === undefined) {
    return problem("has no outputs yet");
  }
  if (version !== contract.version) {
    return problem(
      `follows version ${JSON.stringify(version)} of the contract between layers; this layer needs ${contract.version}, ` +
        "so both must come from the same release",
    );
  }
  const missing = missingOutputs(contract, outputs);
  const what = missing.length === 1 ? "output" : "outputs";
  return missing.length > 0 ? problem(`lacks the ${what} ${missing.join(", ")}, which this release needs`) : [];
}
