import { styleText } from "node:util";
import type { ConfigProblem } from "@selfhosted/common";
import type { Layer } from "@selfhosted/common/layer";
import { explainAws } from "@selfhosted/common/lookups";

/** What a check found. */
export interface CheckResult {
  /** Where it was found, of checks of one layer. */
  layer?: Layer;
  /** What it is about, of checks of no layer: they are shown together. */
  area?: string;
  /** The setting, where something is wrong with one. */
  key?: string;
  /** What was checked. */
  name: string;
  /** `skip`: it could not be checked, and the detail says why. */
  verdict: "ok" | "warn" | "fail" | "skip";
  /** What was seen. */
  detail: string;
  /** What to do about it; absent where all is well. */
  fix?: string;
}

/** A result that is well or isn't. */
export function checkResult(
  name: string,
  holds: boolean,
  detail: string,
  fix: string,
  otherwise: "warn" | "fail" = "fail",
): CheckResult {
  return holds ? { name, verdict: "ok", detail } : { name, verdict: otherwise, detail, fix };
}

/**
 * Runs a check of one thing; that it can't be read is a result too.
 *
 * @param fix what to do when AWS doesn't have it.
 */
export async function runCheck(
  name: string,
  check: () => Promise<CheckResult[]>,
  fix = "if it was deleted outside of Pulumi, `pulumi refresh` in its layer shows so",
): Promise<CheckResult[]> {
  try {
    return await check();
  } catch (error) {
    const { reason, fix: ofCause } = explained(error, name);
    const [message = ""] = causeOf(error).split("\n");
    const detail = reason.includes(message.replace(/^\w+: /, "")) ? reason : `${reason} (${message})`;
    return [{ name, verdict: "fail", detail, fix: ofCause ?? fix }];
  }
}

/** Why something can't be read, and what to do about it. */
export function explain(error: unknown, what: string): string {
  const { reason, fix } = explained(error, what);
  return fix === undefined ? reason : `${reason}; ${fix}`;
}

function explained(error: unknown, what: string): Pick<ConfigProblem, "reason" | "fix"> {
  return isOfAws(error) ? explainAws(error, what) : { reason: `${what} can't be read: ${causeOf(error)}` };
}

/** What an error says; of AWS, what to do about it too. */
export function messageOf(error: unknown): string {
  const { reason = "", fix } = isOfAws(error) ? explainAws(error, "AWS") : {};
  if (fix === undefined) {
    return error instanceof Error ? error.message : String(error);
  }
  return `${reason.replace(/^AWS can't be read: /, "")} (${causeOf(error)}); ${fix}`;
}

/** Of the SDK or of the connection: an error of Pulumi or of this program may read like one of those. */
export function isOfAws(error: unknown): boolean {
  return (
    error instanceof Error &&
    ("$metadata" in error || "code" in error || /^(\w+ProviderError|TimeoutError)$/.test(error.name))
  );
}

/** What Node hides in the cause of a request that failed, which may be an error of many. */
export function causeOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error.cause;
  if (inner !== undefined) {
    return causeOf(inner);
  }
  return error.name === "Error" ? error.message : `${error.name}: ${error.message}`;
}

/** In the order in which results are shown: what asks for something comes last. */
const marks = { ok: "✓", skip: "-", warn: "!", fail: "✗" } as const;
const colours = { ok: "green", skip: "gray", warn: "yellow", fail: "red" } as const;
const verdicts = Object.keys(marks) as (keyof typeof marks)[];

/** The results as lines for a person, with the fix under each that needs one; those of a layer or an area under its name. */
export function describe(results: CheckResult[]): string {
  const groupOf = ({ layer, area }: CheckResult): string | undefined => layer ?? area;
  const groups = [...new Set(results.flatMap((each) => groupOf(each) ?? []))];
  const sections = groups.map((group) => {
    const own = results.filter((each) => groupOf(each) === group);
    return `${group}: ${summary(own)}\n${lines(own)}\n`;
  });
  return [...sections, lines(results.filter((each) => groupOf(each) === undefined))].join("\n").trimEnd();
}

function lines(results: CheckResult[]): string {
  const width = Math.max(...results.map(({ name }) => name.length), 0);
  return verdicts
    .flatMap((verdict) => results.filter((each) => each.verdict === verdict))
    .flatMap(({ name, verdict, detail, fix }) => [
      `${marks[verdict]} ${name.padEnd(width)}  ${detail}`,
      ...(fix ? [`  ${" ".repeat(width)}  fix: ${fix}`] : []),
    ])
    .join("\n");
}

/** How many of each verdict, such as `12 ok, 1 fail`. */
export function summary(results: CheckResult[]): string {
  return verdicts
    .map((verdict) => [results.filter((each) => each.verdict === verdict).length, verdict] as const)
    .filter(([count]) => count > 0)
    .map(([count, verdict]) => `${count} ${verdict}`)
    .join(", ");
}

/**
 * Prints the results, for a person or as JSON.
 *
 * @returns the exit code: 1 when any check failed.
 */
export function report(title: string, results: CheckResult[], json: boolean): number {
  const found = jsonReport(title, results);
  console.log(
    json ? JSON.stringify(found, undefined, 2) : `\n${title}\n${coloured(describe(results))}\n${summary(results)}`,
  );
  return found.healthy ? 0 : 1;
}

/** The results for programs. */
export function jsonReport(title: string, results: CheckResult[]) {
  const healthy = results.every(({ verdict }) => verdict !== "fail");
  return { title, healthy, findings: results.map(jsonResult) };
}

/** The marks before the lines, in colour where a terminal shows it and `NO_COLOR` isn't set. */
function coloured(text: string): string {
  if (!process.stdout.isTTY || !process.stdout.hasColors()) {
    return text;
  }
  const colourOf = (mark: string): string => {
    const verdict = verdicts.find((each) => marks[each] === mark);
    return verdict === undefined ? mark : styleText(colours[verdict], mark);
  };
  return text.replace(/^\S(?= )/gm, colourOf);
}

/** A result with the keys that programs know it by: `JSON=1` of verify and preflight prints these, whatever the code calls them. */
function jsonResult({ layer, area, key, name, verdict, detail, fix }: CheckResult) {
  return { layer, area, key, name, verdict, evidence: detail, remedy: fix };
}

/** One thing that runs, as a row of `make status`; `JSON=1` prints these keys. */
export interface StatusRow {
  what: string;
  where: string;
  /** Image tag, engine version or TLS policy. */
  version: string;
  state: string;
  /** Absent where that is no question. */
  healthy?: boolean;
}

/** The mark of a row before it. */
export function statusMark({ healthy }: StatusRow): string {
  return healthy === undefined ? "" : healthy ? marks.ok : marks.fail;
}
