import { type Layer, layers } from "@selfhosted/common/layer";
import { enter, enterPulumi, type Environment, stackOf } from "../environment";
import { readConfiguration } from "../pulumi/stacks";
import { sandbox } from "../repository";
import { type Stack, stackReader, type Stacks } from "../stacks";
import type { KnownSecret } from "./redact/known";
import { secretsOfConfiguration, secretsOfProcess, secretsOfState } from "./secrets";

/** Notes that something can't be read. */
export type Note = (error: unknown, what: string) => void;

/** An environment, and whether there is a `pulumi` to ask about it. */
export interface Entered {
  environment: Environment;
  hasPulumi: boolean;
}

/** Like `enter`, for a command that goes on where that fails, as where a layer isn't configured. */
export async function enterIfPossible(name: string, note: Note): Promise<Entered> {
  try {
    return { environment: await enter(name), hasPulumi: true };
  } catch (error) {
    note(error, "the environment");
  }
  if (name === sandbox) {
    // Its variables are missing: a `pulumi` would ask elsewhere.
    return { environment: { name, stack: name, isSandbox: true }, hasPulumi: false };
  }
  const environment = { name, stack: stackOf(name), isSandbox: false };
  try {
    await enterPulumi();
    return { environment, hasPulumi: true };
  } catch (error) {
    note(error, "the stacks");
    return { environment, hasPulumi: false };
  }
}

/** Of each layer what can be read, and the secrets of all: those that can't be decrypted are noted. */
export async function readStacksIfPossible(
  environment: Environment,
  note: Note,
): Promise<{ stacks: Stacks; secrets: KnownSecret[] }> {
  const read = stackReader(environment, []);
  const found = await Promise.all(layers.map((layer) => readLayer(layer, environment, read, note)));
  return {
    stacks: Object.fromEntries(found.map(({ stack }) => [stack.layer, stack])) as Stacks,
    secrets: [...(environment.isSandbox ? [] : secretsOfProcess()), ...found.flatMap(({ secrets }) => secrets)],
  };
}

async function readLayer(
  layer: Layer,
  { name }: Environment,
  read: (layer: Layer) => Promise<Stack>,
  note: Note,
): Promise<{ stack: Stack; secrets: KnownSecret[] }> {
  const ifPossible = async <T>(what: string, reading: Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await reading;
    } catch (error) {
      note(error, `${what} of ${layer}`);
      return otherwise;
    }
  };
  const nothing: Stack = {
    layer,
    resources: [],
    operations: [],
    locks: { unread: "the stack could not be read" },
    torn: [],
  };
  const [stack, decrypted, ofState] = await Promise.all([
    ifPossible("the stack", read(layer), nothing),
    ifPossible(
      "the secrets (masked by their look alone) in the configuration",
      readConfiguration(layer, name),
      undefined,
    ),
    ifPossible("the secrets (masked by their look alone) in the state", secretsOfState(layer, name), []),
  ]);
  // Where they can't be decrypted, the settings that are no secrets can be read all the same.
  const configuration =
    decrypted ?? (await ifPossible("the configuration", readConfiguration(layer, name, "left out"), undefined));
  return {
    stack: { ...stack, configuration },
    secrets: [...secretsOfConfiguration(decrypted ?? {}), ...ofState],
  };
}
