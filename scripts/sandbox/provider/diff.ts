import { isDeepStrictEqual } from "node:util";
import { isUnknown, type Properties } from "./resource";
import { isObject } from "./values";

type ChangeKind = "add" | "delete" | "update";

/** A change of one value among the inputs. */
export interface Change {
  /** The input it lies in, for example `tags`. */
  input: string;
  /** Where it lies, for example `tags.team` or `subnetIds[1]`. */
  path: string;
  kind: ChangeKind;
}

/** What changed between two sets of inputs. `ignored` holds paths as `ignoreChanges` takes them. */
export function changes(olds: Properties, news: Properties, ignored: readonly string[] = []): Change[] {
  const inputs = new Set([...Object.keys(olds), ...Object.keys(news)]);
  return [...inputs]
    .flatMap((input) => compare(input, olds[input], news[input]).map((change) => ({ ...change, input })))
    .filter(({ path }) => !ignored.some((prefix) => isWithin(path, prefix)));
}

/**
 * The inputs of which AWS holds something else than was asked. AWS may hold more than was asked, order lists as it
 * likes, and return numbers as text.
 */
export function unfulfilled(asked: Properties, found: Properties): string[] {
  return Object.keys(asked).filter((key) => key in found && !covers(found[key], asked[key]));
}

function compare(path: string, old: unknown, value: unknown): Omit<Change, "input">[] {
  if (isDeepStrictEqual(old, value) && !isUnknown(value)) return [];
  if (old === undefined) return [{ path, kind: "add" }];
  if (value === undefined) return [{ path, kind: "delete" }];
  if (isObject(old) && isObject(value)) {
    const keys = new Set([...Object.keys(old), ...Object.keys(value)]);
    return [...keys].flatMap((key) => compare(`${path}${step(key)}`, old[key], value[key]));
  }
  if (Array.isArray(old) && Array.isArray(value)) {
    return Array.from({ length: Math.max(old.length, value.length) }, (_, index) => index).flatMap((index) =>
      compare(`${path}[${index}]`, old[index], value[index]),
    );
  }
  return [{ path, kind: "update" }];
}

function step(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

function isWithin(path: string, prefix: string): boolean {
  return path === prefix || (path.startsWith(prefix) && /[.[]/.test(path.charAt(prefix.length)));
}

function covers(found: unknown, asked: unknown): boolean {
  if (isEmpty(asked)) return isEmpty(found) || found === String(asked);
  if (Array.isArray(asked)) {
    return (
      Array.isArray(found) &&
      found.length === asked.length &&
      asked.every((item) => found.some((other) => covers(other, item)))
    );
  }
  if (isObject(asked)) return isObject(found) && Object.keys(asked).every((key) => covers(found[key], asked[key]));
  return (
    String(found) === String(asked) ||
    (isJson(asked) && isJson(found) && isDeepStrictEqual(JSON.parse(found), JSON.parse(asked)))
  );
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "" || value === false) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

function isJson(value: unknown): value is string {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return false;
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}
