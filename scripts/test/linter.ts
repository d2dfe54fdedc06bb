import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pythonWith } from "../lib/python";

/** What the linter of IAM policies says of a document. */
export interface Finding {
  issue: string;
  detail: string;
}

/** The findings about each document. */
export async function lint(documents: object[]): Promise<Finding[][]> {
  const python = await pythonWith(join(__dirname, "requirements.txt"), {
    purpose: "the linter of IAM policies",
    report: (line) => console.error(line),
  });
  const { status, stdout, stderr } = spawnSync(python, [join(__dirname, "lint_policies.py")], {
    input: JSON.stringify(documents),
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) {
    throw new Error(`the linter of IAM policies failed: ${stderr}`);
  }
  return JSON.parse(stdout) as Finding[][];
}
