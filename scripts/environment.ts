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
 * Makes this process, and every `pulumi` it starts, work in the environment: for `local` in the emulated AWS account; for any other
 * in the account of the caller's AWS credentials, with the real Pulumi command.
 *
 * @param mayStart whether the emulated account is started where it doesn't run, for a command that makes something in it.
 */
export async function enter(name: string, { mayStart = false } = {}): Promise<Environment> {
  if (name === sandbox) {
    const { enterSandbox } = await import("./sandbox/enter");
    await enterSandbox(mayStart);
    return { name, stack: name, isSandbox: true };
  }
  const stack = requireConfigured(name);
  await enterPulumi();
  return { name, stack, isSandbox: false };
}

/** Has `pulumi` be the real command: the user's own, or else one that is installed into the ignored folder. */
async function enterPulumi(): Promise<void> {
  const { findPulumi, pathOfUser } = await import("./pulumi/find");
  const { command, refused } = findPulumi();
  if (refused !== undefined) {
    throw new Error(
      `${refused}. Install a newer one, or take it off PATH: \`make pulumi\` then installs one for this checkout.`,
    );
  }
  const path = [pathOfUser()];
  if (!command?.isOnPath) {
    const { installPulumi } = await import("./pulumi/install");
    // At the end: whatever else is in that folder must not take the place of what the user has.
    path.push(command?.folder ?? (await installPulumi()));
  }
  process.env["PATH"] = path.join(delimiter);
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
