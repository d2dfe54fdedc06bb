import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { ensure, Missing } from "../errors";

/** What the engine uses of Pulumi.yaml. */
export interface Project {
  name: string;
  /** The folder of Pulumi.yaml, which holds the program. */
  root: string;
  /** Of the runtime: how the program is started. */
  options: Record<string, unknown>;
}

/** Reads the Pulumi.yaml of `folder` or the nearest folder above it. */
export function loadProject(folder: string): Project {
  for (let root = resolve(folder); ; root = dirname(root)) {
    const file = join(root, "Pulumi.yaml");
    if (existsSync(file)) {
      return { root, ...read(file) };
    }
    if (root === dirname(root)) {
      throw new Error("no Pulumi.yaml project file found in this folder or one above; use --cwd to name one");
    }
  }
}

function read(file: string): Omit<Project, "root"> {
  const { name, runtime, description: _, ...others } = parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  const [extra] = Object.keys(others);
  const { name: host = runtime, options = {} } = (runtime ?? {}) as { name?: string; options?: Project["options"] };
  ensure(
    !extra && host === "nodejs",
    new Missing(`${extra ? `'${extra}'` : `the runtime '${String(host)}'`} in ${file}`),
  );
  return { name: String(name), options };
}
