import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import {
  chmodSync,
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { devNull } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pythonWith } from "../python";
import { localFolder } from "../repository";
import type { Seeded } from "./seed";

const requirements = join(__dirname, "account", "requirements.txt");
const program = join(__dirname, "account", "server.py");
const defaultPort = 4566;
const startDeadlineMs = 60_000;
const stopDeadlineMs = 5_000;
/** An account with much to do answers late, and must not be taken for dead. */
const busyDeadlineMs = 30_000;
const day = 24 * 60 * 60;

/** A running emulated account that holds the customer's prerequisites. */
export interface Emulator {
  /** Where its API listens, such as `http://127.0.0.1:4566`. */
  url: string;
  pid: number;
  /** Differs with every start: what was deployed into an account with another id is gone. */
  id: string;
  account: Seeded;
}

export interface Options {
  /** A port that must be used. Default: `SANDBOX_PORT`, otherwise 4566 or, when that is taken, any free one. */
  port?: number;
  /** Folder for the Python environment, which several accounts may share. Default: `venv` in the ignored folder. */
  environments?: string;
  /** After how many seconds without a call the account ends. Default: a day. */
  idleSeconds?: number;
  /** Receives one line per stage that takes time. Default: standard error. */
  report?: (line: string) => void;
}

/** What a process needs in its environment to work in the emulated account and in no other. */
export function environment({ url }: Pick<Emulator, "url">, region: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: "sandbox",
    AWS_SECRET_ACCESS_KEY: "sandbox",
    AWS_EC2_METADATA_DISABLED: "true",
  };
}

/**
 * The account of this folder, which is started if it doesn't run. It lives in memory: after a stop or a restart of the machine it
 * is a new one.
 */
export async function start(folder = localFolder, options: Options = {}): Promise<Emulator> {
  const found = await find(folder);
  if (found) return found;
  const report = options.report ?? ((line: string) => console.error(line));
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  const id = randomUUID();
  const log = join(folder, `emulator.${id}.log`);
  const { server, url } = await launch(log, recordFile(folder), options, report);
  report("preparing the emulated AWS account …");
  try {
    // What an account that runs already doesn't take: it loads many clients.
    const { seed } = await import("./seed");
    const emulator: Emulator = { url, pid: server.pid ?? 0, id, account: await seed(url) };
    if (record(folder, emulator)) {
      renameSync(log, join(folder, "emulator.log"));
      return emulator;
    }
  } catch (error) {
    server.kill();
    throw error;
  }
  server.kill();
  rmSync(log);
  return start(folder, options);
}

/** The account that runs for this folder, or undefined. */
export async function find(folder = localFolder): Promise<Emulator | undefined> {
  const file = recordFile(folder);
  if (!existsSync(file)) return undefined;
  const emulator = JSON.parse(readFileSync(file, "utf8")) as Emulator;
  if (isAlive(emulator.pid) && (await answers(emulator.url, busyDeadlineMs))) return emulator;
  rmSync(file, { force: true });
  return undefined;
}

/** Stops the account of this folder, if it runs. Everything in it is gone. */
export async function stop(folder = localFolder): Promise<void> {
  const emulator = await find(folder);
  if (!emulator) return;
  process.kill(emulator.pid, "SIGTERM");
  const deadline = Date.now() + stopDeadlineMs;
  while (isAlive(emulator.pid) && Date.now() < deadline) await sleep(50);
  if (isAlive(emulator.pid)) process.kill(emulator.pid, "SIGKILL");
  rmSync(recordFile(folder), { force: true });
}

/**
 * Notes down which account runs for this folder: only when it is ready, so that no command finds half of one.
 *
 * @returns false where another start was faster.
 */
function record(folder: string, emulator: Emulator): boolean {
  const draft = join(folder, `emulator.${emulator.id}.json`);
  writeFileSync(draft, JSON.stringify(emulator, undefined, 2), { mode: 0o600 });
  try {
    linkSync(draft, recordFile(folder));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(draft);
  }
}

async function launch(
  log: string,
  recordedIn: string,
  options: Options,
  report: (line: string) => void,
): Promise<{ server: ChildProcess; url: string }> {
  const { environments, idleSeconds = day } = options;
  const python = await pythonWith(requirements, { purpose: "the emulated AWS account", environments, report });
  const port = await choosePort(options.port ?? portFromEnvironment());
  report("starting the emulated AWS account …");
  const lines = () => readFileSync(log, "utf8");
  const output = openSync(log, "w", 0o600);
  const server = spawn(python, ["-B", "-E", "-s", program, "-H", "127.0.0.1", "-p", String(port)], {
    detached: true,
    stdio: ["ignore", output, output],
    // Nothing else of the user's shell or files: moto, boto3 and Python have many settings of their own.
    env: {
      ...pick(process.env, ["PATH", "HOME", "TMPDIR", "LANG"]),
      AWS_CONFIG_FILE: devNull,
      AWS_SHARED_CREDENTIALS_FILE: devNull,
      MOTO_IAM_LOAD_MANAGED_POLICIES: "true",
      MOTO_EC2_LOAD_DEFAULT_AMIS: "false",
      MOTO_ACM_VALIDATION_WAIT: "1",
      SANDBOX_RECORD: recordedIn,
      SANDBOX_STARTER: String(process.pid),
      SANDBOX_IDLE_SECONDS: String(idleSeconds),
    },
  });
  server.unref();
  closeSync(output);
  const deadline = Date.now() + startDeadlineMs;
  while (server.exitCode === null && Date.now() < deadline) {
    // Another account may answer on a port that both found free: so this one has to say itself where it listens.
    const [, url] = /Running on (http:\S+)/.exec(lines()) ?? [];
    if (url !== undefined && (await answers(url, 2_000))) {
      // Equal ids from run to run.
      await fetch(`${url}/moto-api/seed?a=42`, { method: "POST" });
      return { server, url };
    }
    await sleep(100);
  }
  server.kill("SIGKILL");
  if (port === defaultPort && lines().includes("in use")) return launch(log, recordedIn, options, report);
  const lastLine = lines().trim().split("\n").at(-1) ?? "";
  throw new Error(`The emulated AWS account did not start; ${log} ends with: ${lastLine}`);
}

function pick(variables: NodeJS.ProcessEnv, names: string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(names.map((name) => [name, variables[name]]));
}

function portFromEnvironment(): number | undefined {
  const text = process.env.SANDBOX_PORT;
  if (!text) return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65536) return port;
  throw new Error(`SANDBOX_PORT is "${text}"; it must be a port number from 1 to 65535.`);
}

/** @returns 0 for any free port, which the server then chooses itself. */
async function choosePort(required: number | undefined): Promise<number> {
  const port = required ?? defaultPort;
  const isFree = await new Promise<boolean>((done) => {
    const server = createServer().once("error", () => done(false));
    server.listen(port, "127.0.0.1", () => server.close(() => done(true)));
  });
  if (isFree) return port;
  if (required === undefined) return 0;
  throw new Error(`Port ${port} is taken by another program; set SANDBOX_PORT to a free one or leave it unset.`);
}

/** Whether an emulated account, and not some other program, listens there. */
async function answers(url: string, deadlineMs: number): Promise<boolean> {
  try {
    const response = await fetch(`${url}/moto-api/config`, { signal: AbortSignal.timeout(deadlineMs) });
    return response.ok && "batch" in ((await response.json()) as object);
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function recordFile(folder: string): string {
  return join(folder, "emulator.json");
}
