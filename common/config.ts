import * as pulumi from "@pulumi/pulumi";
import { UserError } from "./program";
import { Setting } from "./setting";

/** The settings of a layer, by configuration key. */
export type Settings = Record<string, Setting<unknown>>;

/** The typed configuration that a table of settings describes. */
export type ConfigOf<S extends Settings> = { [K in keyof S]: S[K] extends Setting<infer T> ? T : never };

/** One thing that is wrong with a layer's configuration. */
export interface ConfigProblem {
  key: string;
  /** What is wrong, and what would be right. */
  reason: string;
  /** What to type. Default: the command that sets the key. */
  fix?: string;
}

/** A rule over several settings; it is asked only once each of them is valid by itself. */
export type Rule<C> = (config: C) => ConfigProblem[];

/**
 * Reads and checks the configuration of the running layer.
 *
 * @throws UserError that lists every problem at once, each with its remedy.
 */
export function readConfig<S extends Settings>(settings: S, rules: Rule<ConfigOf<S>>[] = []): ConfigOf<S> {
  const { values, problems } = parse(settings, ownKeys(pulumi.getProject()));
  refuse(problems.length > 0 ? problems : rules.flatMap((rule) => rule(values as ConfigOf<S>)));
  return values as ConfigOf<S>;
}

/**
 * Ends the program if there is a problem. For rules that need more than the layer's own settings, such as another layer's outputs.
 *
 * @throws UserError that lists every problem, each with its remedy.
 */
export function refuse(problems: ConfigProblem[]): void {
  if (problems.length > 0) {
    throw new UserError(explain(problems, pulumi.getProject(), pulumi.getStack()));
  }
}

/** Every value that parses, and a problem for each key that is missing, unknown, not allowed, or secret but in clear. */
export function parse(
  settings: Settings,
  found: Record<string, FoundValue>,
): { values: Record<string, unknown>; problems: ConfigProblem[] } {
  const values: Record<string, unknown> = {};
  const problems: ConfigProblem[] = Object.keys(found)
    .filter((key) => !(key in settings))
    .map((key) => unknownKey(key, Object.keys(settings)));

  for (const [key, setting] of Object.entries(settings)) {
    const value = found[key];
    if (value === undefined) {
      values[key] = setting.default;
      if (setting.default === undefined && !setting.optional) {
        problems.push({ key, reason: `not set; required: ${setting.allowed}. ${setting.description}` });
      }
      continue;
    }
    values[key] = setting.parse(value.text);
    if (values[key] === undefined) {
      // A key that was taken for a certificate is a secret all the same.
      const isSecret = setting.secret || value.text.includes("PRIVATE KEY");
      const shown = isSecret ? "a value (not shown)" : JSON.stringify(value.text);
      problems.push({ key, reason: `found ${shown}; allowed: ${setting.allowed}` });
    } else if (setting.secret && !value.encrypted) {
      problems.push({ key, reason: "stored in clear text; it must be encrypted" });
    }
  }
  return { values, problems: problems.map((problem) => withFix(problem, settings[problem.key])) };
}

/** A configuration value as it stands in `Pulumi.<stack>.yaml`. */
export interface FoundValue {
  text: string;
  encrypted: boolean;
}

function ownKeys(project: string): Record<string, FoundValue> {
  // The SDK has this function, but leaves it out of its typings.
  const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret: (key: string) => boolean };
  const prefix = `${project}:`;
  return Object.fromEntries(
    Object.entries(pulumi.runtime.allConfig())
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, text]) => [key.slice(prefix.length), { text, encrypted: isConfigSecret(key) }]),
  );
}

function unknownKey(key: string, known: string[]): ConfigProblem {
  const [nearest] = known.map((each) => ({ each, far: distance(key, each) })).sort((a, b) => a.far - b.far);
  const near = nearest !== undefined && nearest.far <= Math.max(2, key.length / 3);
  return {
    key,
    reason: `unknown setting${near ? `; did you mean ${nearest.each}?` : ""}`,
    fix: `pulumi config rm ${key}`,
  };
}

function withFix(problem: ConfigProblem, setting: Setting<unknown> | undefined): ConfigProblem {
  const value = setting?.example ?? setting?.default ?? "<value>";
  const set = `pulumi config set ${setting?.secret ? "--secret " : ""}${problem.key}`;
  return { fix: setting?.secret ? set : `${set} ${shellWord(value)}`, ...problem };
}

function shellWord(value: unknown): string {
  const word = typeof value === "string" ? value : JSON.stringify(value);
  return /^[\w./:@,-]+$/.test(word) ? word : `'${word}'`;
}

/** The message for a person: one line for each problem, one for its remedy. */
function explain(problems: ConfigProblem[], project: string, stack: string): string {
  const lines = problems.map(
    ({ key, reason, fix }) => `  ${key}: ${reason}\n    fix: ${fix ?? `pulumi config set ${key} <value>`}`,
  );
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return `The configuration of ${project}, stack ${stack}, has ${count}:\n${lines.join("\n")}`;
}

/** Edit distance (Levenshtein), for the nearest known key. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1]?.toLowerCase() === b[j - 1]?.toLowerCase() ? 0 : 1;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + change));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
