import { spawn } from "node:child_process";
import { join } from "node:path";
import { type Layer, projectOf } from "@selfhosted/common/layer";
import { repository } from "../repository";
import { elapsed, Progress } from "../waiting";

export interface Finished {
  /** Exit code; 1 when a signal ended the command. */
  code: number;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  /** Show the output while it comes instead of keeping it. */
  show?: boolean;
  /** What the command reads: for secrets, which don't belong on a command line. */
  input?: string;
  /** Where the command runs. Default: the layer's folder. */
  folder?: string;
  /** Variables on top of those of this process. */
  env?: NodeJS.ProcessEnv;
}

/** A command that failed, with what it printed. */
export class PulumiError extends Error {}

/** Has `pulumi` change a stack without asking. */
export const withoutAsking = ["--yes", "--skip-preview", "--non-interactive"];

/** Has it not list all outputs at each change: `make outputs` does. */
export const withoutOutputs = ["--suppress-outputs"];

/** Runs the `pulumi` command that is on PATH, in the folder of a layer unless another is given. */
export function pulumi(layer: Layer, args: string[], options: RunOptions = {}): Promise<Finished> {
  const { show = false, input, folder: cwd = join(repository, layer), env } = options;
  // In a terminal Pulumi shows by itself that it goes on; elsewhere it has only dots.
  const progress = show && !process.stdout.isTTY ? new Progress(() => `pulumi ${args[0]} in ${layer}/`) : undefined;
  const stdio = show && progress === undefined ? "inherit" : "pipe";
  const child = spawn("pulumi", progress ? [...args, "--suppress-progress"] : args, {
    cwd,
    stdio: [input === undefined ? "inherit" : "pipe", stdio, stdio],
    env: { ...process.env, ...env },
  });
  // What ends before it has read its input says itself why.
  child.stdin?.on("error", () => undefined).end(input);
  const finished: Finished = { code: 1, stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream]?.setEncoding("utf8").on("data", (text: string) => {
      if (progress) {
        progress.heard();
        process[stream].write(text);
      } else {
        finished[stream] += text;
      }
    });
  }
  return new Promise<Finished>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ ...finished, code: code ?? 1 }));
  }).finally(() => progress?.end());
}

/** Like `pulumi`, for a command that must succeed. */
export async function mustPulumi(layer: Layer, args: string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await pulumi(layer, args, options);
  if (code !== 0) {
    throw new PulumiError(`\`pulumi ${args.join(" ")}\` failed in ${layer}/:\n${stderr.trim() || stdout.trim()}`);
  }
  return stdout;
}

/** Deploys one layer as it is configured, without asking, and shows that. Gives the exit code. */
export async function up(layer: Layer, env: string): Promise<number> {
  const args = ["up", "--stack", env, ...withoutAsking, ...withoutOutputs];
  return (await pulumi(layer, args, { show: true })).code;
}

/** Configures values of a layer that are no secrets, all at once. */
export async function configurePlain(
  layer: Layer,
  env: string,
  values: [key: string, value: string | boolean][],
  options: string[] = [],
): Promise<void> {
  const plain = values.flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
  if (plain.length > 0) {
    await mustPulumi(layer, ["config", "set-all", "--stack", env, ...options, ...plain]);
  }
}

/**
 * Runs a pulumi command in one layer after the other, shows what it prints, and stops at the first that fails, since the next
 * layer needs the outputs of the one before.
 *
 * @param after what is done between a layer and the next one.
 * @returns the layer whose command failed, and its exit code; undefined when all succeeded.
 */
export async function eachLayer(
  order: readonly Layer[],
  args: string[],
  after?: (layer: Layer) => Promise<void>,
): Promise<{ layer: Layer; code: number } | undefined> {
  for (const [done, layer] of order.entries()) {
    console.log(`\n── ${done + 1}/${order.length} ${projectOf(layer)} ──`);
    const began = Date.now();
    const { code } = await pulumi(layer, args, { show: true });
    const rest = order.slice(done + 1);
    if (code !== 0) {
      console.error(
        `\n${layer}: \`pulumi ${args.join(" ")}\` failed.${rest.length > 0 ? ` Not run: ${rest.join(", ")}.` : ""}`,
      );
      return { layer, code };
    }
    console.log(`${layer}: done after ${elapsed(Date.now() - began)}${rest[0] ? `; next: ${rest[0]}` : ""}`);
    await after?.(layer);
  }
  return undefined;
}
