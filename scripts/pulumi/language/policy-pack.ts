import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";

/** A policy pack, and what it runs for. */
export interface PolicyPack {
  /** The folder of PulumiPolicy.yaml. */
  folder: string;
  /** What the engine gives a plugin: its own address. */
  args: string[];
  /** As `NAME=value`. */
  env: string[];
}

/** Starts a policy pack with the SDK's own entry point, in its folder: there @pulumi/policy looks for its version. */
export function startPolicyPack({ folder, args, env }: PolicyPack): ChildProcess {
  const sdk = createRequire(join(folder, "package.json"));
  return spawn(process.execPath, [sdk.resolve("@pulumi/pulumi/cmd/run-policy-pack"), ...args, "."], {
    cwd: folder,
    env: Object.fromEntries(env.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)])),
    stdio: ["ignore", "pipe", "pipe"],
  });
}
