import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { alwaysIn, type AwsClients } from "@selfhosted/common";
import { outputOf } from "./process";
import type { Tool } from "./tools";

/** A tool that is signed in to the registry of ECR. */
export interface Session {
  /** Of the registry. */
  host: string;
  /** Where the tool keeps the credentials, apart from the user's own. */
  folder: string;
  env: NodeJS.ProcessEnv;
  /** Deletes the credentials. */
  end: () => void;
}

/** Credentials of ECR are good for twelve hours. They go to the tool by its standard input, where no list of processes shows them. */
export async function signIn(ecr: AwsClients["ecr"], tool: Tool): Promise<Session> {
  const { authorizationData: [data = {}] = [] } = await ecr.getAuthorizationToken({});
  const host = new URL(alwaysIn(data, "proxyEndpoint")).host;
  const [, password = ""] = Buffer.from(alwaysIn(data, "authorizationToken"), "base64").toString().split(":");
  const folder = mkdtempSync(join(tmpdir(), "images-"));
  const session = {
    ...{ host, folder, env: { DOCKER_CONFIG: folder } },
    end: () => rmSync(folder, { recursive: true, force: true }),
  };
  try {
    writeFileSync(join(folder, "config.json"), JSON.stringify(dockerConfig(host)), { mode: 0o600 });
    await outputOf(tool.login(host, folder), { input: password, env: session.env });
    return session;
  } catch (error) {
    session.end();
    throw error;
  }
}

interface DockerConfig {
  auths?: Record<string, object>;
  credsStore?: string;
  credHelpers?: Record<string, string>;
}

/**
 * The user's own configuration of Docker, by which a private source is read, so that signing in to the target goes to a file beside
 * it: into the store of the user's that keeps everything, it would stay there.
 */
export function dockerConfig(host: string, path = process.env["DOCKER_CONFIG"] || join(homedir(), ".docker")): object {
  const file = join(path, "config.json");
  const own = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as DockerConfig) : {};
  const { credsStore, auths = {}, credHelpers = {}, ...rest } = own;
  const stored = credsStore === undefined ? [] : Object.keys(auths).map((each) => [each, credsStore] as const);
  const helpers = Object.entries({ ...Object.fromEntries(stored), ...credHelpers }).filter(([each]) => each !== host);
  return { ...rest, auths, credHelpers: Object.fromEntries(helpers) };
}
