import type { CheckResult } from "../../report";

/** `name: verdict` of each result. */
export function verdicts(results: CheckResult[]): Record<string, string> {
  return Object.fromEntries(results.map(({ name, verdict }) => [name, verdict]));
}

/** The result of a name. */
export function the(results: CheckResult[], name: string): CheckResult {
  const found = results.find((each) => each.name === name);
  if (found === undefined) {
    throw new Error(`no result ${name} among ${results.map((each) => each.name).join(", ")}`);
  }
  return found;
}
