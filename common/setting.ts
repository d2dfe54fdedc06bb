import * as pulumi from "@pulumi/pulumi";

/** What every setting declares, whatever its type. */
export interface SettingArgs {
  /** One or two sentences: what it is for, its unit, where the fact comes from. */
  description: string;
  /** A value as the user would type it. */
  example?: string;
  /** May be left out; the layer then sees `undefined`. */
  optional?: boolean;
  /** The installer's version that brought it. Default: the first. */
  since?: string;
}

/** One configuration key of a layer, as data: it is parsed, refused, documented and asked for from this. */
export interface Setting<T> extends SettingArgs {
  kind: "text" | "integer" | "flag" | "choice" | "list" | "map" | "secret";
  /** What a value may be, as the end of the sentence "allowed: …". */
  allowed: string;
  default?: unknown;
  secret: boolean;
  /** The typed value, or `undefined` where the text is not allowed. */
  parse(text: string): T | undefined;
}

type Value<T, A> = A extends { optional: true } ? T | undefined : T;

interface TextArgs extends SettingArgs {
  default?: string;
  pattern?: RegExp;
  /** The pattern in words. */
  allowed?: string;
}

/** Text, as a pattern allows it. */
export function text<const A extends TextArgs>(args: A): Setting<Value<string, A>> {
  return {
    ...args,
    kind: "text",
    secret: false,
    allowed: args.allowed ?? "any text that is not empty",
    parse: (found) => (found !== "" && (args.pattern ?? /./s).test(found) ? found : undefined),
  };
}

/** Text that is stored encrypted and reaches the program as a secret output. */
export function secret<const A extends TextArgs>(args: A): Setting<Value<pulumi.Output<string>, A>> {
  const plain = text(args);
  return {
    ...plain,
    kind: "secret",
    secret: true,
    parse: (found) => (plain.parse(found) === undefined ? undefined : pulumi.secret(found)),
  };
}

interface IntegerArgs extends SettingArgs {
  default?: number;
  min: number;
  max: number;
}

/** A whole number within a range. */
export function integer<const A extends IntegerArgs>(args: A): Setting<Value<number, A>> {
  return number(args, /^-?\d+$/, "a whole number");
}

/** A number within a range, such as 0.5. */
export function decimal<const A extends IntegerArgs>(args: A): Setting<Value<number, A>> {
  return number(args, /^-?\d+(\.\d+)?$/, "a number");
}

function number<A extends IntegerArgs>(args: A, pattern: RegExp, what: string): Setting<Value<number, A>> {
  const within = (found: number) => args.min <= found && found <= args.max;
  return {
    ...args,
    kind: "integer",
    secret: false,
    allowed: `${what} from ${args.min} to ${args.max}`,
    parse: (found) => (pattern.test(found) && within(Number(found)) ? Number(found) : undefined),
  };
}

/** `true` or `false`; off unless the setting says otherwise. */
export function flag(args: Omit<SettingArgs, "optional"> & { default?: boolean }): Setting<boolean> {
  return {
    ...args,
    default: args.default ?? false,
    kind: "flag",
    secret: false,
    allowed: "true or false",
    parse: (found) => ({ true: true, false: false })[found],
  };
}

/** One of a few words. */
export function choice<T extends string, const A extends SettingArgs & { default?: T }>(
  choices: readonly T[],
  args: A,
): Setting<Value<T, A>> {
  return {
    ...args,
    kind: "choice",
    secret: false,
    allowed: `one of ${choices.join(", ")}`,
    parse: (found) => choices.find((each) => each === found),
  };
}

interface ListArgs extends SettingArgs {
  default?: readonly string[];
  pattern?: RegExp;
  /** The pattern of one item in words. */
  allowed?: string;
  min?: number;
}

/** A list of different texts: a JSON list (`pulumi config set --path 'key[0]' value`), or separated by commas. */
export function list<const A extends ListArgs>(args: A): Setting<Value<string[], A>> {
  const { min = 0, pattern = /./s, allowed = "texts that are not empty" } = args;
  return {
    ...args,
    kind: "list",
    secret: false,
    allowed: `${min > 0 ? `${min} or more different ` : "different "}${allowed}`,
    parse: (found) => {
      const items = found.startsWith("[") ? json(found) : found.split(",").map((item) => item.trim());
      const fits =
        Array.isArray(items) &&
        items.length >= min &&
        new Set(items).size === items.length &&
        items.every((item) => typeof item === "string" && pattern.test(item));
      return (fits ? items : undefined) as Value<string[], A>;
    },
  };
}

interface MapArgs extends SettingArgs {
  /** What a key may be. */
  key?: RegExp;
  allowed?: string;
}

/** Names with texts: a JSON object (`pulumi config set --path 'key.name' value`). Empty unless given. */
export function map(args: Omit<MapArgs, "optional">): Setting<Record<string, string>> {
  return {
    ...args,
    default: {},
    kind: "map",
    secret: false,
    allowed: args.allowed ?? "names with texts",
    parse: (found) => {
      const value = json(found);
      const fits =
        typeof value === "object" &&
        value !== null &&
        !Array.isArray(value) &&
        Object.entries(value).every(([key, item]) => (args.key ?? /./).test(key) && isScalar(item));
      return fits ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, String(item)])) : undefined;
    },
  };
}

/** Like `map`, with values that are stored encrypted (`pulumi config set --secret --path 'key.name' value`). */
export function secretMap(args: Omit<MapArgs, "optional">): Setting<Record<string, pulumi.Output<string>>> {
  const plain = map(args);
  return {
    ...plain,
    secret: true,
    parse: (found) => {
      const value = plain.parse(found);
      return value && Object.fromEntries(Object.entries(value).map(([key, item]) => [key, pulumi.secret(item)]));
    },
  };
}

function isScalar(value: unknown): boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}

function json(found: string): unknown {
  try {
    return JSON.parse(found);
  } catch {
    return undefined;
  }
}
