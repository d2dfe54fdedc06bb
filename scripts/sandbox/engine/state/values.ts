import { isDeepStrictEqual } from "node:util";

/**
 * Property values as Pulumi's protocols and state files carry them: plain JSON, in which a map with the signature key is something
 * special (https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go).
 */
export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };
export type Properties = { [key: string]: Value };

const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const assetSignatures = ["c44067f5952c0a294b673a41bacd8c17", "0def7320c3a5731c473e5ecbe6d01bc7"];

/** What a preview has in place of a value that only the deployment will know. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export const isMap = (value: Value | undefined): value is Properties =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isSecret = (value: Value | undefined): value is Properties =>
  isMap(value) && value[signatureKey] === secretSignature;

export const secret = (value: Value): Value => (isSecret(value) ? value : { [signatureKey]: secretSignature, value });

/** Rebuilds a value from the inside out; `change` sees every value after its parts. */
function rebuild<T extends Value>(value: T, change: (value: Value) => Value): T {
  if (Array.isArray(value)) {
    return change(value.map((item) => rebuild(item, change))) as T;
  }
  if (isMap(value)) {
    return change(Object.fromEntries(Object.entries(value).map(([key, item]) => [key, rebuild(item, change)]))) as T;
  }
  return change(value) as T;
}

function some(value: Value | undefined, test: (value: Value | undefined) => boolean): boolean {
  return (
    test(value) ||
    (typeof value === "object" && value !== null && Object.values(value).some((item) => some(item, test)))
  );
}

export const hasUnknown = (value: Value | undefined): boolean => some(value, (item) => item === unknown);
export const hasSecret = (value: Value | undefined): boolean => some(value, isSecret);
export const hasAsset = (value: Value | undefined): boolean =>
  some(value, (item) => isMap(item) && assetSignatures.includes(String(item[signatureKey])));

/** The value without any marks of secrets; never for display or disk. */
export const reveal = <T extends Value>(value: T): T =>
  rebuild(value, (item) => (isSecret(item) ? (item["value"] ?? null) : item));

/** The value with `[secret]` in place of what must not be shown. */
export const hideSecrets = <T extends Value>(value: T): T =>
  rebuild(value, (item) => (isSecret(item) ? "[secret]" : item));

/** Encrypts every secret, for the state file: the JSON text of its value. */
export const seal = (properties: Properties, encrypt: (plaintext: string) => string): Properties =>
  rebuild(properties, (item) =>
    isSecret(item)
      ? { [signatureKey]: secretSignature, ciphertext: encrypt(JSON.stringify(reveal(item["value"] ?? null))) }
      : item,
  );

/** What `seal` gives, but in clear, as an export has it that is asked to show secrets. */
export const unsealedText = (properties: Properties): Properties =>
  rebuild(properties, (item) =>
    isSecret(item)
      ? { [signatureKey]: secretSignature, plaintext: JSON.stringify(reveal(item["value"] ?? null)) }
      : item,
  );

export const unseal = (properties: Properties, decrypt: (ciphertext: string) => string): Properties =>
  rebuild(properties, (item) =>
    isSecret(item) && "ciphertext" in item ? secret(JSON.parse(decrypt(String(item["ciphertext"]))) as Value) : item,
  );

/** Marks outputs as secret by name, and those whose input of the same name was secret. */
export const markSecrets = (outputs: Properties, names: readonly string[] = [], inputs: Properties = {}): Properties =>
  Object.fromEntries(
    Object.entries(outputs).map(([key, value]) => {
      const isMarked = !hasSecret(value) && (names.includes(key) || hasSecret(inputs[key]));
      return [key, isMarked ? secret(value) : value];
    }),
  );

/** Top-level names whose values differ, secrets compared by what they hide. */
export function changedKeys(olds: Properties, news: Properties): string[] {
  const [before, after] = [reveal(olds), reveal(news)];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.filter((key) => !isDeepStrictEqual(before[key], after[key]));
}
