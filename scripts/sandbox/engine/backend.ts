import { createHash, randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { homedir, hostname, userInfo } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { writeAtomically } from "./files";
import type { Project } from "./project";
import { type Checkpoint, type Deployment, validate } from "./state";

/** Self-managed backends know one organization, of this name. */
export const ORGANIZATION = "organization";

export interface StackName {
  project: string;
  stack: string;
}

export const qualified = ({ project, stack }: StackName): string => `${ORGANIZATION}/${project}/${stack}`;

/** Takes `stack`, `organization/stack` or `organization/project/stack`. */
export function parseStackName(text: string, project: string): StackName {
  const parts = text.split("/");
  const stack = parts.at(-1)!;
  if (parts.length > 3 || !/^[\w.-]{1,100}$/.test(stack)) throw new Error(`invalid stack name '${text}'`);
  if (parts.length > 1 && parts[0] !== ORGANIZATION) {
    throw new Error(`invalid stack name '${text}': on a self-managed backend the organization is '${ORGANIZATION}'`);
  }
  return { project: parts.length === 3 ? parts[1] : project, stack };
}

interface Lock {
  pid: number;
  username: string;
  hostname: string;
  timestamp: string;
}

/** A folder of state files, laid out as Pulumi's own self-managed backend does it. */
export class Backend {
  readonly #root: string;

  constructor(readonly url: string) {
    if (!url.startsWith("file://"))
      throw new Error(`backend '${url}' isn't supported: the sandbox keeps state in a file:// folder`);
    const path = url.slice("file://".length);
    const folder = path.startsWith("~")
      ? join(homedir(), path.slice(1))
      : path.startsWith("/")
        ? fileURLToPath(url)
        : path;
    this.#root = join(resolve(folder), ".pulumi");
  }

  /** PULUMI_BACKEND_URL, the project's own backend or the last login, in this order. */
  static open(project?: Project): Backend {
    const url =
      process.env.PULUMI_BACKEND_URL || project?.backendUrl || readJson<Credentials>(credentialsFile())?.current;
    if (!url)
      throw new Error("no backend: set PULUMI_BACKEND_URL=file://<folder>, or run `pulumi login file://<folder>`");
    return new Backend(url);
  }

  login(): void {
    this.#prepare();
    writeAtomically(
      credentialsFile(),
      JSON.stringify({ ...readJson<Credentials>(credentialsFile()), current: this.url }),
    );
  }

  #prepare(): void {
    const meta = join(this.#root, "meta.yaml");
    if (!existsSync(meta)) writeAtomically(meta, "version: 1\n");
  }

  #stackFile({ project, stack }: StackName): string {
    return join(this.#root, "stacks", project, `${stack}.json`);
  }

  exists(name: StackName): boolean {
    return existsSync(this.#stackFile(name));
  }

  /** The last state; an empty one for a stack never deployed, undefined for an unknown stack. */
  read(name: StackName): Deployment | undefined {
    const file = readJson<Checkpoint>(this.#stackFile(name));
    return file && validate(file.checkpoint.latest ?? emptyDeployment(), file.version);
  }

  write(name: StackName, latest?: Deployment): void {
    this.#prepare();
    const checkpoint: Checkpoint = { version: 3, checkpoint: { stack: qualified(name), latest } };
    writeAtomically(this.#stackFile(name), JSON.stringify(checkpoint));
  }

  remove(name: StackName): void {
    rmSync(this.#stackFile(name));
  }

  list(project: string): { stack: string; modified: Date; resources: number }[] {
    const folder = join(this.#root, "stacks", project);
    if (!existsSync(folder)) return [];
    const stacks = readdirSync(folder).filter((file) => file.endsWith(".json"));
    return stacks.map((file) => {
      const stack = file.slice(0, -".json".length);
      const resources = this.read({ project, stack })?.resources?.length ?? 0;
      return { stack, modified: statSync(join(folder, file)).mtime, resources };
    });
  }

  #lockFolder(name: StackName): string {
    return join(this.#root, "locks", qualified(name));
  }

  #foreignLocks(name: StackName, own?: string): { file: string; lock: Lock }[] {
    const folder = this.#lockFolder(name);
    const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith(".json")) : [];
    return files
      .map((file) => join(folder, file))
      .filter((file) => file !== own)
      .flatMap((file) => {
        const lock = readJson<Lock>(file);
        return lock ? [{ file, lock }] : [];
      });
  }

  /** Locks the stack for this process and returns the unlock. Locks of processes that died on this host are removed. */
  lock(name: StackName): () => void {
    this.#refuseLocked(name);
    const own = join(this.#lockFolder(name), `${randomUUID()}.json`);
    const content: Lock = {
      pid: process.pid,
      username: userInfo().username,
      hostname: hostname(),
      timestamp: new Date().toISOString(),
    };
    writeAtomically(own, JSON.stringify(content));
    const unlock = (): void => rmSync(own, { force: true });
    try {
      this.#refuseLocked(name, own);
    } catch (error) {
      unlock();
      throw error;
    }
    return unlock;
  }

  #refuseLocked(name: StackName, own?: string): void {
    for (const { file, lock } of this.#foreignLocks(name, own)) if (isDead(lock)) rmSync(file, { force: true });
    const held = this.#foreignLocks(name, own);
    if (held.length === 0) return;
    const holders = held.map(
      ({ file, lock }) =>
        `  file://${file}: created by ${lock.username}@${lock.hostname} (pid ${lock.pid}) at ${lock.timestamp}`,
    );
    throw new Error(
      `the stack is currently locked by ${held.length} lock(s). Either wait for the other process(es) to end or ` +
        `delete the lock file with \`pulumi cancel\`.\n${holders.join("\n")}`,
    );
  }

  /** Removes every lock of the stack and returns how many there were. */
  cancel(name: StackName): number {
    const locks = this.#foreignLocks(name);
    for (const { file } of locks) rmSync(file, { force: true });
    return locks.length;
  }

  /** The stack that `stack select` chose for a project; kept where the real command keeps it. */
  selected(project: Project): StackName | undefined {
    const name = process.env.PULUMI_STACK || readJson<Workspace>(workspaceFile(project))?.stacks?.[this.url];
    return name ? parseStackName(name, project.name) : undefined;
  }

  select(project: Project, name: StackName | undefined): void {
    const workspace = readJson<Workspace>(workspaceFile(project)) ?? {};
    const { [this.url]: _, ...others } = workspace.stacks ?? {};
    const stacks = name ? { ...others, [this.url]: qualified(name) } : others;
    writeAtomically(workspaceFile(project), JSON.stringify({ ...workspace, stacks }));
  }
}

const emptyDeployment = (): Deployment => ({
  manifest: { time: new Date().toISOString(), magic: "", version: "" },
  metadata: {},
});

interface Credentials {
  current?: string;
}

interface Workspace {
  stacks?: Record<string, string>;
}

const home = (): string => process.env.PULUMI_HOME || join(homedir(), ".pulumi");
const credentialsFile = (): string => join(home(), "credentials.json");

function workspaceFile(project: Project): string {
  const hash = createHash("sha1").update(join(project.root, "Pulumi.yaml")).digest("hex");
  return join(home(), "workspaces", `${project.name}-${hash}-workspace.json`);
}

/** The content of a JSON file, or undefined when there is none. */
function readJson<T>(file: string): T | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, "utf8")) as T;
  } catch (error) {
    throw new Error(`${file} is damaged: ${(error as Error).message}`);
  }
}

function isDead(lock: Lock): boolean {
  if (lock.hostname !== hostname()) return false;
  try {
    process.kill(lock.pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
