/**
 * Property values as Pulumi's protocols and state files carry them: plain JSON, in which a map with the signature key
 * stands for something special. Secrets, unknowns and references to resources are recognised here and nowhere else.
 */
export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };
export type Properties = { [key: string]: Value };

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e";
const ASSETS = ["c44067f5952c0a294b673a41bacd8c17", "0def7320c3a5731c473e5ecbe6d01bc7"];

/** What a preview sends in place of a value that only the deployment will know. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

type Special = { [SIGNATURE]: string } & Properties;

export const isMap = (value: Value | undefined): value is Properties =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const hasSignature = (value: Value | undefined, signature: string): value is Special =>
  isMap(value) && value[SIGNATURE] === signature;

const isSecret = (value: Value | undefined): boolean => hasSignature(value, SECRET);

export const secret = (value: Value): Value => (isSecret(value) ? value : { [SIGNATURE]: SECRET, value });

/** Rebuilds a value from the inside out; `change` sees every value after its parts. */
function rebuild(value: Value, change: (value: Value) => Value): Value {
  if (Array.isArray(value)) return change(value.map((item) => rebuild(item, change)));
  if (isMap(value)) return change(mapValues(value, (item) => rebuild(item, change)));
  return change(value);
}

function mapValues<T, U>(map: Record<string, T>, change: (value: T, key: string) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value, key)]));
}

function some(value: Value | undefined, test: (value: Value | undefined) => boolean): boolean {
  if (test(value)) return true;
  return typeof value === "object" && value !== null && Object.values(value).some((item) => some(item, test));
}

export const hasUnknown = (value: Value | undefined): boolean => some(value, (item) => item === UNKNOWN);
export const hasSecret = (value: Value | undefined): boolean => some(value, isSecret);
export const hasAsset = (value: Value | undefined): boolean =>
  some(value, (item) => ASSETS.some((signature) => hasSignature(item, signature)));

const revealOne = (value: Value): Value => (hasSignature(value, SECRET) ? value.value : value);

/** The value without any secret wrapping; never for display or disk. */
export const reveal = <T extends Value>(value: T): T => rebuild(value, revealOne) as T;

/** The value with `[secret]` and `[unknown]` in place of what must not or cannot be shown. */
export const mask = (value: Value): Value =>
  rebuild(value, (item) => (isSecret(item) ? "[secret]" : item === UNKNOWN ? "[unknown]" : item));

/** Encrypts every secret for the state file, as the real engine does: the JSON text of the value. */
export const seal = (properties: Properties, encrypt: (plaintext: string) => string): Properties =>
  rebuild(properties, (value) =>
    hasSignature(value, SECRET)
      ? { [SIGNATURE]: SECRET, ciphertext: encrypt(JSON.stringify(reveal(value.value))) }
      : value,
  ) as Properties;

/** The reverse of `seal`; also takes the `plaintext` form of `stack export --show-secrets`. */
export const unseal = (properties: Properties, decrypt: (ciphertext: string) => string): Properties =>
  rebuild(properties, (value) => {
    if (!hasSignature(value, SECRET) || "value" in value) return value;
    const json = typeof value.plaintext === "string" ? value.plaintext : decrypt(String(value.ciphertext));
    return secret(JSON.parse(json) as Value);
  }) as Properties;

/** The form of `stack export --show-secrets`. */
export const plainForm = (properties: Properties): Properties =>
  rebuild(properties, (value) =>
    hasSignature(value, SECRET) ? { [SIGNATURE]: SECRET, plaintext: JSON.stringify(value.value) } : value,
  ) as Properties;

/** Replaces what a provider doesn't understand: secrets by their value, references to resources by the id. */
export function forProvider(properties: Properties, accepts: { secrets: boolean; resources: boolean }): Properties {
  return rebuild(properties, (value) => {
    if (!accepts.secrets && hasSignature(value, SECRET)) return value.value;
    if (!accepts.resources && hasSignature(value, RESOURCE)) return value.id ?? value.urn;
    return value;
  }) as Properties;
}

/** Marks outputs as secret by name, and those whose input of the same name was secret. */
export const markSecrets = (outputs: Properties, names: readonly string[], inputs: Properties = {}): Properties =>
  mapValues(outputs, (value, key) =>
    !hasSecret(value) && (names.includes(key) || hasSecret(inputs[key])) ? secret(value) : value,
  );

/** Top-level names whose values differ, secrets compared by what they hide. */
export function changedKeys(olds: Properties, news: Properties): string[] {
  const [before, after] = [reveal(olds), reveal(news)];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((key) => !equal(before[key], after[key]));
}

export function equal(a: Value | undefined, b: Value | undefined): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [Object.entries(a), new Map(Object.entries(b))];
  return left.length === right.size && left.every(([key, value]) => right.has(key) && equal(value, right.get(key)));
}
