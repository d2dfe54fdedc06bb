import { spawn } from "node:child_process";
import { once } from "node:events";
import { buffer, text } from "node:stream/consumers";
import type { Argv } from "./tools";

interface RunOptions {
  /** What it reads from standard input; this may be secret. */
  input?: string;
  env?: NodeJS.ProcessEnv;
  cwd?: string;
}

/**
 * What a command prints.
 *
 * @throws Error with the last line that it wrote to standard error.
 */
export async function outputOf([name, ...args]: Argv, { input, env, cwd }: RunOptions = {}): Promise<Buffer> {
  const child = spawn(name, args, { stdio: "pipe", env: { ...process.env, ...env }, cwd });
  // It may end before it has read everything.
  child.stdin.on("error", () => undefined).end(input ?? "");
  const [stdout, stderr, [code]] = await Promise.all([
    buffer(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number | null]>,
  ]);
  if (code !== 0) {
    const [last = `exit code ${String(code)}`] = stderr.trim().split("\n").slice(-1);
    // skopeo writes what it says as a field of a log line.
    const [, message = last] = /\bmsg="(.*)"$/.exec(last) ?? [];
    throw new Error(`${name} ${args[0] ?? ""}: ${message.replaceAll('\\"', '"')}`);
  }
  return stdout;
}

/** Runs a command that shows its progress itself. */
export async function show([name, ...args]: Argv, { env, cwd }: RunOptions = {}): Promise<void> {
  const child = spawn(name, args, { stdio: ["ignore", 2, 2], env: { ...process.env, ...env }, cwd });
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) {
    throw new Error(`${name} ${args[0] ?? ""} failed with exit code ${String(code)}; what it said is above`);
  }
}
