import * as pulumi from "@pulumi/pulumi";
import { UserError } from "../program";
import { nearest } from "./guess";
import { type ConfigProblem, partlyKnown, type RawConfig } from "./rule";
import { looksSecret } from "./secrets";
import type { Parsed, Setting, Size } from "./setting";
import { withoutCitations } from "./shapes/shape";

/** The settings of a layer, by configuration key; keys of another namespace in full, such as `aws:region`. */
export type Settings = Record<string, Setting<unknown>>;

/** The typed configuration that a table of settings describes. */
export type ConfigOf<S extends Settings> = { [K in keyof S]: S[K] extends Setting<infer T> ? T : never };

/** A configuration value as in `Pulumi.<stack>.yaml`. */
export interface FoundValue {
  text: string;
  encrypted: boolean;
}

/** The configuration of a stack by full key, such as `selfhosted-dns:zoneId`. */
export type Found = Record<string, FoundValue>;

/** A layer's configuration: the valid values, and the problems of the others. */
export interface Configuration<C> {
  /** Reading a value that isn't valid ends the rule that reads it (`partlyKnown`). */
  config: C;
  raw: RawConfig;
  problems: ConfigProblem[];
}

/** The configuration of the running stack. */
export function foundConfig(): Found {
  // The SDK has this function, but leaves it out of its typings.
  const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret: (key: string) => boolean };
  return Object.fromEntries(
    Object.entries(pulumi.runtime.allConfig()).map(([key, text]) => [key, { text, encrypted: isConfigSecret(key) }]),
  );
}

/**
 * Reads a layer's configuration: a problem for each key that is missing, unknown, not allowed, or secret but in clear.
 *
 * @param size of the installation, for the defaults that follow it; undefined where it isn't known, and neither are those.
 */
export function parseConfig<S extends Settings>(
  settings: S,
  project: string,
  all: Found,
  size?: Size,
): Configuration<ConfigOf<S>> {
  const found = withoutPrefix(all, `${project}:`);
  const values: Record<string, unknown> = {};
  const unknown = Object.keys(found)
    .filter((key) => !Object.hasOwn(settings, key) && !key.startsWith("pulumi:"))
    .map((key) => ({ key, near: meantKey(key, project, Object.keys(settings)) }));
  const problems = unknown.map(({ key, near }) => unknownKey(key, near, found));

  for (const [key, setting] of Object.entries(settings)) {
    const value = found[key];
    if (value !== undefined) {
      const parsed = parsedOf(setting, value.text);
      if ("value" in parsed) {
        values[key] = parsed.value;
      }
      problems.push(...problemsOf(key, setting, value, parsed));
    } else if (setting.bySize !== undefined) {
      if (size !== undefined) {
        values[key] = setting.bySize[size];
      }
    } else if (setting.default !== undefined || setting.optional) {
      values[key] = setting.default;
    } else if (!unknown.some(({ near }) => near === key)) {
      const reason = `not set; required: ${setting.allowed}. ${setting.description}`;
      problems.push({ key, reason, fix: howToSet(key, setting) ?? exampleOf(key, setting) });
    }
  }
  return {
    config: partlyKnown(values) as ConfigOf<S>,
    raw: { has: (key) => found[key] !== undefined, text: (key) => found[key]?.text },
    problems,
  };
}

/** The problems of one value by itself. */
function problemsOf(
  key: string,
  setting: Setting<unknown>,
  { text, encrypted }: FoundValue,
  parsed: Parsed<unknown>,
): ConfigProblem[] {
  if ("value" in parsed) {
    const isBare = setting.secret && !encrypted;
    return isBare ? [{ key, reason: "stored in clear text; it must be encrypted", fix: howToSet(key, setting) }] : [];
  }
  const { because, meant } = parsed.fault;
  const isHidden = encrypted || setting.secret || mayHoldSecret(text);
  const shown = isHidden || setting.kind === "map" ? "a value (not shown)" : abbreviated(JSON.stringify(text));
  const why = because === undefined ? "" : `, ${because.startsWith("of which") ? "" : "which "}${because}`;
  const isSet = !isHidden && meant !== undefined && setting.file === undefined;
  return [
    {
      key,
      reason: `found ${shown}${isHidden ? withoutCitations(why) : why}; allowed: ${setting.allowed}`,
      fix: isSet ? setCommand(key, meant) : howToSet(key, setting),
    },
  ];
}

/** A long text by its beginning. */
function abbreviated(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 60)}…"`;
}

/** Parses a value, and refuses a secret in a setting that is shown in clear. Values of maps are checked by rules. */
function parsedOf(setting: Setting<unknown>, text: string): Parsed<unknown> {
  const parsed = setting.parse(text);
  return "value" in parsed && !setting.secret && setting.kind !== "map" && looksSecret(text)
    ? { fault: { because: "looks like a key or a token, and would be shown in clear" } }
    : parsed;
}

/** Whether a text may hold a secret: user and password of a host, or the query of a URL. */
function mayHoldSecret(text: string): boolean {
  return looksSecret(text) || /(?<!mailto):\S*@(?!sha\d+:)|\?\S*=|:\/\/\S*\?/.test(text);
}

/** The command that sets a key. `pulumi` takes the ARN of a secret for one, because of the key's name, unless that is denied. */
export function setCommand(key: string, value: unknown): string {
  return `pulumi config set ${/Secret(Key)?Arn$/.test(key) ? "--plaintext " : ""}${key} ${shellWord(value)}`;
}

/** An entry of a setting that is a map, as `pulumi config` takes its path. */
export function configPath(key: string, entry: string): string {
  return /^[\w-]+$/.test(entry) ? `${key}.${entry}` : `${key}["${entry}"]`;
}

/** How to set a secret, or a text from a file; undefined for other settings. */
function howToSet(key: string, { secret, kind, file }: Setting<unknown>): string | undefined {
  const from = file === undefined ? "" : ` < ${file}`;
  if (secret) {
    return kind === "map"
      ? // A value that is no map has to go first.
        `pulumi config rm ${key} && pulumi config set --secret --path '${key}.NAME'`
      : `pulumi config set --secret ${key}${from}`;
  }
  return file === undefined ? undefined : `for example: pulumi config set ${key}${from}`;
}

/** An example for a setting that isn't set. (For one that is, it would replace the user's value.) */
function exampleOf(key: string, { example }: Setting<unknown>): string | undefined {
  return example === undefined ? undefined : `for example: ${setCommand(key, example)}`;
}

function shellWord(value: unknown): string {
  const word = typeof value === "string" ? value : JSON.stringify(value);
  const quoted = /^[\w./:@,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
  return word.startsWith("-") ? `-- ${quoted}` : quoted;
}

function withoutPrefix(all: Found, prefix: string): Found {
  return Object.fromEntries(
    Object.entries(all).map(([key, value]) => [key.startsWith(prefix) ? key.slice(prefix.length) : key, value]),
  );
}

/** The setting that was probably meant: misspelt, of a project that is misspelt, or `region` in place of `aws:region`. */
function meantKey(key: string, project: string, known: string[]): string | undefined {
  const [namespace = "", name = ""] = key.split(":");
  return known.includes(name) && nearest(namespace, [project]) !== undefined
    ? name
    : (known.find((each) => each.endsWith(`:${key}`)) ?? nearest(key, known));
}

/** @param near the setting that was probably meant. */
function unknownKey(key: string, near: string | undefined, found: Found): ConfigProblem {
  const fix = `pulumi config rm ${key}`;
  const [namespace, name, ...rest] = key.split(":");
  if (near !== undefined) {
    return {
      key,
      reason: `unknown setting; did you mean ${near}?`,
      fix: near in found ? fix : `${fix}, and set ${near}`,
    };
  }
  if (name === undefined || rest.length > 0) {
    return { key, reason: "unknown setting", fix };
  }
  const anywhere = `${fix}, or remove it from the ESC environment that sets it (environment: in the stack's file)`;
  if (namespace === "aws") {
    return { key, reason: `has no effect here: ${ofProvider(name)}`, fix: anywhere };
  }
  return /^selfhosted-/.test(namespace ?? "")
    ? { key, reason: `has no effect here: it is a setting of the project ${namespace}`, fix: anywhere }
    : // An ESC environment that several projects share gives each of them the settings of all.
      { key, reason: `has no effect here: no layer uses settings of ${namespace}`, fix: anywhere, severity: "warning" };
}

/** Why a setting of the AWS provider has no effect, and what to use instead. */
function ofProvider(name: string): string {
  const own = "the layer makes its own provider";
  if (/tags/i.test(name)) {
    return `${own}, whose tags are those of the setting tags of selfhosted-infrastructure`;
  }
  return /profile|key|token|assumeRole|credentials|config/i.test(name)
    ? `${own}, with credentials of the environment, such as AWS_PROFILE`
    : own;
}

/**
 * Ends the program if there is a problem; one that is only a warning is logged.
 *
 * @throws UserError that lists every problem, each with its fix.
 */
export async function throwIfInvalid(problems: ConfigProblem[]): Promise<void> {
  const errors = problems.filter(({ severity }) => severity !== "warning");
  if (errors.length > 0) {
    throw new UserError(explain(errors, pulumi.getProject(), pulumi.getStack()));
  }
  await Promise.all(
    problems.map(({ key, reason, fix }) => pulumi.log.warn(`${key}: ${reason}${fix ? `. Fix: ${fix}` : ""}`)),
  );
}

/** The message for a person: one line for each problem, one for its fix. */
function explain(problems: ConfigProblem[], project: string, stack: string): string {
  const lines = problems.map(({ key, reason, fix }) => `  ${key}: ${reason}${fix ? `\n    fix: ${fix}` : ""}`);
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return `The configuration of ${project}, stack ${stack}, has ${count}:\n${lines.join("\n")}`;
}
