import { join } from "node:path";
import { isOnPath } from "../path";

/** A command with its arguments; none of them is secret. */
export type Argv = [string, ...string[]];

/** A program that copies images between registries without a daemon. `folder` is where it keeps the credentials of the target. */
export interface Tool {
  name: "crane" | "skopeo";
  /** Prints the manifest as the registry has it. */
  manifest: (reference: string, folder?: string) => Argv;
  /** Prints the configuration of an image for one platform. */
  config: (reference: string) => Argv;
  /** Reads the password from standard input. */
  login: (host: string, folder: string) => Argv;
  /** Copies an image for all platforms, with its digest. */
  copy: (from: string, to: string, folder: string) => Argv;
  /** Copies what lies in a folder in the layout of OCI. */
  pushLayout: (path: string, to: string, folder: string) => Argv;
  /** Copies what `docker save` has written. */
  pushDocker: (path: string, to: string, folder: string) => Argv;
}

/** A registry on this machine speaks HTTP. crane knows that by itself. */
const isLoopback = (reference: string): boolean => /^(localhost|127\.[\d.]+)(:|\/|$)/.test(reference);
const plain = (option: string, reference: string): string[] => (isLoopback(reference) ? [`--${option}=false`] : []);
const authFile = (folder: string): string => join(folder, "auth.json");

const skopeo: Tool = {
  name: "skopeo",
  manifest: (reference, folder) => [
    ...(["skopeo", "inspect", "--raw"] as const),
    ...(folder === undefined ? [] : ["--authfile", authFile(folder)]),
    ...plain("tls-verify", reference),
    `docker://${reference}`,
  ],
  config: (reference) => [
    ...(["skopeo", "inspect", "--config", "--raw"] as const),
    ...plain("tls-verify", reference),
    `docker://${reference}`,
  ],
  login: (host, folder) => [
    ...(["skopeo", "login", "--username", "AWS", "--password-stdin", "--authfile", authFile(folder)] as const),
    ...plain("tls-verify", host),
    host,
  ],
  copy: (from, to, folder) => [
    ...(["skopeo", "copy", "--all", "--preserve-digests", "--dest-authfile", authFile(folder)] as const),
    ...plain("src-tls-verify", from),
    ...plain("dest-tls-verify", to),
    ...[`docker://${from}`, `docker://${to}`],
  ],
  pushLayout: (path, to, folder) => [
    ...(["skopeo", "copy", "--all", "--preserve-digests", "--dest-authfile", authFile(folder)] as const),
    ...plain("dest-tls-verify", to),
    ...[`oci:${path}`, `docker://${to}`],
  ],
  pushDocker: (path, to, folder) => [
    ...(["skopeo", "copy", "--dest-authfile", authFile(folder)] as const),
    ...plain("dest-tls-verify", to),
    ...[`docker-archive:${path}`, `docker://${to}`],
  ],
};

/** Its credentials are those of DOCKER_CONFIG. */
const crane: Tool = {
  name: "crane",
  manifest: (reference) => ["crane", "manifest", reference],
  config: (reference) => ["crane", "config", reference],
  login: (host) => ["crane", "auth", "login", host, "--username", "AWS", "--password-stdin"],
  copy: (from, to) => ["crane", "copy", from, to],
  pushLayout: (path, to) => ["crane", "push", path, to],
  pushDocker: (path, to) => ["crane", "push", path, to],
};

export const tools: readonly Tool[] = [crane, skopeo];

/** The first that is on PATH. */
export function findTool(path?: string): Tool | undefined {
  return tools.find(({ name }) => isOnPath(name, path));
}
