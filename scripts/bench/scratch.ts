import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { localFolder, repository } from "../repository";

/** A copy of this checkout in a temporary folder, with a sandbox of its own. It shares what is installed. */
export interface Scratch {
  folder: string;
  /** Variables of the shell in which its commands run, on top of those of this process. */
  variables: NodeJS.ProcessEnv;
  /** Runs `make` in the copy; variables as `NAME=value`. */
  make: (...args: string[]) => Promise<Outcome>;
  /** Stops the sandbox and deletes the folder. */
  remove: () => Promise<void>;
}

export interface Outcome {
  code: number;
  stdout: string;
  /** Standard output and standard error as they came. */
  output: string;
}

/** Copies what git tracks or would track. */
export function scratchCheckout(variables: NodeJS.ProcessEnv = {}): Scratch {
  const folder = mkdtempSync(join(tmpdir(), "selfhosted-"));
  const listed = spawnSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: repository });
  const files = listed.stdout.toString().trim().split("\n");
  // A file that was deleted and not yet committed is still listed.
  for (const file of files.filter((each) => existsSync(join(repository, each)))) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(repository, file), join(folder, file), { preserveTimestamps: true });
  }
  mkdirSync(join(folder, ".local"));
  for (const installed of ["venv", "pulumi"]) {
    mkdirSync(join(localFolder, installed), { recursive: true });
    symlinkSync(join(localFolder, installed), join(folder, ".local", installed));
  }
  symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"));
  const make = (...args: string[]): Promise<Outcome> =>
    run(folder, "make", ["--no-print-directory", ...args], { variables });
  return {
    folder,
    variables,
    make,
    remove: async () => {
      await make("sandbox-stop");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface RunOptions {
  variables?: NodeJS.ProcessEnv;
  /** Gets the process id. */
  onStart?: (pid: number) => void;
}

/** Runs a command to its end, whatever its exit code. */
export function run(folder: string, name: string, args: string[], options: RunOptions = {}): Promise<Outcome> {
  const env = { ...process.env, ...options.variables };
  // In a group of its own, so that a test can end it with everything it started.
  const child = spawn(name, args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  const outcome: Outcome = { code: 1, stdout: "", output: "" };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (outcome.output += text));
  }
  child.stdout.on("data", (text: string) => (outcome.stdout += text));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ ...outcome, code: code ?? 1 }));
    if (child.pid !== undefined) {
      options.onStart?.(child.pid);
    }
  });
}
