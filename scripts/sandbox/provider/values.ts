import { isUnknown, type Properties, UNKNOWN } from "./resource";

/** How the plugin protocol marks values that JSON can't carry. */
const unknownMark = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const signature = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** Properties freed from the marks of the protocol, and which of them were secret or held a secret. */
export interface Unwrapped {
  properties: Properties;
  secrets: Set<string>;
}

/**
 * Reads properties as the protocol spells them. Absent and null are the same, and what other providers note down for
 * themselves (`__defaults`) is left out.
 */
export function unwrap(wire: Properties = {}): Unwrapped {
  const properties: Properties = {};
  const secrets = new Set<string>();
  for (const [key, value] of present(wire)) {
    properties[key] = plain(value, () => secrets.add(key));
  }
  return { properties, secrets };
}

/** Spells properties as the protocol does, with the named ones as secrets. */
export function wrap(properties: Properties, secrets: Iterable<string>): Properties {
  const secret = new Set(secrets);
  return Object.fromEntries(
    present(properties).map(([key, value]) => [
      key,
      secret.has(key) ? { [signature]: secretSignature, value: marked(value) } : marked(value),
    ]),
  );
}

function plain(value: unknown, onSecret: () => void): unknown {
  if (value === unknownMark) return UNKNOWN;
  if (Array.isArray(value)) return value.map((item) => plain(item, onSecret));
  if (!isObject(value)) return value;
  switch (value[signature]) {
    case undefined:
      return Object.fromEntries(present(value).map(([key, item]) => [key, plain(item, onSecret)]));
    case secretSignature:
      onSecret();
      return plain(value.value, onSecret);
    case outputSignature:
      if (value.secret) onSecret();
      return "value" in value ? plain(value.value, onSecret) : UNKNOWN;
    default:
      throw new Error("The sandbox takes neither assets nor archives nor references to resources as inputs.");
  }
}

function marked(value: unknown): unknown {
  if (isUnknown(value)) return unknownMark;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(marked);
  if (!isObject(value)) return value;
  return Object.fromEntries(present(value).map(([key, item]) => [key, marked(item)]));
}

function present(object: Properties): [string, unknown][] {
  return Object.entries(object).filter(
    ([key, value]) => value !== undefined && value !== null && !key.startsWith("__"),
  );
}

export function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
