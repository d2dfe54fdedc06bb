import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pythonWith } from "../../python";

/** What the linter of IAM policies says of a document. */
export interface Finding {
  issue: string;
  detail: string;
}

/** The findings about each document. */
export async function lint(documents: object[]): Promise<Finding[][]> {
  return (await ask("lint_policies.py", documents)) as Finding[][];
}

/** By IAM action: the actions that AWS may check besides, by its reference as the linter has it. */
export async function dependentActions(): Promise<Record<string, string[]>> {
  return (await ask("dependent_actions.py")) as Record<string, string[]>;
}

async function ask(script: string, input: unknown = null): Promise<unknown> {
  const python = await pythonWith(join(__dirname, "requirements.txt"), {
    purpose: "the linter of IAM policies",
    report: (line) => console.error(line),
  });
  const { status, stdout, stderr } = spawnSync(python, [join(__dirname, script)], {
    input: JSON.stringify(input),
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) {
    throw new Error(`the linter of IAM policies failed: ${stderr}`);
  }
  return JSON.parse(stdout);
}
