import { readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { layers } from "./pulumi";
import { repository, sandbox } from "./repository";

/** Where an installation lives: the stacks of this name in all three layers. */
export interface Environment {
  name: string;
  isSandbox: boolean;
}

/**
 * Makes this process, and every `pulumi` it starts, work in the environment: for `local` in the emulated AWS account, which is
 * started where needed; for any other in the account of the caller's AWS credentials, with the real Pulumi command.
 */
export async function enter(name: string): Promise<Environment> {
  if (name === sandbox) {
    const { enterSandbox } = await import("../sandbox/enter");
    await enterSandbox();
    return { name, isSandbox: true };
  }
  requireConfigured(name);
  const { findPulumi } = await import("./pulumi-command");
  process.env["PATH"] = [await findPulumi(), process.env["PATH"]].join(delimiter);
  return { name, isSandbox: false };
}

/** @throws Error when a layer has no configuration for the environment; it names those that have. */
export function requireConfigured(name: string, folder = repository): void {
  const missing = layers.filter((layer) => !stacksOf(join(folder, layer)).includes(name));
  if (missing.length === 0) {
    return;
  }
  const files = missing.map((layer) => `${layer}/Pulumi.${name}.yaml`).join(", ");
  const known = stacksOf(join(folder, "infrastructure")).filter((stack) => stack !== sandbox);
  throw new Error(
    `ENV=${name} is not configured: ${files} ${missing.length === 1 ? "is" : "are"} missing. ` +
      `Configured: ${[sandbox, ...known].join(", ")}. ` +
      `To make a new environment follow "On a real account" in the README.`,
  );
}

function stacksOf(folder: string): string[] {
  return readdirSync(folder).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
}
