import * as pulumi from "@pulumi/pulumi";
import { meantChoice, meantFlag, meantNumber, type Unit } from "./guess";
import type { BySize, Parsed, Setting, SettingArgs } from "./setting";
import { anyText, cited, type Shape } from "./shapes/shape";

type Value<T, A> = A extends { optional: true } ? T | undefined : T;

interface Defaults<T> {
  default?: T;
  bySize?: BySize<T>;
}

interface TextArgs extends SettingArgs, Defaults<string> {
  /** Default: any text that isn't empty. */
  shape?: Shape;
}

/** Text of a shape. */
export function text<const A extends TextArgs>(args: A): Setting<Value<string, A>> {
  const { shape = anyText } = args as TextArgs;
  return {
    ...args,
    kind: "text",
    secret: false,
    allowed: shape.allowed,
    file: shape.file,
    parse: (found) => {
      const fault = shape.fault(found);
      return fault ? { fault } : { value: found };
    },
  };
}

/** Text that is stored encrypted and reaches the program as a secret output. */
export function secret<const A extends TextArgs>(args: A): Setting<Value<pulumi.Output<string>, A>> {
  const plain = text(args) as Setting<string>;
  return {
    ...plain,
    kind: "secret",
    secret: true,
    parse: (found) => wrapped(plain.parse(found), (value) => pulumi.secret(value) as Value<pulumi.Output<string>, A>),
  };
}

interface NumberArgs extends SettingArgs, Defaults<number> {
  min: number;
  max: number;
  /** What the number counts, so that `2 GB` is understood as 2048 MiB. */
  unit?: Unit;
}

/** A whole number within a range. */
export function integer<const A extends NumberArgs>(args: A): Setting<Value<number, A>> {
  return number(args, /^-?\d+$/, "a whole number");
}

/** A number within a range, such as 0.5. */
export function decimal<const A extends NumberArgs>(args: A): Setting<Value<number, A>> {
  return number(args, /^-?\d+(\.\d+)?$/, "a number");
}

function number<A extends NumberArgs>(args: A, expression: RegExp, what: string): Setting<Value<number, A>> {
  const fits = (text: string): boolean => expression.test(text) && args.min <= Number(text) && Number(text) <= args.max;
  return {
    ...args,
    kind: "number",
    secret: false,
    allowed: `${what} from ${args.min} to ${args.max}`,
    parse: (found) => {
      const meant = String(meantNumber(found, args.unit));
      return fits(found) ? { value: Number(found) } : { fault: { meant: fits(meant) ? meant : undefined } };
    },
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
    parse: (found) =>
      found === "true" || found === "false"
        ? { value: found === "true" }
        : { fault: { meant: meantFlag(found)?.toString() } },
  };
}

interface ChoiceArgs<T> extends SettingArgs, Defaults<T> {
  /** Of choices that are numbers: what they count. */
  unit?: Unit;
}

/** One of a few words. */
export function choice<T extends string, const A extends ChoiceArgs<T>>(
  choices: readonly T[],
  args: A,
): Setting<Value<T, A>> {
  return {
    ...args,
    choices,
    kind: "choice",
    secret: false,
    allowed: `one of ${choices.join(", ")}`,
    parse: (found) => {
      const value = choices.find((each) => each === found);
      return value === undefined ? { fault: { meant: meantChoice(found, choices, args.unit) } } : { value };
    },
  };
}

interface ListArgs extends SettingArgs {
  default?: readonly string[];
  /** Of one item. Default: any text that isn't empty. */
  shape?: Shape;
  min?: number;
}

/** A list of different texts: a JSON list (`pulumi config set --path 'key[0]' value`), or separated by commas. */
export function list<const A extends ListArgs>(args: A): Setting<Value<string[], A>> {
  const { min = 0, shape = anyText } = args as ListArgs;
  return {
    ...args,
    kind: "list",
    secret: false,
    allowed: `${min > 0 ? `${min} or more ` : ""}${severalOf(shape)}`,
    parse: (found) => {
      const items = found.startsWith("[") ? json(found) : found.split(",").map((item) => item.trim());
      if (!Array.isArray(items) || !items.every(isScalar)) {
        return { fault: { meant: separated(found, shape, min) } };
      }
      const texts = items.map(String);
      const because = listFlaw(texts, shape, min);
      return because === undefined ? { value: texts } : { fault: { because, meant: separated(found, shape, min) } };
    },
  };
}

/** The form of a shape, as that of each of several different texts. */
function severalOf({ allowed }: Shape): string {
  return /^(an?|the|one|any|exactly)\b/.test(allowed) ? `different items, each ${allowed}` : `different ${allowed}`;
}

/** What is wrong with the items of a list. */
function listFlaw(items: string[], shape: Shape, min: number): string | undefined {
  const flaws = items.flatMap((item) => {
    const fault = shape.fault(item);
    return fault ? [{ item, why: item === "" ? "is empty" : (fault.because ?? "doesn't fit") }] : [];
  });
  const twice = [...new Set(items.filter((item, index) => items.indexOf(item) !== index))];
  const all = [...flaws, ...twice.map((item) => ({ item, why: "appears more than once" }))];
  if (all.length === 0) {
    return items.length >= min ? undefined : `has only ${items.length} ${items.length === 1 ? "item" : "items"}`;
  }
  const parts = all.map(({ item, why }) => (item === "" ? "one is empty" : `${cited(item)} ${why}`));
  return items.length === 1 && all[0] ? all[0].why : `of which ${[...new Set(parts)].join(", and ")}`;
}

/** The list that a text means: its items with commas between them, each once and as it was meant. */
function separated(text: string, shape: Shape, min: number): string | undefined {
  const splits = [text.split(","), text.split(/[\s,;[\]"']+/)].map((parts) =>
    parts.map((part) => part.trim()).filter((part) => part !== ""),
  );
  return splits
    .map((items) => [...new Set(items.map((item) => meantItem(item, shape)))])
    .filter((items) => items.length >= Math.max(min, 1) && !items.includes(undefined))
    .map((items) => items.join(","))
    .find((each) => each !== text);
}

function meantItem(item: string, shape: Shape): string | undefined {
  const fault = shape.fault(item);
  return fault === undefined ? item : fault.meant;
}

interface MapArgs extends SettingArgs {
  /** What a key may be. */
  key?: Shape;
  /** What a text may be. Default: any. */
  shape?: Shape;
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
      if (typeof value !== "object" || value === null || Array.isArray(value)) {
        return { fault: { because: "is no JSON object" } };
      }
      const flaws = Object.entries(value).flatMap(([name, item]) => {
        const fault =
          args.key?.fault(name) ?? (isScalar(item) ? args.shape?.fault(String(item)) : { because: "has no text" });
        const why = fault && (fault.because ?? "doesn't fit");
        return why === undefined ? [] : [`${/^[\w.-]+$/.test(name) ? name : cited(name)} ${why}`];
      });
      return flaws.length > 0
        ? { fault: { because: `of which ${flaws.join(", and ")}` } }
        : { value: Object.fromEntries(Object.entries(value).map(([key, item]) => [key, String(item)])) };
    },
  };
}

/** Like `map`, with values that are stored encrypted (`pulumi config set --secret --path 'key.name' value`). */
export function secretMap(args: Omit<MapArgs, "optional">): Setting<Record<string, pulumi.Output<string>>> {
  const plain = map(args);
  return {
    ...plain,
    secret: true,
    parse: (found) =>
      wrapped(plain.parse(found), (value) =>
        Object.fromEntries(Object.entries(value).map(([key, item]) => [key, pulumi.secret(item)])),
      ),
  };
}

function wrapped<T, W>(parsed: Parsed<T>, wrap: (value: T) => W): Parsed<W> {
  return "value" in parsed ? { value: wrap(parsed.value) } : parsed;
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
