import { type Found, type Layer, projectOf } from "@selfhosted/common";
import { mustPulumi, pulumi, PulumiError } from "./cli";

/** The configuration of a layer's stack, secrets included: their content is checked too, and never shown. */
export async function readFound(layer: Layer, env: string): Promise<Found> {
  const text = await mustPulumi(layer, ["config", "--json", "--show-secrets", "--stack", env]);
  const entries = Object.entries(JSON.parse(text) as Record<string, { value?: string; secret?: boolean }>);
  return Object.fromEntries(
    entries.map(([key, { value = "", secret = false }]) => [key, { text: value, encrypted: secret }]),
  );
}

/**
 * The outputs of a layer's stack, secrets masked; undefined when the stack doesn't exist. A stack that was never deployed has
 * none: `{}`.
 */
export async function readStackOutputs(layer: Layer, env: string): Promise<Record<string, unknown> | undefined> {
  const text = await ofStack("outputs", layer, env, ["stack", "output", "--json"]);
  return text === undefined ? undefined : (JSON.parse(text) as Record<string, unknown>);
}

/** A resource in the state of a stack. */
export interface StateResource {
  urn: string;
  type: string;
  id?: string;
  parent?: string;
  /** URN and id of its provider. */
  provider?: string;
  inputs?: Record<string, unknown>;
  /** It was replaced, and waits for its end. */
  delete?: boolean;
  /** It was deleted to be replaced. */
  pendingReplacement?: boolean;
}

/** The state of a layer's stack, as `pulumi stack export` gives it; empty where the stack doesn't exist. */
export async function readStackState<R = StateResource>(layer: Layer, env: string): Promise<StackState<R>> {
  const text = (await ofStack("state", layer, env, ["stack", "export"])) ?? "{}";
  return (JSON.parse(text) as { deployment?: StackState<R> | null }).deployment ?? {};
}

/** What a command was doing to a resource when it was killed. */
export interface PendingOperation<R = StateResource> {
  type: "creating" | "updating" | "deleting" | "reading" | "importing";
  resource: R;
}

interface StackState<R> {
  resources?: R[];
  pending_operations?: PendingOperation<R>[];
}

/**
 * The resources in the state of a layer's stack; none where the stack doesn't exist.
 *
 * @typeParam R what is read of each.
 */
export async function stackResources<R>(layer: Layer, env: string): Promise<R[]> {
  return (await readStackState<R>(layer, env)).resources ?? [];
}

/** A command that changed a stack, or failed to. */
interface Update {
  kind: string;
  result: string;
  startTime: string;
}

/**
 * When the first deployment began that failed since one succeeded, or the stack was destroyed; undefined where none did. A command that
 * was killed isn't in the history.
 */
export async function failingSince(layer: Layer, env: string): Promise<Date | undefined> {
  const history = JSON.parse(
    (await ofStack("history", layer, env, ["stack", "history", "--json"])) ?? "[]",
  ) as Update[];
  // The latest is the first.
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
