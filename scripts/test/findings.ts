import type { Finding } from "../lib/report";

/** `name: verdict` of each finding. */
export function verdicts(findings: Finding[]): Record<string, string> {
  return Object.fromEntries(findings.map(({ name, verdict }) => [name, verdict]));
}

/** The finding of a name. */
export function the(findings: Finding[], name: string): Finding {
  const found = findings.find((finding) => finding.name === name);
  if (found === undefined) {
    throw new Error(`no finding ${name} among ${findings.map((finding) => finding.name).join(", ")}`);
  }
  return found;
}
