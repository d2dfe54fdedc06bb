import type { Found } from "@selfhosted/common";
import { type Layer, layers, projectOf } from "@selfhosted/common/layer";
import { pulumi, PulumiError } from "./cli";

/** What Pulumi keeps of a layer's stack. */
export interface StackState {
  /** Secrets masked. None where the stack was never deployed; undefined where it doesn't exist. */
  outputs?: Outputs;
  resources: StateResource[];
  /** What a command was doing when it was killed. */
  operations: PendingOperation[];
}

type Outputs = Record<string, unknown>;

/** A resource in the state of a stack. */
export interface StateResource {
  urn: string;
  type: string;
  id?: string;
  parent?: string;
  dependencies?: string[];
  /** URN and id of its provider. */
  provider?: string;
  inputs?: Record<string, unknown>;
  outputs?: Outputs;
  /** It was replaced, and waits for its end. */
  delete?: boolean;
  /** It was deleted to be replaced. */
  pendingReplacement?: boolean;
  /** It stays in AWS when it leaves the stack. */
  retainOnDelete?: boolean;
}

/** What a command was doing to a resource when it was killed. */
export interface PendingOperation {
  type: "creating" | "updating" | "deleting" | "reading" | "importing";
  resource: StateResource;
}

/** `pulumi stack export` gives all of it at once. */
export async function readStackState(layer: Layer, env: string): Promise<StackState> {
  const text = await ofStack("state", layer, env, ["stack", "export"]);
  if (text === undefined) {
    return { resources: [], operations: [] };
  }
  const { resources = [], pending_operations: operations = [] } = (JSON.parse(text) as Export).deployment ?? {};
  const stack = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
  return { outputs: masked(stack?.outputs ?? {}) as Outputs, resources, operations };
}

export type States = Record<Layer, StackState>;

/** The states of all layers. */
export function readStates(env: string): Promise<States> {
  return ofEachLayer((layer) => readStackState(layer, env));
}

/** Reads something of all layers at once. */
export async function ofEachLayer<T>(read: (layer: Layer) => Promise<T>): Promise<Record<Layer, T>> {
  const entries = layers.map(async (layer) => [layer, await read(layer)] as const);
  return Object.fromEntries(await Promise.all(entries)) as Record<Layer, T>;
}

interface Export {
  deployment?: { resources?: StateResource[]; pending_operations?: PendingOperation[] } | null;
}

/** A secret in the state of a stack, in clear. */
export interface SecretInState {
  /** Of its resource and property. */
  name: string;
  value: unknown;
}

/** The secrets that the state of a layer holds: never for display or disk. None where the stack doesn't exist. */
export async function readSecretsOfState(layer: Layer, env: string): Promise<SecretInState[]> {
  const text = await ofStack("state", layer, env, ["stack", "export", "--show-secrets"]);
  const { resources = [] } = (JSON.parse(text ?? "{}") as Export).deployment ?? {};
  return resources.flatMap(({ urn, inputs, outputs }) =>
    secretsIn({ ...inputs, ...outputs }, urn.split("::").at(-1) ?? ""),
  );
}

/** Pulumi keeps a secret as the JSON of its value. */
function secretsIn(value: unknown, name: string): SecretInState[] {
  if (typeof value !== "object" || value === null) {
    return [];
  }
  const plaintext = isSecret(value) && "plaintext" in value ? value.plaintext : undefined;
  return typeof plaintext === "string"
    ? [{ name, value: JSON.parse(plaintext) as unknown }]
    : Object.entries(value).flatMap(([key, item]) => secretsIn(item, `${name}.${key}`));
}

/** Values as `pulumi stack output` shows them: https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go */
function masked(value: unknown): unknown {
  if (typeof value !== "object" || value === null) {
    return value;
  }
  if (Array.isArray(value)) {
    return value.map(masked);
  }
  return isSecret(value)
    ? "[secret]"
    : Object.fromEntries(Object.entries(value).map(([key, item]) => [key, masked(item)]));
}

function isSecret(value: object): boolean {
  const isSpecial = Object.hasOwn(value, "4dabf18193072939515e22adb298388d");
  return isSpecial && (Object.hasOwn(value, "ciphertext") || Object.hasOwn(value, "plaintext"));
}

/**
 * The configuration of a layer's stack, secrets included: their content is checked too, and never shown. Undefined where the stack doesn't
 * exist.
 *
 * @param secrets `left out` for one that can be read where nobody can decrypt it.
 */
export async function readConfiguration(
  layer: Layer,
  env: string,
  secrets: "included" | "left out" = "included",
): Promise<Found | undefined> {
  const shown = secrets === "included" ? ["--show-secrets"] : [];
  const text = await ofStack("configuration", layer, env, ["config", "--json", ...shown]);
  const found = JSON.parse(text ?? "{}") as Record<string, { value?: string; secret?: boolean }>;
  const values = Object.entries(found).map(([key, { value = "", secret = false }]) => {
    return [key, { text: value, encrypted: secret }] as const;
  });
  return text === undefined ? undefined : Object.fromEntries(values);
}

/** A command that changed a stack, or failed to. */
export interface Update {
  kind: string;
  result: string;
  startTime: string;
  endTime?: string;
  resourceChanges?: Record<string, number>;
  /** What Pulumi notes of where it was started, such as `git.head`. */
  environment?: Record<string, string>;
}

/**
 * The commands that changed a stack, the latest first; none where the stack doesn't exist. A command that was killed isn't among them.
 *
 * @param limit how many; each is a file in the backend.
 */
export async function readHistory(layer: Layer, env: string, limit?: number): Promise<Update[]> {
  const page = limit === undefined ? [] : ["--page-size", String(limit), "--page", "1"];
  const text = await ofStack("history", layer, env, ["stack", "history", "--json", ...page]);
  return JSON.parse(text ?? "[]") as Update[];
}

/**
 * When the first deployment began that failed since one succeeded, or the stack was destroyed; undefined where none did.
 */
export async function failingSince(layer: Layer, env: string): Promise<Date | undefined> {
  const history = await readHistory(layer, env);
  const updates = history.filter(({ kind }) => kind === "update" || kind === "destroy");
  const succeeded = updates.findIndex(({ result }) => result === "succeeded");
  const failed = updates.slice(0, succeeded === -1 ? undefined : succeeded).filter(({ kind }) => kind === "update");
  const [first] = failed.slice(-1);
  return first && new Date(first.startTime);
}

/** What a command prints of a stack; undefined when the stack doesn't exist. */
async function ofStack(what: string, layer: Layer, env: string, args: string[]): Promise<string | undefined> {
  const { code, stdout, stderr } = await pulumi(layer, [...args, "--stack", env]);
  if (code !== 0 && !isMissing(stderr)) {
    const stack = `${projectOf(layer)}, stack ${env}`;
    throw new PulumiError(`The ${what} of ${stack}, could not be read:\n${stderr.trim()}`);
  }
  return code === 0 ? stdout : undefined;
}

/**
 * Whether a command failed because its stack doesn't exist. No looser: a key or an executable that isn't found says nothing of the
 * stack, and nor does exit code 6, "no stack selected"
 * (https://github.com/pulumi/pulumi/blob/master/pkg/backend/backenderr/backenderr.go).
 */
function isMissing(stderr: string): boolean {
  return /no stack named '[^']+' found/.test(stderr);
}
