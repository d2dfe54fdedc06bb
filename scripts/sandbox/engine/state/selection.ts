import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pulumiHome, writeAtomically } from "../files";
import type { Project } from "../program/project";

/** The stack that `stack select` chose for a project, by the address of a backend. */
interface Selection {
  stacks?: Record<string, string>;
}

/** Kept where the real command keeps it. */
function selectionFile({ name, root }: Project): string {
  const hash = createHash("sha1").update(join(root, "Pulumi.yaml")).digest("hex");
  return join(pulumiHome(), "workspaces", `${name}-${hash}-workspace.json`);
}

function read(project: Project): Selection {
  const file = selectionFile(project);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Selection) : {};
}

export const selected = (project: Project, backend: string): string | undefined =>
  process.env["PULUMI_STACK"] || read(project).stacks?.[backend];

export function select(project: Project, backend: string, stack: string | undefined): void {
  const { stacks, ...others } = read(project);
  const { [backend]: _, ...rest } = stacks ?? {};
  const next = stack === undefined ? rest : { ...rest, [backend]: stack };
  writeAtomically(selectionFile(project), JSON.stringify({ ...others, stacks: next }));
}
