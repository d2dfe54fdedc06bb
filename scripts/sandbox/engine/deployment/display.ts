import { stripVTControlCharacters } from "node:util";
import { type ResourceState, withoutSecrets } from "../state/state";
import { isDefaultProvider, isStack, shortType, urnName, urnType } from "../state/urn";
import { hideSecrets, type Properties, unknown } from "../state/values";

export type StepKind = "create" | "update" | "replace" | "delete" | "same" | "read" | "refresh" | "import";
export type Severity = "info" | "warning" | "error";

/** Per kind of step: its sign, how a preview names it, and how a deployment does afterwards. */
const words: Record<StepKind, [sign: string, planned: string, done: string]> = {
  create: ["+ ", "create", "created"],
  update: ["~ ", "update", "updated"],
  replace: ["+-", "replace", "replaced"],
  delete: ["- ", "delete", "deleted"],
  same: ["  ", "", "unchanged"],
  read: ["> ", "read", "read"],
  refresh: ["~ ", "refresh", "refreshed"],
  import: ["= ", "import", "imported"],
};

/** In the summary, in this order. */
const counted: StepKind[] = ["create", "update", "replace", "delete", "import"];

interface Step {
  op: StepKind;
  urn: string;
  oldState?: ResourceState;
  newState?: ResourceState;
  /** Properties that differ. */
  diffReasons?: string[];
}

interface Diagnostic {
  severity: Severity;
  urn: string;
  message: string;
}

/** Prints an operation: a line per step, then diagnostics, outputs and counts. With `json`, one document at the end. */
export class Display {
  private readonly diagnostics: Diagnostic[] = [];
  private readonly steps: Step[] = [];

  constructor(private readonly options: { preview: boolean; json: boolean; suppressOutputs: boolean }) {}

  print(line: string): void {
    if (!this.options.json) {
      console.log(line);
    }
  }

  /** How many steps there were, by kind. */
  get counts(): Partial<Record<StepKind, number>> {
    const kinds = [...new Set(this.steps.map(({ op }) => op))].sort();
    return Object.fromEntries(kinds.map((kind) => [kind, this.steps.filter(({ op }) => op === kind).length]));
  }

  get hasChanges(): boolean {
    return counted.some((kind) => kind in this.counts);
  }

  /** Does a step and notes it. Default providers don't count; unchanged resources take no line. */
  async step<T>(op: StepKind, resource: ResourceState, work: () => Promise<T>, changed: string[] = []): Promise<T> {
    const { urn } = resource;
    const [sign, planned, done] = words[op];
    // As it is planned: the work may fill in what it comes to.
    const state = withoutSecrets(resource);
    const show = (what: string): void => {
      if (!isDefaultProvider(urn) && op !== "same") {
        const diff = changed.length > 0 ? ` [diff: ${changed.map((key) => `~${key}`).join(",")}]` : "";
        this.print(` ${sign} ${shortType(urnType(urn))} ${urnName(urn)} ${what}${diff}`);
      }
    };
    try {
      const result = await work();
      if (!isDefaultProvider(urn)) {
        const diffReasons = changed.length > 0 ? changed : undefined;
        this.steps.push({ op, urn, [op === "delete" ? "oldState" : "newState"]: state, diffReasons });
      }
      show(this.options.preview ? planned : done);
      return result;
    } catch (error) {
      show(`**${planned} failed**`);
      throw error;
    }
  }

  /** Shows a message at once, and again among the diagnostics at the end. */
  log(severity: Severity, urn: string, message: string): void {
    const text = stripVTControlCharacters(message).trim();
    this.diagnostics.push({ severity, urn, message: text });
    const about = urn ? `${shortType(urnType(urn))} ${urnName(urn)} ` : "";
    this.print(`    ${about}${severity === "info" ? "" : `${severity}: `}${text.split("\n")[0]}`);
  }

  /** Everything after the steps. */
  finish(outputs: Properties | undefined): void {
    if (this.options.json) {
      const document = { steps: this.steps, diagnostics: this.diagnostics, changeSummary: this.counts };
      console.log(JSON.stringify(document, null, 4));
      return;
    }
    if (this.diagnostics.length > 0) {
      this.print("Diagnostics:");
    }
    for (const { severity, urn, message } of this.diagnostics) {
      const name = severity === "error" && urn && !isStack(urnType(urn)) ? `${urnName(urn)}: ` : "";
      this.print(`${severity === "info" ? "" : `${severity}: `}${name}${message}`.replace(/^/gm, "    "));
    }
    if (outputs && Object.keys(outputs).length > 0 && !this.options.suppressOutputs) {
      const text = JSON.stringify(hideSecrets(outputs), null, 2).replaceAll(unknown, "[unknown]");
      this.print(`Outputs:\n${text.slice(2, -2)}`);
    }
    const lines = counted.flatMap((kind) => {
      const count = this.counts[kind];
      const [sign, planned, done] = words[kind];
      return count ? [`    ${sign}${count} ${this.options.preview ? `to ${planned}` : done}`] : [];
    });
    this.print(["Resources:", ...lines, `    ${this.counts.same ?? 0} unchanged`].join("\n"));
  }
}
