import { readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { layers } from "./layers";
import { repository, sandbox } from "./repository";

/** Where an installation lives: the stacks of this name in all three layers. */
export interface Environment {
  /** For commands, as `pulumi --stack` takes it: the stack's name, after its organization where that isn't the default one. */
  name: string;
  /** For what is named after it: the stack's name alone, which the programs know (`pulumi.getStack()`). */
  stack: string;
  isSandbox: boolean;
}

/**
 * Makes this process, and every `pulumi` it starts, work in the environment: for `local` in the emulated AWS account, which is
 * started where needed; for any other in the account of the caller's AWS credentials, with the real Pulumi command.
 */
export async function enter(name: string): Promise<Environment> {
  if (name === sandbox) {
    const { enterSandbox } = await import("./sandbox/enter");
    await enterSandbox();
    return { name, stack: name, isSandbox: true };
  }
  const stack = requireConfigured(name);
  const { installPulumi, isOnPath } = await import("./pulumi/install");
  if (!isOnPath()) {
    // At the end: whatever else is in that folder must not take the place of what the user has.
    process.env["PATH"] = [process.env["PATH"], await installPulumi()].join(delimiter);
  }
  return { name, stack, isSandbox: false };
}

/**
 * @returns the name of the environment's stacks, without an organization.
 * @throws Error when a layer has no configuration for the environment; it names those that have.
 */
export function requireConfigured(name: string, folder = repository): string {
  const stack = name.split("/").at(-1) ?? name;
  if (stack === sandbox) {
    throw new Error(`ENV=${name}: ${sandbox} is the sandbox on this machine, and no stack of an organization.`);
  }
  const missing = layers.filter((layer) => !stacksOf(join(folder, layer)).includes(stack));
  if (missing.length === 0) {
    return stack;
  }
  const files = missing.map((layer) => `${layer}/Pulumi.${stack}.yaml`).join(", ");
  const known = stacksOf(join(folder, "infrastructure")).filter((each) => each !== sandbox);
  throw new Error(
    `ENV=${name} is not configured: ${files} ${missing.length === 1 ? "is" : "are"} missing. ` +
      `Configured: ${[sandbox, ...known].join(", ")}. ` +
      `To make a new environment follow "On a real account" in the README.`,
  );
}

function stacksOf(folder: string): string[] {
  return readdirSync(folder).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
}
