import { stripVTControlCharacters } from "node:util";
import { displayType, isDefaultProvider, isStack, urnName, urnType } from "./urn";
import { equal, isMap, mask, type Properties, type Value } from "./values";

export type StepKind = "create" | "update" | "replace" | "delete" | "delete-replaced" | "same" | "read" | "refresh";
export type Severity = "info" | "warning" | "error";

/** Per kind of step: its sign, how a preview names it, how a deployment does while and after. */
const WORDS: Record<StepKind, [sign: string, planned: string, doing: string, done: string]> = {
  create: ["+ ", "create", "creating", "created"],
  update: ["~ ", "update", "updating", "updated"],
  replace: ["+-", "replace", "replacing", "replaced"],
  delete: ["- ", "delete", "deleting", "deleted"],
  "delete-replaced": ["--", "delete original", "deleting original", "deleted original"],
  same: ["  ", "", "", "unchanged"],
  read: ["> ", "read", "reading", "read"],
  refresh: ["~ ", "refresh", "refreshing", "refreshed"],
};

/** In the summary, in this order; the others aren't changes. */
const COUNTED: StepKind[] = ["create", "update", "replace", "delete"];

/** A step that takes longer than this is announced before it ends. */
const ANNOUNCE_AFTER_MS = 1000;

interface Diagnostic {
  severity: Severity;
  urn: string;
  message: string;
}

interface DisplayOptions {
  preview: boolean;
  /** Show what changes in each resource. */
  diff: boolean;
  /** Print one JSON document at the end instead of lines. */
  json: boolean;
}

/** Prints an operation as the real command does without a terminal: a line per step, then diagnostics, outputs and counts. */
export class Display {
  readonly #diagnostics: Diagnostic[] = [];
  readonly #steps: { op: StepKind; urn: string; diffReasons?: string[] }[] = [];
  readonly #started = Date.now();
  #errored = 0;

  constructor(private readonly options: DisplayOptions) {}

  header(title: string, stack: string): void {
    this.#print(`${title} (${stack}):`);
  }

  get changes(): number {
    return COUNTED.reduce((total, kind) => total + this.#count(kind), 0);
  }

  #print(line: string): void {
    if (!this.options.json) console.log(line);
  }

  #count(kind: StepKind): number {
    return this.#steps.filter(({ op }) => op === kind).length;
  }

  /** Runs a step and tells of it. Default providers and unchanged resources take no line. */
  async step<T>(kind: StepKind, urn: string, changed: string[], work: () => Promise<T>): Promise<T> {
    if (isDefaultProvider(urn)) return work();
    const [sign, planned, doing, done] = WORDS[kind];
    const started = Date.now();
    const seconds = (): string => ((Date.now() - started) / 1000).toFixed(2);
    const line = (what: string): void => {
      if (kind === "same") return;
      const diff = changed.length > 0 ? ` [diff: ${changed.map((key) => `~${key}`).join(",")}]` : "";
      this.#print(` ${sign} ${displayType(urnType(urn))} ${urnName(urn)} ${what}${diff}`);
    };
    const announce = setTimeout(() => line(`${doing}...`), ANNOUNCE_AFTER_MS);
    try {
      const result = await work();
      this.#steps.push({ op: kind, urn, ...(changed.length > 0 && { diffReasons: changed }) });
      line(this.options.preview ? planned : `${done} (${seconds()}s)`);
      return result;
    } catch (error) {
      line(`**${doing} failed** (${seconds()}s)`);
      throw error;
    } finally {
      clearTimeout(announce);
    }
  }

  /** The properties that a step changes, for --diff. */
  details(olds: Properties, news: Properties, keys: readonly string[]): void {
    if (!this.options.diff) return;
    for (const key of keys)
      if (!equal(olds[key], news[key])) this.#print(changeLine(key, olds[key], news[key], "      "));
  }

  /** Shows a message at once and again among the diagnostics at the end. */
  log(severity: Severity, urn: string, message: string): void {
    if (severity === "error") this.#errored++;
    const text = stripVTControlCharacters(message).trim();
    this.#diagnostics.push({ severity, urn, message: text });
    const [first] = text.split("\n");
    this.#print(
      `    ${urn ? `${displayType(urnType(urn))} ${urnName(urn)} ` : ""}${severity === "info" ? "" : `${severity}: `}${first}`,
    );
  }

  /** What the program prints itself. */
  output(line: string): void {
    this.#print(`    ${line}`);
  }

  /** Everything after the steps. */
  finish(olds: Properties, news: Properties | undefined): void {
    if (this.options.json) return this.#finishJson();
    this.#printDiagnostics();
    if (news) this.#printOutputs(olds, news);
    this.#printCounts();
    if (!this.options.preview) this.#print(`\nDuration: ${Math.round((Date.now() - this.#started) / 1000)}s`);
  }

  #printDiagnostics(): void {
    if (this.#diagnostics.length === 0) return;
    this.#print("Diagnostics:");
    for (const urn of new Set(this.#diagnostics.map((diagnostic) => diagnostic.urn))) {
      this.#print(urn ? `  ${displayType(urnType(urn))} (${urnName(urn)}):` : "  pulumi:");
      for (const { severity, message } of this.#diagnostics.filter((diagnostic) => diagnostic.urn === urn)) {
        const name = severity === "error" && urn && !isStack(urnType(urn)) ? `${urnName(urn)}: ` : "";
        const label = severity === "info" ? "" : `${severity}: ${name}`;
        this.#print(`${label}${message}`.replace(/^/gm, "    "));
      }
      this.#print("");
    }
  }

  #printOutputs(olds: Properties, news: Properties): void {
    const keys = [...new Set([...Object.keys(olds), ...Object.keys(news)])].sort();
    if (keys.length === 0) return;
    const width = Math.max(...keys.map((key) => key.length));
    this.#print("Outputs:");
    for (const key of keys) this.#print(changeLine(key.padEnd(width), olds[key], news[key], "  "));
    this.#print("");
  }

  #printCounts(): void {
    const verb = (kind: StepKind): string => (this.options.preview ? `to ${WORDS[kind][1]}` : WORDS[kind][3]);
    const lines = COUNTED.filter((kind) => this.#count(kind) > 0).map(
      (kind) => `    ${WORDS[kind][0]}${this.#count(kind)} ${verb(kind)}`,
    );
    const unchanged = this.#count("same");
    if (unchanged > 0) {
      lines.push(`    ${lines.length > 1 ? `${this.changes} changes. ` : ""}${unchanged} unchanged`);
    }
    if (this.#errored > 0) lines.push(`    ${this.#errored} errored`);
    this.#print(["Resources:", ...lines].join("\n"));
  }

  #finishJson(): void {
    const kinds = [...new Set(this.#steps.map(({ op }) => op))];
    const changeSummary = Object.fromEntries(kinds.map((kind) => [kind, this.#count(kind)]));
    const diagnostics = this.#diagnostics.length > 0 ? { diagnostics: this.#diagnostics } : {};
    console.log(JSON.stringify({ steps: this.#steps, ...diagnostics, changeSummary }, null, 4));
  }
}

function changeLine(key: string, before: Value | undefined, after: Value | undefined, indent: string): string {
  if (before === undefined) return `${indent}+ ${key}: ${format(after!, indent)}`;
  if (after === undefined) return `${indent}- ${key}: ${format(before, indent)}`;
  if (equal(before, after)) return `${indent}  ${key}: ${format(after, indent)}`;
  return `${indent}~ ${key}: ${format(before, indent)} => ${format(after, indent)}`;
}

/** A value for reading; secrets and unknowns by their mark. */
function format(value: Value, indent: string): string {
  const shown = mask(value);
  if (shown === "[secret]" || shown === "[unknown]") return shown;
  if (shown === null) return "<null>";
  if (!isMap(shown) && !Array.isArray(shown)) return JSON.stringify(shown);
  return JSON.stringify(shown, omitMarker, 4).replace(/\n/g, `\n${indent}  `);
}

/** The SDK marks whole resources among the outputs of a preview; that is nothing for the reader. */
const omitMarker = (key: string, value: unknown): unknown => (key === "@isPulumiResource" ? undefined : value);
