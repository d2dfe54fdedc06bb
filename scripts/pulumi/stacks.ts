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

/**
 * The resources in the state of a layer's stack, as `pulumi stack export` lists them; none where the stack doesn't exist.
 *
 * @typeParam R what is read of each.
 */
export async function stackResources<R>(layer: Layer, env: string): Promise<R[]> {
  const text = (await ofStack("state", layer, env, ["stack", "export"])) ?? "{}";
  return (JSON.parse(text) as { deployment?: { resources?: R[] } | null }).deployment?.resources ?? [];
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
