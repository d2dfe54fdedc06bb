import { readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { layers } from "@selfhosted/common/layer";
import { repository, sandbox } from "./repository";
import { shown } from "./shown";

/** Where an installation lives: the stacks of this name in all three layers. */
export interface Environment {
  /** For commands, as `pulumi --stack` takes it: the stack's name, after its organization where that isn't the default one. */
  name: string;
  /** For what is named after it: the stack's name alone, which the programs know (`pulumi.getStack()`). */
  stack: string;
  isSandbox: boolean;
  /** Version of the real `pulumi`, where it was looked for. */
  pulumi?: string | undefined;
}

/** The `pulumi` on PATH can't run the layers. */
export class UnfitPulumi extends Error {
  constructor(
    readonly reason: string,
    readonly fix = "Install a newer one, or take it off PATH: `make pulumi` then installs one for this checkout.",
  ) {
    super(`${reason}. ${fix}`);
  }
}

/** What a user says of the environment. */
interface Given {
  /** The value of `ENV`: a stack's name or, for an organization of Pulumi Cloud that isn't the default one, `organization/stack`. */
  env: string | undefined;
  /** It was exported in the shell, and not typed with the command. */
  isOfShell: boolean;
}

/**
 * The environment that is named, or else the only one that is configured besides the sandbox.
 *
 * @returns why it is this one, where the user didn't type it.
 */
export function chooseEnvironment({ env, isOfShell }: Given, configured: string[]): { name: string; because?: string } {
  if (env) {
    if (!/^([A-Za-z0-9][A-Za-z0-9_-]*\/)?[A-Za-z0-9._][A-Za-z0-9._-]{0,99}$/.test(env)) {
      throw new Error(`${whichEnvironment(configured)} Found ${shown(env)}.`);
    }
    return isOfShell ? { name: env, because: "the ENV of this shell" } : { name: env };
  }
  const [only, ...others] = configured;
  if (only === undefined || others.length > 0) {
    throw new Error(whichEnvironment(configured));
  }
  return { name: only, because: "the only one that is configured" };
}

function whichEnvironment(configured: string[]): string {
  const names = configured.map((each) => `ENV=${each}`).join(", ");
  return (
    `Say which environment: ENV=${sandbox} is the sandbox on this machine. ` +
    (names === "" ? `No other is configured yet. To make one: make init ENV=prod` : `Configured: ${names}.`)
  );
}

/** The environments that have a configuration in some layer, without the sandbox: one that is incomplete is meant too. */
export function configuredEnvironments(folder = repository): string[] {
  const stacks = new Set(layers.flatMap((layer) => stacksOf(join(folder, layer))));
  return [...stacks].filter((each) => each !== sandbox).sort();
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
  const pulumi = await enterPulumi();
  return { name, stack, isSandbox: false, pulumi };
}

/**
 * Like `enter`, for a command that prepares an environment by asking AWS alone: it needn't be configured yet, and needs no `pulumi`.
 */
export async function enterAccount(name: string): Promise<Environment> {
  return name === sandbox ? enter(name, { mayStart: true }) : { name, stack: stackOf(name), isSandbox: false };
}

/**
 * Has `pulumi` be the real command: the user's own, or else one that is installed into the ignored folder.
 *
 * @returns its version.
 */
export async function enterPulumi(): Promise<string> {
  const { findPulumi, pathOfUser, pinned } = await import("./pulumi/find");
  const { command, refused } = findPulumi();
  if (refused !== undefined) {
    throw new UnfitPulumi(refused);
  }
  const path = [pathOfUser()];
  if (!command?.isOnPath) {
    const { installPulumi } = await import("./pulumi/install");
    // At the end: whatever else is in that folder must not take the place of what the user has.
    path.push(command?.folder ?? (await installPulumi()));
  }
  process.env["PATH"] = path.join(delimiter);
  return command?.version ?? pinned;
}

/**
 * @returns the name of the environment's stacks, without an organization.
 * @throws Error when a layer has no configuration for the environment; it names those that have.
 */
export function requireConfigured(name: string, folder = repository): string {
  const stack = stackOf(name);
  const missing = layers.filter((layer) => !stacksOf(join(folder, layer)).includes(stack));
  if (missing.length === 0) {
    return stack;
  }
  const files = missing.map((layer) => `${layer}/Pulumi.${stack}.yaml`).join(", ");
  throw new Error(
    `ENV=${name} is not configured: ${files} ${missing.length === 1 ? "is" : "are"} missing. ` +
      `Configured: ${[sandbox, ...configuredEnvironments(folder)].join(", ")}. To make a new environment: make init ENV=${name}`,
  );
}

/** The name without an organization. */
export function stackOf(name: string): string {
  const stack = name.split("/").at(-1) ?? name;
  if (stack === sandbox) {
    throw new Error(`ENV=${name}: ${sandbox} is the sandbox on this machine, which \`make deploy\` configures itself.`);
  }
  return stack;
}

function stacksOf(folder: string): string[] {
  return readdirSync(folder).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
}
