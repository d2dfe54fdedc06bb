import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pythonWith } from "../python";
import { localFolder } from "../repository";
import { writeAtomically } from "./engine/files";
import { readSeeded, seed, type Seeded } from "./seed";

const requirements = join(__dirname, "account", "requirements.txt");
const program = join(__dirname, "account", "server.py");
const defaultPort = 4566;
const startDeadlineMs = 60_000;
const stopDeadlineMs = 5_000;
/** An account with much to do answers late, and must not be taken for dead. */
const busyDeadlineMs = 30_000;

/** A running emulated account. */
export interface Endpoint {
  /** Where its API listens, such as `http://127.0.0.1:4566`. */
  url: string;
  port: number;
  pid: number;
  startedAt: string;
  /** Differs with every start: what was deployed into an account with another id is gone. */
  id: string;
}

/** A running emulated account that holds the customer's prerequisites. */
export interface Emulator extends Endpoint {
  /** True when the account was empty: local state from an earlier one is stale. */
  isNew: boolean;
  account: Seeded;
}

export interface Options {
  /** A port that must be used. Default: `SANDBOX_PORT`, otherwise 4566 or, when that is taken, any free one. */
  port?: number;
  /** Folder for the Python environment, which several accounts may share. Default: `venv` in the ignored folder. */
  environments?: string;
  /** Receives one line per stage that takes time. Default: standard error. */
  report?: (line: string) => void;
}

/** What a process needs in its environment to work in the emulated account and in no other. */
export function environment(endpoint: Endpoint, region: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint.url,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: "sandbox",
    AWS_SECRET_ACCESS_KEY: "sandbox",
    AWS_EC2_METADATA_DISABLED: "true",
  };
}

/**
 * Starts the emulated account, or finds it running, and makes sure that it holds the prerequisites. The account lives in
 * memory: after a stop or a restart of the machine it is a new one.
 */
export async function start(folder = localFolder, options: Options = {}): Promise<Emulator> {
  const report = options.report ?? ((line: string) => console.error(line));
  mkdirSync(folder, { recursive: true });
  const running = await status(folder);
  const endpoint = running ?? (await launch(folder, options, report));
  const known = running && readSeeded(folder);
  if (known) return { ...endpoint, isNew: false, account: known };
  report("preparing the emulated AWS account …");
  return { ...endpoint, isNew: true, account: await seed(endpoint.url, folder) };
}

/** The account that runs for this folder, or undefined. */
export async function status(folder = localFolder): Promise<Endpoint | undefined> {
  const file = recordFile(folder);
  if (!existsSync(file)) return undefined;
  const endpoint = JSON.parse(readFileSync(file, "utf8")) as Endpoint;
  if (isAlive(endpoint.pid) && (await answers(endpoint.url, busyDeadlineMs))) return endpoint;
  rmSync(file, { force: true });
  return undefined;
}

/** Stops the account of this folder, if it runs. Everything in it is gone. */
export async function stop(folder = localFolder): Promise<void> {
  const endpoint = await status(folder);
  if (!endpoint) return;
  process.kill(endpoint.pid, "SIGTERM");
  const deadline = Date.now() + stopDeadlineMs;
  while (isAlive(endpoint.pid) && Date.now() < deadline) await sleep(50);
  if (isAlive(endpoint.pid)) process.kill(endpoint.pid, "SIGKILL");
  rmSync(recordFile(folder), { force: true });
}

async function launch(folder: string, options: Options, report: (line: string) => void): Promise<Endpoint> {
  const { environments } = options;
  const python = await pythonWith(requirements, { purpose: "the emulated AWS account", environments, report });
  const required = options.port ?? portFromEnvironment();
  const port = await choosePort(required);
  report(`starting the emulated AWS account on port ${port} …`);
  const log = join(folder, "emulator.log");
  // The mode is that of a new file only.
  rmSync(log, { force: true });
  const output = openSync(log, "w", 0o600);
  const server = spawn(python, ["-B", "-E", "-s", program, "-H", "127.0.0.1", "-p", String(port)], {
    detached: true,
    stdio: ["ignore", output, output],
    // Nothing else of the user's shell: moto, boto3 and Python have many settings of their own.
    env: {
      ...pick(process.env, ["PATH", "HOME", "TMPDIR", "LANG"]),
      MOTO_IAM_LOAD_MANAGED_POLICIES: "true",
      MOTO_EC2_LOAD_DEFAULT_AMIS: "false",
      MOTO_ACM_VALIDATION_WAIT: "1",
    },
  });
  server.unref();
  closeSync(output);
  const endpoint: Endpoint = {
    url: `http://127.0.0.1:${port}`,
    port,
    pid: server.pid ?? 0,
    startedAt: new Date().toISOString(),
    id: randomUUID(),
  };
  // Written before the server is ready, so that the next start finds it even if this one is interrupted.
  writeAtomically(recordFile(folder), JSON.stringify(endpoint, undefined, 2));
  const deadline = Date.now() + startDeadlineMs;
  // Another account may answer on a port that both found free: so this one has to say itself that it listens.
  while (!readFileSync(log, "utf8").includes("Running on") || !(await answers(endpoint.url, 2_000))) {
    if (server.exitCode !== null || Date.now() > deadline) {
      server.kill("SIGKILL");
      rmSync(recordFile(folder), { force: true });
      if (required === undefined && readFileSync(log, "utf8").includes("in use")) {
        return launch(folder, options, report);
      }
      const lastLine = readFileSync(log, "utf8").trim().split("\n").at(-1) ?? "";
      throw new Error(`The emulated AWS account did not start; ${log} ends with: ${lastLine}`);
    }
    await sleep(100);
  }
  // Equal ids from run to run.
  await fetch(`${endpoint.url}/moto-api/seed?a=42`, { method: "POST" });
  return endpoint;
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

async function choosePort(required: number | undefined): Promise<number> {
  const port = await freePort(required ?? defaultPort);
  if (port !== undefined) return port;
  if (required !== undefined) {
    throw new Error(`Port ${required} is taken by another program; set SANDBOX_PORT to a free one or leave it unset.`);
  }
  const any = await freePort(0);
  if (any === undefined) throw new Error("No port of the loopback interface is free.");
  return any;
}

/** The port, if nobody listens on it; for 0 any free one. */
function freePort(port: number): Promise<number | undefined> {
  return new Promise((done) => {
    const server = createServer();
    server.once("error", () => done(undefined));
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => done(typeof address === "object" && address ? address.port : undefined));
    });
  });
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
