import { projectOf, type Layer } from "@selfhosted/common";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { repository } from "./repository";

/** In the order of deployment; destroyed the other way round. */
export const layers: readonly Layer[] = ["infrastructure", "application", "dns"];

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
}

/** Runs the `pulumi` command that is on PATH, in the folder of a layer. */
export function pulumi(layer: Layer, args: string[], options: RunOptions = {}): Promise<Finished> {
  const stdio = options.show ? "inherit" : "pipe";
  const stdin = options.input === undefined ? "inherit" : "pipe";
  const child = spawn("pulumi", args, { cwd: join(repository, layer), stdio: [stdin, stdio, stdio] });
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
    throw new Error(`\`pulumi ${args.join(" ")}\` failed in ${layer}/:\n${stderr.trim() || stdout.trim()}`);
  }
  return stdout;
}

/**
 * The outputs of a layer's stack, secrets masked; undefined when the stack doesn't exist. A stack that was never deployed has
 * none: `{}`.
 */
export async function stackOutputs(layer: Layer, env: string): Promise<Record<string, unknown> | undefined> {
  const { code, stdout, stderr } = await pulumi(layer, ["stack", "output", "--json", "--stack", env]);
  if (code === 0) {
    return JSON.parse(stdout) as Record<string, unknown>;
  }
  if (isMissing(stderr)) {
    return undefined;
  }
  throw new Error(`The outputs of ${projectOf(layer)}, stack ${env}, could not be read:\n${stderr.trim()}`);
}

/**
 * The resources in the state of a layer's stack, as `pulumi stack export` lists them; none where the stack doesn't exist.
 *
 * @typeParam R what is read of each.
 */
export async function stackResources<R>(layer: Layer, env: string): Promise<R[]> {
  const { code, stdout, stderr } = await pulumi(layer, ["stack", "export", "--stack", env]);
  if (code === 0) {
    return (JSON.parse(stdout) as { deployment?: { resources?: R[] } | null }).deployment?.resources ?? [];
  }
  if (isMissing(stderr)) {
    return [];
  }
  throw new Error(`The state of ${projectOf(layer)}, stack ${env}, could not be read:\n${stderr.trim()}`);
}

/**
 * Whether a command failed because its stack doesn't exist. No looser: a key or an executable that isn't found says nothing of the
 * stack, and nor does exit code 6, "no stack selected"
 * (https://github.com/pulumi/pulumi/blob/master/pkg/backend/backenderr/backenderr.go).
 */
function isMissing(stderr: string): boolean {
  return /no stack named '[^']+' found/.test(stderr);
}
