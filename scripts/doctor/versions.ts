import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { arch, platform, release } from "node:os";
import { join } from "node:path";
import { findPulumi } from "../pulumi/find";
import { repository } from "../repository";

interface Package {
  version: string;
  dependencies?: Record<string, string>;
}

/** What runs here: the machine, Node.js, Pulumi, this checkout, and the packages that are installed for it. */
export function versions() {
  const { command, refused } = findPulumi();
  const { version, dependencies = {} } = read("scripts/package.json");
  return {
    system: `${platform()} ${release()} ${arch()}`,
    node: process.version,
    pulumi: command ?? { refused: refused ?? "none on PATH" },
    installer: { version, commit: git("rev-parse", "HEAD"), changed: git("status", "--porcelain")?.split("\n") },
    packages: Object.fromEntries(Object.keys(dependencies).map((name) => [name, installed(name)])),
    variables: variables(),
  };
}

/** Undefined where this is no clone, such as an archive that was unpacked. */
function git(...args: string[]): string | undefined {
  try {
    return execFileSync("git", args, { cwd: repository, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return undefined;
  }
}

function installed(name: string): string {
  const file = join("node_modules", name, "package.json");
  return existsSync(join(repository, file)) ? read(file).version : "not installed";
}

function read(file: string): Package {
  return JSON.parse(readFileSync(join(repository, file), "utf8")) as Package;
}

/** Those that decide where a command goes; of the others that AWS and Pulumi know, only that they are set. */
function variables(): Record<string, string> {
  const shown = /^(AWS_(DEFAULT_)?REGION|AWS_PROFILE|AWS_ENDPOINT_URL|PULUMI_BACKEND_URL|(HTTPS?|NO)_PROXY)$/i;
  const known = /^(AWS|PULUMI)_|_PROXY$|^NODE_/i;
  const found = Object.entries(process.env).filter(([name]) => known.test(name));
  return Object.fromEntries(found.map(([name, value = ""]) => [name, shown.test(name) ? value : "set"]));
}
