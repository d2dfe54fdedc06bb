import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { stringify } from "yaml";
import type { Checkpoint, Deployment, ResourceState } from "../../engine/state";
import { STAND_IN } from "../real-pulumi";

const FIXTURES = join(__dirname, "fixtures");
const MODULES = join(__dirname, "..", "..", "..", "..", "node_modules");
const PLUGINS = [join(FIXTURES, "bin"), join(__dirname, "..", "..", "plugins", "bin")];

/** A salt and a secret under it, made by the real command with this passphrase. */
export const PASSPHRASE = "pass";
export const SALT = "v1:zJ0LBBFUT/s=:v1:o42xev9MPl/ZmUSA:frNsIKA1eOjoNXiIyqX9obwaKOIa7A==";
export const HUNTER2 = "v1:Y1IF77c7ZD5dcN/r:9NHSMIJVIMfh9L8FCY7eeP0sizZWBIc=";

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A temporary folder with projects copied from the fixtures, a backend, and a home for the command. */
export class Playground {
  readonly folder = mkdtempSync(join(tmpdir(), "engine-test-"));
  /** Where the provider of the fixtures keeps its files. */
  readonly disk = join(this.folder, "disk");

  /** The command under test: the stand-in, or the real one. */
  command = STAND_IN;

  constructor() {
    for (const folder of [this.disk, join(this.folder, "backend")]) mkdirSync(folder);
    symlinkSync(MODULES, join(this.folder, "node_modules"));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  add(project: string): void {
    cpSync(join(FIXTURES, project), join(this.folder, project), { recursive: true });
  }

  configFile(project: string): string {
    return join(this.folder, project, "Pulumi.test.yaml");
  }

  /** Writes the configuration of the stack `test`; keys without a package are the project's. */
  configure(project: string, config: Record<string, unknown>): void {
    const entries = Object.entries(config).map(([key, value]) => [
      key.includes(":") ? key : `${project}:${key}`,
      value,
    ]);
    writeFileSync(
      this.configFile(project),
      stringify({ encryptionsalt: SALT, config: Object.fromEntries(entries) as object }),
    );
  }

  /** The usual configuration of the project `shelf`. */
  configureFiles(files: object[], more: Record<string, unknown> = {}): void {
    this.configure("shelf", { "files:folder": this.disk, files, password: { secure: HUNTER2 }, ...more });
  }

  /** Starts the command in a project. `running.finished` never rejects. */
  start(
    project: string,
    args: string[],
    env: NodeJS.ProcessEnv = {},
  ): { child: ChildProcess; finished: Promise<Finished> } {
    const child = spawn(this.command, [...args, "--stack", "test", "--non-interactive"], {
      cwd: join(this.folder, project),
      env: {
        ...process.env,
        PATH: [...PLUGINS, process.env.PATH].join(delimiter),
        PULUMI_BACKEND_URL: `file://${this.folder}/backend`,
        PULUMI_HOME: join(this.folder, "home"),
        PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
        PULUMI_SKIP_UPDATE_CHECK: "true",
        ...env,
      },
    });
    const result: Finished = { code: null, stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => (result.stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (result.stderr += text));
    return { child, finished: new Promise((resolve) => child.on("close", (code) => resolve({ ...result, code }))) };
  }

  run(project: string, args: string[], env?: NodeJS.ProcessEnv): Promise<Finished> {
    return this.start(project, args, env).finished;
  }

  /** Runs a command that must succeed and returns what it printed. */
  async must(project: string, ...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(project, args);
    if (code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${code}:\n${stdout}\n${stderr}`);
    return stdout;
  }

  stateFile(project: string): string {
    return join(this.folder, "backend", ".pulumi", "stacks", project, "test.json");
  }

  state(project: string): Deployment {
    const { checkpoint } = JSON.parse(readFileSync(this.stateFile(project), "utf8")) as Checkpoint;
    return checkpoint.latest!;
  }

  resource(project: string, name: string): ResourceState | undefined {
    return this.state(project).resources?.find(({ urn }) => urn.endsWith(`::${name}`));
  }

  files(): Record<string, string> {
    return Object.fromEntries(
      readdirSync(this.disk).map((name) => [name, readFileSync(join(this.disk, name), "utf8")]),
    );
  }
}

/** Waits until something holds, for what another process does. */
export async function until(holds: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
