import type { Layer } from "@selfhosted/common";

/** What a check found, for a person and for a program. */
export interface Finding {
  /** Where it was found, of checks that look at the layers one by one. */
  layer?: Layer;
  /** What was checked. */
  name: string;
  /** `skip`: it could not be checked here, and the evidence says why. */
  verdict: "ok" | "warn" | "fail" | "skip";
  /** What was seen. */
  evidence: string;
  /** What to do about it; absent where all is well. */
  remedy?: string;
}

/** A finding that holds or doesn't. */
export function finding(
  name: string,
  holds: boolean,
  evidence: string,
  remedy: string,
  otherwise: "warn" | "fail" = "fail",
): Finding {
  return holds ? { name, verdict: "ok", evidence } : { name, verdict: otherwise, evidence, remedy };
}

/**
 * Looks at one subject; a look that fails is itself a finding.
 *
 * @param remedy what to do when AWS doesn't have it.
 */
export async function examine(
  name: string,
  look: () => Promise<Finding[]>,
  remedy = "see whether it was deleted outside of Pulumi: `pulumi refresh` in its layer tells",
): Promise<Finding[]> {
  try {
    return await look();
  } catch (error) {
    const evidence = `could not be read: ${explain(error)}`;
    return [{ name, verdict: "fail", evidence, remedy: commonRemedy(error) ?? remedy }];
  }
}

/** An error of the AWS SDK or of Node as one line. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  const inner = error instanceof AggregateError ? explain(error.errors[0]) : error.message;
  return error.name === "Error" || error.name === "AggregateError" ? inner : `${error.name}: ${inner}`;
}

/** For failures that have nothing to do with what was looked at. */
function commonRemedy(error: unknown): string | undefined {
  const text = explain(error);
  if (/ECONNREFUSED|ENOTFOUND|TimeoutError/.test(text)) {
    return "see that this machine reaches the AWS API";
  }
  if (/CredentialsProviderError|ExpiredToken|InvalidClientTokenId|UnrecognizedClient/.test(text)) {
    return "give credentials of the account: AWS_PROFILE, or the usual AWS_… variables";
  }
  return /AccessDenied|UnauthorizedOperation|not authorized/.test(text) ? "allow the caller to read it" : undefined;
}

const marks = { ok: "✓", warn: "!", fail: "✗", skip: "-" } as const;

/** The findings as lines for a person, with the remedy under each that needs one; those of a layer under its name. */
export function describe(findings: Finding[]): string {
  const layers = [...new Set(findings.flatMap(({ layer }) => layer ?? []))];
  const sections = layers.map((layer) => {
    const own = findings.filter((each) => each.layer === layer);
    return `${layer}: ${summary(own)}\n${lines(own)}\n`;
  });
  return [...sections, lines(findings.filter(({ layer }) => layer === undefined))].join("\n").trimEnd();
}

function lines(findings: Finding[]): string {
  const width = Math.max(...findings.map(({ name }) => name.length), 0);
  return findings
    .flatMap(({ name, verdict, evidence, remedy }) => [
      `${marks[verdict]} ${name.padEnd(width)}  ${evidence}`,
      ...(remedy ? [`  ${" ".repeat(width)}  fix: ${remedy}`] : []),
    ])
    .join("\n");
}

/** How many of each verdict, such as `12 ok, 1 fail`. */
export function summary(findings: Finding[]): string {
  return Object.keys(marks)
    .map((verdict) => [findings.filter((each) => each.verdict === verdict).length, verdict] as const)
    .filter(([count]) => count > 0)
    .map(([count, verdict]) => `${count} ${verdict}`)
    .join(", ");
}

/**
 * Prints the findings, for a person or as JSON.
 *
 * @returns the exit code: 1 when any of them failed.
 */
export function report(title: string, findings: Finding[], json: boolean): number {
  const failed = findings.some(({ verdict }) => verdict === "fail");
  console.log(
    json
      ? JSON.stringify({ title, healthy: !failed, findings }, undefined, 2)
      : `\n${title}\n${describe(findings)}\n${summary(findings)}`,
  );
  return failed ? 1 : 0;
}

/** Rows of texts under their headings, each column as wide as its widest text. */
export function table(headings: string[], rows: string[][]): string {
  const all = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]): string => row.map((text, column) => text.padEnd(widths[column] ?? 0)).join("  ");
  return all.map((row) => line(row).trimEnd()).join("\n");
}
