import { type ChildProcess, spawn, type SpawnOptions, type StdioOptions } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";

/** A program of a Pulumi project, and what it runs for. */
export interface Program {
  /** Where it runs, and what node loads there. */
  folder: string;
  entry: string;
  /** The folder of Pulumi.yaml. */
  root: string;
  /** `runtime.options` of Pulumi.yaml. */
  options: Record<string, unknown>;
  organization: string;
  project: string;
  stack: string;
  /** By key with its namespace, such as `aws:region`. */
  config: Record<string, string>;
  secretKeys: string[];
  /** Addresses of the engine's services. */
  monitor: string;
  engine: string;
  preview: boolean;
  parallel: number;
}

/** The exit code by which the SDK says that it has reported the error itself. */
export const alreadyReported = 32;

/**
 * Starts a program as Pulumi's language host for Node.js does: with the SDK's own entry point
 * (https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/cmd/pulumi-language-nodejs/main.go).
 *
 * @param start starts the process.
 */
export function startProgram(
  program: Program,
  stdio: StdioOptions,
  start: (command: string, args: string[], options: SpawnOptions) => ChildProcess = spawn,
): ChildProcess {
  const { folder, options, config } = program;
  const { typescript = true, nodeargs = "", tsconfig } = options;
  const sdk = createRequire(join(folder, "package.json"));
  const args = [
    ...String(nodeargs).split(" ").filter(Boolean),
    sdk.resolve("@pulumi/pulumi/cmd/run"),
    ...["--monitor", program.monitor],
    ...["--engine", program.engine],
    ...["--organization", program.organization],
    ...["--project", program.project],
    ...["--root-directory", program.root],
    ...["--stack", program.stack],
    ...["--pwd", folder],
    ...(program.preview ? ["--dry-run"] : []),
    ...["--parallel", String(program.parallel)],
    program.entry,
  ];
  const values = Object.entries(config).map(([key, value]) => [key.replace(":", ":config:"), value]);
  const env = {
    ...process.env,
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(values)),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(program.secretKeys),
    ...(typescript === true && { PULUMI_NODEJS_TYPESCRIPT: "true" }),
    ...(typeof tsconfig === "string" && { PULUMI_NODEJS_TSCONFIG_PATH: tsconfig }),
  };
  return start(process.execPath, args, { cwd: folder, env, stdio });
}
