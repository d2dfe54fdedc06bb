import { spawn } from "node:child_process";
import { join } from "node:path";
import { type Layer, projectOf } from "@selfhosted/common/layer";
import { repository } from "../repository";

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

/** Runs the `pulumi` command that is on PATH, in the folder of a layer unless another is given. */
export function pulumi(layer: Layer, args: string[], options: RunOptions = {}): Promise<Finished> {
  const stdio = options.show ? "inherit" : "pipe";
  const stdin = options.input === undefined ? "inherit" : "pipe";
  const { folder: cwd = join(repository, layer), env } = options;
  const child = spawn("pulumi", args, { cwd, stdio: [stdin, stdio, stdio], env: { ...process.env, ...env } });
  child.stdin?.end(options.input);
  const finished: Finished = { code: 1, stdout: "", stderr: "" };
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (finished.stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (finished.stderr += text));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ ...finished, code: code ?? 1 }));
  });
}

/** Like `pulumi`, for a command that must succeed. */
export async function mustPulumi(layer: Layer, args: string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await pulumi(layer, args, options);
  if (code !== 0) {
    throw new PulumiError(`\`pulumi ${args.join(" ")}\` failed in ${layer}/:\n${stderr.trim() || stdout.trim()}`);
  }
  return stdout;
}

/**
 * Runs a pulumi command in one layer after the other, shows what it prints, and stops at the first that fails, since the next
 * layer needs the outputs of the one before.
 *
 * @returns the layer whose command failed, and its exit code; undefined when all succeeded.
 */
export async function eachLayer(
  order: readonly Layer[],
  args: string[],
): Promise<{ layer: Layer; code: number } | undefined> {
  for (const [done, layer] of order.entries()) {
    console.log(`\n── ${done + 1}/${order.length} ${projectOf(layer)} ──`);
    const { code } = await pulumi(layer, args, { show: true });
    if (code !== 0) {
      const rest = order.slice(done + 1).join(", ");
      console.error(`\n${layer}: \`pulumi ${args.join(" ")}\` failed.${rest ? ` Not run: ${rest}.` : ""}`);
      return { layer, code };
    }
  }
  return undefined;
}
