import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pythonWith } from "../../python";
import { repository } from "../../repository";
import type { Template } from "./cloudformation";

/** What a tool finds fault with. */
export interface Finding {
  /** Of Checkov's, such as `CKV_AWS_17`; of cfn-lint's, such as `E3030`; of detect-secrets', such as `Private Key`. */
  check: string;
  /** A resource, or a file of the repository. */
  where: string;
  what: string;
}

/** What Checkov says of a plan of Terraform's. */
export async function checkov(plan: object): Promise<Finding[]> {
  return inScratch("plan.json", JSON.stringify(plan), async (file) => {
    const args = ["--framework", "terraform_plan", "--output", "json", "--compact", "--quiet", "--skip-download"];
    const { results, summary } = JSON.parse(
      await ask("python", ["-m", "checkov.main", "--file", file, ...args], [0, 1]),
    ) as CheckovReport;
    if (!results || summary?.parsing_errors !== 0) {
      throw new Error("Checkov could not read the plan.");
    }
    return results.failed_checks.map(({ check_id: check, check_name: what, resource }) => {
      return { check, where: resource.split(".")[1] ?? "", what };
    });
  });
}

/** Not with Python 3.9: requirements.in. */
export async function hasCfnLint(): Promise<boolean> {
  const found = await ask("python", ["-c", "import importlib.util; print(importlib.util.find_spec('cfnlint'))"]);
  return found.trim() !== "None";
}

/** What cfn-lint says of a template of CloudFormation. */
export async function cfnLint(template: Template): Promise<Finding[]> {
  return inScratch("template.json", JSON.stringify(template), async (file) => {
    const args = ["--regions", "eu-central-1", "--format", "json", "--non-zero-exit-code", "none", file];
    const found = JSON.parse(
      await ask("python", ["-c", "from cfnlint.runner import main; main()", ...args]),
    ) as CfnLintMatch[];
    return found.map(({ Rule, Message, Location: { Path } }) => {
      const [, id = "", , ...property] = Path ?? [];
      const what = property.length > 0 ? `${property.join(".")}: ${Message}` : Message;
      return { check: Rule.Id, where: template.Resources[id]?.Metadata.Name ?? "", what };
    });
  });
}

/** What looks like a secret in files of a folder. */
export async function detectSecrets(files: string[], folder = repository): Promise<Finding[]> {
  const { results } = JSON.parse(
    await ask("python", ["-m", "detect_secrets", "scan", "--all-files", ...files], [0], folder),
  ) as SecretsReport;
  return Object.entries(results).flatMap(([where, found]) =>
    found.map(({ type: check, line_number: line }) => ({ check, where, what: `line ${line}` })),
  );
}

/** What ShellCheck says of scripts. */
export async function shellCheck(files: string[]): Promise<Finding[]> {
  const found = JSON.parse(await ask("shellcheck", ["--format", "json", ...files], [0, 1])) as ShellCheckComment[];
  return found.map(({ code, file, line, message }) => ({
    check: `SC${code}`,
    where: file,
    what: `line ${line}: ${message}`,
  }));
}

/** Gives a text as a file that is there for a moment. */
export async function inScratch<T>(name: string, text: string, use: (file: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "audit-"));
  try {
    const file = join(folder, name);
    writeFileSync(file, text);
    return await use(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface CheckovReport {
  results?: { failed_checks: { check_id: string; check_name: string; resource: string }[] };
  summary?: { parsing_errors: number };
}

interface CfnLintMatch {
  Rule: { Id: string };
  Message: string;
  Location: { Path?: string[] | null };
}

interface SecretsReport {
  results: Record<string, { type: string; line_number: number }[]>;
}

interface ShellCheckComment {
  code: number;
  file: string;
  line: number;
  message: string;
}

async function ask(command: string, args: string[], expected = [0], folder = repository): Promise<string> {
  const python = await pythonWith(join(__dirname, "requirements.txt"), {
    purpose: "the tools of the audit",
    report: (line) => console.error(line),
  });
  const options = { cwd: folder, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 } as const;
  const { status, stdout, stderr, error } = spawnSync(join(dirname(python), command), args, options);
  if (!expected.includes(status ?? -1)) {
    throw new Error(`${command} ${args.slice(0, 2).join(" ")} failed: ${error?.message ?? stderr}`);
  }
  return stdout;
}
