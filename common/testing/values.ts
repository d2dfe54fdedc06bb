/** Property values, secrets unwrapped. */
export type Values = Record<string, unknown>;

/** How the protocol marks a secret (developer-docs of pulumi/pulumi, "secret signature"). */
const signature = "4dabf18193072939515e22adb298388d";
const secretMark = "1b47061264138c4ac30d75fd1eb44270";

function isSecret(value: unknown): value is { value: unknown } {
  return typeof value === "object" && value !== null && (value as Values)[signature] === secretMark;
}

/** The value without its marks of secrecy. */
export function plain(value: unknown): unknown {
  if (isSecret(value)) {
    return plain(value.value);
  }
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  return typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]))
    : value;
}

/** Dotted paths of the parts that are secret. */
export function secretPaths(value: unknown, path: string): string[] {
  if (isSecret(value)) {
    return [path];
  }
  return typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, item]) => secretPaths(item, path ? `${path}.${key}` : key))
    : [];
}
