import { randomUUID } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensure, Missing } from "../errors";
import { writeAtomically } from "../files";
import { type Checkpoint, type Deployment, validate } from "./state";

/** Self-managed backends know one organization, of this name. */
export const organization = "organization";

export interface StackName {
  project: string;
  stack: string;
}

export const qualified = ({ project, stack }: StackName): string => `${organization}/${project}/${stack}`;

/** Takes `stack`, `organization/stack` or `organization/project/stack`. */
export function parseStackName(text: string, project: string): StackName {
  const [, owner = organization, ofProject = project, stack] =
    /^(?:([^/]+)\/)?(?:([^/]+)\/)?([\w.-]{1,100})$/.exec(text) ?? [];
  ensure(
    stack && owner === organization,
    `invalid stack name '${text}': on a self-managed backend the organization is '${organization}'`,
  );
  return { project: ofProject, stack };
}

interface Lock {
  pid: number;
  username: string;
  hostname: string;
  timestamp: string;
}

/** One operation on a stack, as the history keeps it; times in seconds. */
export interface HistoryEntry {
  kind: string;
  startTime: number;
  message: string;
  environment: Record<string, string>;
  config: object;
  version: number;
  result: "succeeded" | "failed";
  endTime: number;
  resourceChanges: object;
}

const jsonFiles = (folder: string): string[] =>
  existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith(".json")) : [];

const readJson = <T>(file: string): T => JSON.parse(readFileSync(file, "utf8")) as T;

/** A folder of state files, laid out as Pulumi's own self-managed backend does it. */
export class Backend {
  private readonly root: string;

  constructor(readonly url = process.env["PULUMI_BACKEND_URL"] ?? "") {
    ensure(
      url.startsWith("file:///"),
      new Missing(`the backend '${url}': PULUMI_BACKEND_URL must name a folder, file:///<path>`),
    );
    this.root = join(fileURLToPath(url), ".pulumi");
  }

  private stackFile({ project, stack }: StackName): string {
    return join(this.root, "stacks", project, `${stack}.json`);
  }

  exists(name: StackName): boolean {
    return existsSync(this.stackFile(name));
  }

  /** The last state; undefined for an unknown stack. */
  read(name: StackName): Deployment | undefined {
    if (!this.exists(name)) {
      return undefined;
    }
    const { checkpoint, version } = readJson<Checkpoint>(this.stackFile(name));
    return validate(checkpoint.latest ?? deploymentOf(undefined), version);
  }

  write(name: StackName, latest: Deployment): void {
    const meta = join(this.root, "meta.yaml");
    if (!existsSync(meta)) {
      writeAtomically(meta, "version: 1\n");
    }
    const checkpoint: Checkpoint = { version: 3, checkpoint: { stack: qualified(name), latest } };
    writeAtomically(this.stackFile(name), JSON.stringify(checkpoint));
  }

  remove(name: StackName): void {
    rmSync(this.stackFile(name));
    rmSync(this.historyFolder(name), { recursive: true, force: true });
  }

  private lockFolder(name: StackName): string {
    return join(this.root, "locks", qualified(name));
  }

  private foreignLocks(name: StackName, own?: string): string[] {
    const folder = this.lockFolder(name);
    return jsonFiles(folder)
      .map((file) => join(folder, file))
      .filter((file) => file !== own);
  }

  /** Locks the stack and returns the unlock. The lock of a killed process stays until `pulumi cancel`. */
  lock(name: StackName): () => void {
    this.refuseLocked(name);
    const own = join(this.lockFolder(name), `${randomUUID()}.json`);
    const { username } = userInfo();
    const content: Lock = { pid: process.pid, username, hostname: hostname(), timestamp: new Date().toISOString() };
    writeAtomically(own, JSON.stringify(content));
    const unlock = (): void => rmSync(own, { force: true });
    try {
      this.refuseLocked(name, own);
    } catch (error) {
      unlock();
      throw error;
    }
    return unlock;
  }

  private refuseLocked(name: StackName, own?: string): void {
    const locks = this.foreignLocks(name, own);
    if (locks.length > 0) {
      const holders = locks.map((file) => {
        const { username, hostname, pid, timestamp } = readJson<Lock>(file);
        return `\n  file://${file}: created by ${username}@${hostname} (pid ${pid}) at ${timestamp}`;
      });
      throw new Error(
        `the stack is currently locked by ${locks.length} lock(s). Either wait for the other process(es) to end or ` +
          `delete the lock file with \`pulumi cancel\`.${holders.join("")}`,
      );
    }
  }

  /** Removes every lock of the stack. */
  cancel(name: StackName): void {
    this.foreignLocks(name).forEach((file) => rmSync(file, { force: true }));
  }

  private historyFolder({ project, stack }: StackName): string {
    return join(this.root, "history", project, stack);
  }

  addToHistory(name: StackName, entry: HistoryEntry): void {
    const folder = this.historyFolder(name);
    mkdirSync(folder, { recursive: true });
    const prefix = join(folder, `${name.stack}-${BigInt(Date.now()) * 1_000_000n}`);
    writeAtomically(`${prefix}.history.json`, JSON.stringify(entry));
    copyFileSync(this.stackFile(name), `${prefix}.checkpoint.json`);
  }

  /** The operations on a stack, the newest first. */
  history(name: StackName): HistoryEntry[] {
    const folder = this.historyFolder(name);
    const files = jsonFiles(folder).filter((file) => file.endsWith(".history.json"));
    return files
      .sort()
      .reverse()
      .map((file) => readJson<HistoryEntry>(join(folder, file)));
  }
}

/** @param salt of the passphrase provider. */
export const deploymentOf = (salt: string | undefined): Deployment => ({
  manifest: { time: new Date().toISOString(), magic: "", version: "" },
  ...(salt !== undefined && { secrets_providers: { type: "passphrase", state: { salt } } }),
  metadata: {},
});
