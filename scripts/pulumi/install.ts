import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join, relative } from "node:path";
import { createInterface } from "node:readline";
import { installFolder, pinned } from "./find";

/** What a built command lacks: a language host for Node.js, and the provider for resources that a program implements itself. */
const beside = join(__dirname, "language", "bin");

/** Makes a complete installation somewhere in the folder given, and returns where. */
type Way = (draft: string) => Promise<string>;

/**
 * Installs the Pulumi command into the ignored folder, once: downloaded by the npm package `pulumi` or, where its host can't be
 * reached, built by Go.
 *
 * @returns the folder on PATH.
 * @throws Error that names the ways to get one.
 */
export async function installPulumi(target = installFolder, ways: Way[] = [download, build]): Promise<string> {
  const folder = join(target, "bin");
  if (existsSync(join(folder, "pulumi"))) {
    return folder;
  }
  // Made aside and renamed when complete: an interrupted or concurrent installation is never mistaken for a finished one.
  const draft = `${target}.${process.pid}`;
  mkdirSync(draft, { recursive: true });
  try {
    const complete = await firstOf(ways, draft);
    if (!existsSync(folder)) {
      renameSync(complete, target);
    }
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return folder;
}

async function firstOf(ways: Way[], draft: string): Promise<string> {
  const reasons: string[] = [];
  for (const way of ways) {
    try {
      return await way(draft);
    } catch (error) {
      reasons.push((error as Error).message);
    }
  }
  throw new Error(
    `Pulumi ${pinned} could not be installed: ${reasons.join("; ")}. Any of three ways helps: put \`pulumi\` on PATH ` +
      `(https://www.pulumi.com/docs/install/); let this machine reach get.pulumi.com; put Go on PATH, with a module proxy ` +
      `that it can reach.`,
  );
}

/** By the npm package, which downloads into its `PULUMI_HOME` when it is called. */
async function download(draft: string): Promise<string> {
  console.error(`downloading the Pulumi command ${pinned} (once) …`);
  const env = { PULUMI_HOME: draft, PULUMI_VERSION: pinned, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const show = (line: string): void => console.error(line);
  await run("download failed", process.execPath, [require.resolve("pulumi/run.js"), "version"], env, show);
  return join(draft, "versions", pinned);
}

async function build(draft: string): Promise<string> {
  console.error(`building it with Go (once, about ten minutes) …`);
  const made = join(draft, "built");
  const version = `github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${pinned}`;
  const flags = ["-C", join(__dirname, "build"), "-v", "-trimpath", "-ldflags", `-s -w -X ${version}`];
  const command = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
  let packages = 0;
  const count = (line: string): void => {
    // Go names each package that it has compiled.
    if (!line.startsWith("go: ") && ++packages % 100 === 0) {
      console.error(`… ${packages} packages`);
    }
  };
  const args = ["build", ...flags, "-o", join(made, "bin", "pulumi"), command];
  await run("build failed", "go", args, { CGO_ENABLED: "0" }, count);
  for (const file of readdirSync(beside)) {
    symlinkSync(relative(join(installFolder, "bin"), join(beside, file)), join(made, "bin", file));
  }
  return made;
}

/** Runs a command to its end; `onLine` gets what it prints. */
async function run(
  failure: string,
  command: string,
  args: string[],
  variables: Record<string, string>,
  onLine: (line: string) => void,
): Promise<void> {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...variables } });
  let last = "";
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on("line", (line) => onLine((last = line)));
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", () => reject(new Error(`${failure} (there is no ${command} on PATH)`)));
    child.on("close", resolve);
  });
  if (code !== 0) {
    throw new Error(`${failure} (${last})`);
  }
}
