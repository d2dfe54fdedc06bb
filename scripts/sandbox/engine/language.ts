import { spawn } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { ORGANIZATION } from "./backend";
import type { ConfigValue, Project } from "./project";

interface ProgramOptions {
  project: Project;
  stack: string;
  config: Record<string, ConfigValue>;
  /** Where the monitor and the engine listen. */
  address: string;
  preview: boolean;
  parallel: number;
  output: (line: string) => void;
  /** Ends the program early. */
  interrupt: AbortSignal;
}

/** By this exit code the SDK says that it has reported the error itself. */
const ALREADY_REPORTED = 32;

/** The folder a program runs in and what node loads there. */
export function programEntry({ main }: Project): { folder: string; entry: string } {
  if (!existsSync(main)) throw new Error(`the program '${main}', named by 'main' in Pulumi.yaml, doesn't exist`);
  return statSync(main).isDirectory() ? { folder: main, entry: "." } : { folder: dirname(main), entry: basename(main) };
}

/**
 * Runs a program with the SDK's own entry point, the way Pulumi's language host for Node.js does. Resolves to undefined when it
 * ended well, otherwise to what there is to tell: nothing when the SDK has told it already.
 */
export function runProgram(options: ProgramOptions): Promise<string | undefined> {
  const { project, stack, config, address, preview, parallel, output, interrupt } = options;
  const { folder, entry } = programEntry(project);
  const { typescript = true, nodeargs = "", tsconfig } = project.runtime.options;
  const sdk = createRequire(join(folder, "package.json"));
  const args = [
    ...String(nodeargs).split(" ").filter(Boolean),
    sdk.resolve("@pulumi/pulumi/cmd/run"),
    ...["--monitor", address],
    ...["--engine", address],
    ...["--organization", ORGANIZATION],
    ...["--project", project.name],
    ...["--root-directory", project.root],
    ...["--stack", stack],
    ...["--pwd", folder],
    ...(preview ? ["--dry-run"] : []),
    ...["--parallel", String(parallel)],
    entry,
  ];
  const values = Object.entries(config);
  const env = {
    ...process.env,
    PULUMI_CONFIG: JSON.stringify(
      Object.fromEntries(values.map(([key, { text }]) => [key.replace(":", ":config:"), text])),
    ),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(values.filter(([, { secret }]) => secret).map(([key]) => key)),
    ...(typescript === true && { PULUMI_NODEJS_TYPESCRIPT: "true" }),
    ...(typeof tsconfig === "string" && { PULUMI_NODEJS_TSCONFIG_PATH: tsconfig }),
  };
  const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  for (const stream of [child.stdout, child.stderr]) createInterface(stream).on("line", output);
  interrupt.addEventListener("abort", () => child.kill());
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(`the program could not be started: ${error.message}`));
    child.once("close", (code) => {
      if (code === 0) resolve(undefined);
      else resolve(code === ALREADY_REPORTED ? "" : `Program exited with non-zero exit code: ${code}`);
    });
  });
}
