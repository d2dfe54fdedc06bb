import type { Properties } from "../resource";
import { isObject } from "../values";

/** The names of properties that mean the same on both sides: Pulumi's name on the left, that of the AWS API on the right. */
export type Fields = Readonly<Record<string, string>>;

/** Pulumi's names. */
export function inputsOf<F extends Fields>(fields: F): (keyof F & string)[] {
  return Object.keys(fields);
}

/** What AWS takes for these inputs. Inputs that are absent stay absent. */
export function toAws<const F extends Fields, Inputs extends { readonly [K in keyof F]?: unknown }>(
  fields: F,
  inputs: Inputs,
): { [K in keyof F & keyof Inputs as F[K]]: Inputs[K] } {
  const named = Object.entries(fields).map(([own, theirs]) => [theirs, inputs[own]]);
  return Object.fromEntries(named) as { [K in keyof F & keyof Inputs as F[K]]: Inputs[K] };
}

/** The properties as AWS returns them. What AWS holds nothing for is undefined, and then counts as lost if it was asked. */
export function fromAws(fields: Fields, found: object | undefined): Properties {
  const theirs = { ...found } as Properties;
  return Object.fromEntries(Object.entries(fields).map(([own, name]) => [own, theirs[name]]));
}

/** Spells all names in a value, however deep, as the AWS API does: first letter large, but for the exceptions. */
export function namesToAws(value: unknown, exceptions: Fields = {}): unknown {
  return renamed(value, (name) => exceptions[name] ?? name.charAt(0).toUpperCase() + name.slice(1));
}

/** The reverse of `namesToAws`, with the same exceptions. */
export function namesFromAws(value: unknown, exceptions: Fields = {}): unknown {
  const own = Object.fromEntries(Object.entries(exceptions).map(([name, theirs]) => [theirs, name]));
  return renamed(value, (name) => own[name] ?? name.charAt(0).toLowerCase() + name.slice(1));
}

function renamed(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename));
  if (!isObject(value) || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [rename(name), renamed(item, rename)]));
}
