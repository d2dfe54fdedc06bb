import type { Found } from "@selfhosted/common";
import type { Layer } from "@selfhosted/common/layer";
import { readSecretsOfState, type SecretInState } from "../pulumi/stacks";
import type { KnownSecret } from "./redact/known";

/** Variables of this process that hold a secret. */
const ofProcess = [
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "PULUMI_ACCESS_TOKEN",
  "PULUMI_CONFIG_PASSPHRASE",
  "GITHUB_TOKEN",
];

export function secretsOfProcess(): KnownSecret[] {
  return ofProcess.flatMap((name) => {
    const value = process.env[name];
    return value ? [{ name, value }] : [];
  });
}

/** The secret settings of a layer, and what is in those that are maps. */
export function secretsOfConfiguration(found: Found): KnownSecret[] {
  return Object.entries(found).flatMap(([key, { text, encrypted }]) =>
    encrypted ? leaves(key.split(":").at(-1) ?? key, text, () => true) : [],
  );
}

/** What Pulumi made up itself, such as the password of the database. */
export async function secretsOfState(layer: Layer, env: string): Promise<KnownSecret[]> {
  return (await readSecretsOfState(layer, env)).flatMap(inState);
}

/** The secrets of AWS hold names of users and hosts as well, which a log must be able to name. */
function inState({ name, value }: SecretInState): KnownSecret[] {
  return leaves(
    name,
    value,
    (key) => !/(^|_|[a-z])(user(_?name)?|host|endpoint|port|engine|dbname|database|region)$/i.test(key),
  );
}

/** A text, and what is in it where it is JSON. */
function leaves(name: string, value: unknown, isSecret: (key: string) => boolean): KnownSecret[] {
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([key, item]) =>
      isSecret(key) ? leaves(`${name}.${key}`, item, isSecret) : [],
    );
  }
  const text = typeof value === "string" ? value : JSON.stringify(value ?? "");
  const inner = /^\s*[{[]/.test(text) ? parsed(text) : undefined;
  return [{ name, value: text }, ...(inner === undefined ? [] : leaves(name, inner, isSecret))];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
