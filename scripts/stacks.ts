import type { Found } from "@selfhosted/common";
import type { Layer } from "@selfhosted/common/layer";
import type { Environment } from "./environment";
import { ofEachLayer, readConfiguration, readStackState, type StackState } from "./pulumi/stacks";
import { backends, tornFiles } from "./recovery/backend";
import { type Copied, copiedState, type DamagedState, damagedState } from "./recovery/damaged";
import { type Locks, readLocks } from "./recovery/locks";
import { saying } from "./waiting";

/** What there is of a layer's stack. A command reads it once, and passes it on: each look starts a `pulumi`. */
export interface Stack extends StackState {
  layer: Layer;
  locks: Locks;
  /** Files that Pulumi was writing when it was killed; with them, nothing else of the stack can be read. */
  torn: string[];
  /** Its state, where that isn't whole; nothing of the stack can be read then. */
  damaged?: DamagedState;
  /** Its state, where that is a copy that was put in the place of a damaged one, and what was made since isn't known. */
  copied?: Copied;
  /** Undefined where it wasn't asked for, or the stack doesn't exist. */
  configuration?: Found | undefined;
}

export type Stacks = Record<Layer, Stack>;

/** Reads the stacks of all layers at once, and says so: the first line of a command. */
export function readStacks(
  environment: Environment,
  { configurationOf = [] }: { configurationOf?: readonly Layer[] } = {},
): Promise<Stacks> {
  const what = `${environment.name}: reading the stacks`;
  console.error(`${what} …`);
  return saying(what, ofEachLayer(stackReader(environment, configurationOf)));
}

/** Reads the stack of a layer; for a command that goes on where one can't be read. */
export function stackReader(
  environment: Environment,
  configurationOf: readonly Layer[],
): (layer: Layer) => Promise<Stack> {
  const backendOf = backends();
  return (layer) => readStack(layer, environment, backendOf(layer), configurationOf.includes(layer));
}

async function readStack(
  layer: Layer,
  { name, stack }: Environment,
  keptIn: Promise<string>,
  isConfigured: boolean,
): Promise<Stack> {
  const reading = Promise.all([readStackState(layer, name), isConfigured ? readConfiguration(layer, name) : undefined]);
  // Why it failed may be what is torn.
  reading.catch(() => undefined);
  const backend = await keptIn;
  const torn = tornFiles(layer, stack, backend);
  const copied = copiedState(layer, stack, backend);
  const known = { layer, locks: await readLocks(layer, stack, backend), torn, ...(copied && { copied }) };
  try {
    const [state, configuration] = await reading;
    return { ...state, ...known, configuration };
  } catch (error) {
    const damaged = damagedState(layer, stack, backend);
    if (torn.length === 0 && damaged === undefined) {
      throw error;
    }
    return { resources: [], operations: [], ...known, ...(damaged && { damaged }) };
  }
}
