import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { stringify } from "yaml";
import type { HistoryEntry } from "../../engine/state/backend";
import type { Checkpoint, Deployment, Operation, ResourceState } from "../../engine/state/state";
import { realPulumi, STAND_IN } from "../real-pulumi";

const fixtures = join(__dirname, "fixtures");
const modules = join(__dirname, "..", "..", "..", "..", "node_modules");

/** A salt and a secret under it, made by the real command with this passphrase. */
const passphrase = "pass";
const salt = "v1:zJ0LBBFUT/s=:v1:o42xev9MPl/ZmUSA:frNsIKA1eOjoNXiIyqX9obwaKOIa7A==";
const hunter2 = "v1:Y1IF77c7ZD5dcN/r:9NHSMIJVIMfh9L8FCY7eeP0sizZWBIc=";

const folder = realPulumi();
export const real = folder && join(folder, "pulumi");

/** Describes what holds for the stand-in, and for the real command where that is installed. Each test goes on from the one before. */
export function onBothEngines(title: string, tests: (playground: Playground) => void): void {
  for (const [name, command] of Object.entries({ "the stand-in": STAND_IN, "the real command": real })) {
    const suite = command ? describe : describe.skip;
    suite(`${title}: ${name}${command ? "" : " (skipped: no real `pulumi` on PATH)"}`, function () {
      this.timeout(600_000);
      const playground = new Playground(command);
      before(() => playground.prepare());
      after(() => playground.remove());
      tests(playground);
    });
  }
}

/** A file for the program `shelf` to make, as its index.ts understands it. */
export interface FileSettings {
  name: string;
  resource?: string;
  content?: string;
  secret?: boolean;
  of?: string;
  delayMs?: number;
  leaveMs?: number;
  broken?: "absent" | "incomplete" | "deaf";
  type?: string;
  options?: object;
}

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A temporary folder with the fixtures' projects, a backend, and a home for the command. */
export class Playground {
  readonly folder = mkdtempSync(join(tmpdir(), "engine-test-"));
  /** Where the provider of the fixtures keeps its files. */
  readonly disk = join(this.folder, "disk");

  constructor(public command = STAND_IN) {}

  /** With the project `shelf`. */
  async prepare(): Promise<void> {
    for (const folder of [this.disk, join(this.folder, "backend")]) {
      mkdirSync(folder);
    }
    symlinkSync(modules, join(this.folder, "node_modules"));
    await this.add("shelf");
    this.files([]);
  }

  /** Adds a project of the fixtures, with a stack of it. */
  async add(project: string): Promise<void> {
    cpSync(join(fixtures, project), join(this.folder, project), { recursive: true });
    await this.mustIn(project, "stack", "init");
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  configFile(project = "shelf"): string {
    return join(this.folder, project, "Pulumi.test.yaml");
  }

  configure(project: string, config: Record<string, unknown>): void {
    const entries = Object.entries(config).map(([key, value]) => [`${project}:${key}`, value]);
    writeFileSync(
      this.configFile(project),
      stringify({ encryptionsalt: salt, config: Object.fromEntries(entries) as object }),
    );
  }

  /** What `shelf` is to make. */
  files(files: FileSettings[], more: Record<string, unknown> = {}): void {
    this.configure("shelf", { files, password: { secure: hunter2 }, ...more });
  }

  /** Starts the command in a project. `finished` never rejects. */
  start(
    args: string[],
    env: NodeJS.ProcessEnv = {},
    project = "shelf",
  ): { child: ChildProcess; finished: Promise<Finished> } {
    const child = spawn(this.command, [...args, "--stack", "test", "--non-interactive"], {
      cwd: join(this.folder, project),
      env: {
        ...process.env,
        PATH: [join(fixtures, "bin"), process.env["PATH"]].join(delimiter),
        FILES: this.disk,
        PULUMI_BACKEND_URL: `file://${this.folder}/backend`,
        PULUMI_HOME: join(this.folder, "home"),
        PULUMI_CONFIG_PASSPHRASE: passphrase,
        PULUMI_SKIP_UPDATE_CHECK: "true",
        ...env,
      },
    });
    const result: Finished = { code: null, stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => (result.stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (result.stderr += text));
    return { child, finished: new Promise((resolve) => child.on("close", (code) => resolve({ ...result, code }))) };
  }

  run(...args: string[]): Promise<Finished> {
    return this.start(args).finished;
  }

  /** Runs a command that must succeed and returns what it printed. */
  must(...args: string[]): Promise<string> {
    return this.mustIn("shelf", ...args);
  }

  async mustIn(project: string, ...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.start(args, {}, project).finished;
    if (code !== 0) {
      throw new Error(`pulumi ${args.join(" ")} ended with ${code}:\n${stdout}\n${stderr}`);
    }
    return stdout;
  }

  /** Brings the stack to these files. */
  up(files: FileSettings[], ...args: string[]): Promise<string> {
    this.files(files);
    return this.must(...up, ...args);
  }

  /** Runs a command that must fail, and returns all that it printed. */
  async fails(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...args);
    if (code === 0) {
      throw new Error(`pulumi ${args.join(" ")} succeeded:\n${stdout}\n${stderr}`);
    }
    return stdout + stderr;
  }

  get stateText(): string {
    return readFileSync(this.stateFile, "utf8");
  }

  private get stateFile(): string {
    return join(this.folder, "backend", ".pulumi", "stacks", "shelf", "test.json");
  }

  /** The state that the backend holds. */
  get state(): Deployment {
    return (JSON.parse(this.stateText) as Checkpoint).checkpoint.latest!;
  }

  /** Leaves an operation pending in the state, as a command that is killed does. */
  leave(operation: Operation): void {
    const { checkpoint, version } = JSON.parse(this.stateText) as Checkpoint;
    const latest = { ...checkpoint.latest, pending_operations: [operation] };
    writeFileSync(this.stateFile, JSON.stringify({ version, checkpoint: { ...checkpoint, latest } }));
  }

  /** What the state says is pending: `creating a`. */
  get pending(): string[] {
    return (this.state.pending_operations ?? []).map(({ type, resource }) => `${type} ${nameOf(resource)}`);
  }

  /** Names of the files in the state. */
  get known(): string[] {
    return (this.state.resources ?? [])
      .filter(({ type }) => type === "files:index:File")
      .map(nameOf)
      .sort();
  }

  resource(name: string): ResourceState | undefined {
    return this.state.resources?.find((resource) => nameOf(resource) === name);
  }

  /** The last operation: its kind, how it ended, and what it changed. */
  async last(): Promise<[string, string, object]> {
    const [entry] = JSON.parse(await this.must("stack", "history", "--json")) as HistoryEntry[];
    return [entry.kind, entry.result, entry.resourceChanges];
  }

  get locks(): string[] {
    const locks = join(this.folder, "backend", ".pulumi", "locks", "organization", "shelf", "test");
    return existsSync(locks) ? readdirSync(locks).filter((file) => file.endsWith(".json")) : [];
  }

  get disks(): string[] {
    return readdirSync(this.disk).sort();
  }

  content(name: string): string {
    return readFileSync(join(this.disk, name), "utf8");
  }

  /** What the provider did since the last time this was asked. */
  log(): string[] {
    const file = `${this.disk}.log`;
    const lines = existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
    rmSync(file, { force: true });
    return lines;
  }

  /** Processes that a command of this playground has left behind. */
  get processes(): string[] {
    const lines = execFileSync("ps", ["-A", "-o", "pid=,args="], { encoding: "utf8" }).split("\n");
    return lines.filter((line) => line.includes(join(this.folder, "shelf")) || this.isOwnPlugin(line));
  }

  private isOwnPlugin(line: string): boolean {
    const pid = /^\s*(\d+) .*pulumi-resource-files/.exec(line)?.[1];
    try {
      return pid !== undefined && readFileSync(`/proc/${pid}/environ`, "utf8").includes(this.disk);
    } catch {
      return false; // It has ended meanwhile.
    }
  }
}

export const up = ["up", "--yes", "--skip-preview"];
export const destroy = ["destroy", "--yes", "--skip-preview"];

export const nameOf = ({ urn }: { urn: string }): string => urn.split("::").at(-1) ?? "";

/** The URN of a file. */
export const fileUrn = (name: string): string => `urn:pulumi:test::shelf::test:index:Folder$files:index:File::${name}`;

/** Waits until something holds, for what another process does. */
export async function until(holds: () => boolean, what: string, seconds = 60): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!holds()) {
    if (Date.now() > deadline) {
      throw new Error(`waited in vain for ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
