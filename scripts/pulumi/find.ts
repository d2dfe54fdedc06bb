import { execFileSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { delimiter, join, sep } from "node:path";
import { version as sdkVersion } from "@pulumi/pulumi/package.json";
import { version as packageVersion } from "pulumi/package.json";
import lt from "semver/functions/lt";
import parse from "semver/functions/parse";
import { localFolder, repository } from "../repository";

/** A real `pulumi` command that can run the layers. */
interface Command {
  folder: string;
  version: string;
  isOnPath: boolean;
}

export interface Found {
  command?: Command;
  /** Why the `pulumi` on PATH, where there is one, can't run the layers. */
  refused?: string;
}

/** The version that `make pulumi` installs. */
export const pinned = packageVersion;

/** Where it is installed. */
export const installFolder = join(localFolder, "pulumi", pinned);

/** A command may be newer than the SDK of the programs, and no older: https://www.pulumi.com/docs/iac/languages-sdks/ */
const [major, minor] = sdkVersion.split(".");
const oldest = `${major}.${minor}.0`;

/** The command on PATH; where it can't be used or there is none, the one that `make pulumi` installed. */
export function findPulumi(): Found {
  const onPath = findOnPath();
  return onPath.command ? onPath : { ...onPath, command: findInstalled() };
}

/**
 * PATH without the `pulumi` that this checkout has of itself: the sandbox's stand-in, which isn't the real one, and the launcher of
 * the npm package, which downloads when it is called.
 */
export function pathOfUser(): string {
  return folders().join(delimiter);
}

function findOnPath(): Found {
  const folder = folders().find((each) => existsSync(join(each, "pulumi")));
  if (folder === undefined) {
    return {};
  }
  const file = join(folder, "pulumi");
  const version = versionOf(file);
  if (version === undefined) {
    return { refused: `${file} doesn't say its version when asked by \`pulumi version\`` };
  }
  return lt(version, oldest)
    ? { refused: `${file} is version ${version}, and the programs need ${oldest} or newer` }
    : { command: { folder, version, isOnPath: true } };
}

function findInstalled(): Command | undefined {
  const folder = join(installFolder, "bin");
  return existsSync(join(folder, "pulumi"))
    ? { folder: realpathSync(folder), version: pinned, isOnPath: false }
    : undefined;
}

function folders(): string[] {
  return (process.env["PATH"] ?? "").split(delimiter).filter((folder) => !isOwn(join(folder, "pulumi")));
}

function isOwn(file: string): boolean {
  return existsSync(file) && realpathSync(file).startsWith(realpathSync(repository) + sep);
}

function versionOf(file: string): string | undefined {
  try {
    const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
    const text = execFileSync(file, ["version"], { encoding: "utf8", env, stdio: ["ignore", "pipe", "ignore"] });
    return parse(text.trim())?.version;
  } catch {
    return undefined;
  }
}
