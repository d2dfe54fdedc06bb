import { randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { logicalName } from "@selfhosted/common";
import type { Environment } from "../environment";
import { settingOf } from "../init/settings";
import { layers } from "../layers";
import { configurePlain, mustPulumi, PulumiError } from "../pulumi/cli";
import type { StateResource } from "../pulumi/stacks";
import { previewSteps, type Step } from "../pulumi/steps";
import { type Importable, importResources } from "../recovery/carry-out";
import { nameOf } from "../recovery/interrupted";
import { causeOf } from "../report";
import { repository } from "../repository";
import { saying } from "../waiting";
import type { Import, Part, Setting } from "./part";
import { refuseLosses } from "./preview";
import { readState, replaceState } from "./state";

const layer = "infrastructure";

/**
 * Configures what is taken over, takes it into the state of the infrastructure layer, and looks at what a deployment would do: nothing
 * may be replaced or deleted. Where anything fails, configuration and state are as they were.
 *
 * @param name of the installation.
 * @returns what a deployment would do.
 */
export async function carryOut({ name: env, stack }: Environment, name: string, part: Part): Promise<Step[]> {
  // Since it was read first, it may have been deployed: a person was asked.
  const state = await readState(env, part.imports);
  const replace = (resources: StateResource[]): Promise<void> => replaceState(env, state, resources, part.imports);
  const files = layers.map((each) => join(repository, each, `Pulumi.${stack}.yaml`));
  const before = files.map((file) => readFileSync(file, "utf8"));
  try {
    await saying("writing the configuration", configure(env, part.settings));
    // What is left of this command where it was killed; a preview leaves out what is in the state.
    await replace([]);
    const first = await saying("looking at what the layer makes", previewSteps(layer, env));
    const wanted = part.imports.map((each) => resourceOf(each, logicalName(name, stack, each.name), first));
    await replace(seeds(wanted, first));
    await saying("taking it into the state", importResources(layer, env, wanted, { protect: true }));
    const steps = await saying("looking at what a deployment would do", previewSteps(layer, env));
    refuseLosses(steps);
    return steps;
  } catch (error) {
    files.forEach((file, index) => writeFileSync(file, before[index] ?? ""));
    const undone = await replace(state.deployment?.resources ?? []).then(
      () => "Nothing was taken over: configuration and state are as they were.",
      (other: unknown) =>
        `The configuration is as it was; the state was left as it is now: ${causeOf(other)}\n` +
        "Run this again: where nothing else is in the state, it begins anew.",
    );
    throw new PulumiError(`${causeOf(error)}\n${undone}`);
  }
}

/** Secrets go by standard input: other users of the machine see command lines. */
export async function configure(env: string, settings: Setting[]): Promise<void> {
  for (const each of layers) {
    const own = settings.filter((setting) => setting.layer === each);
    const isSecret = ({ key }: Setting): boolean => settingOf(key)?.secret ?? false;
    const plain = own.filter((setting) => !isSecret(setting));
    for (const isPath of [undefined, true] as const) {
      const values = plain.filter((setting) => setting.isPath === isPath);
      await configurePlain(
        each,
        env,
        values.map(({ key, value }) => [key, value]),
        isPath ? ["--path"] : [],
      );
    }
    for (const { key, value } of own.filter(isSecret)) {
      await mustPulumi(each, ["config", "set", "--secret", key, "--stack", env], { input: value });
    }
  }
}

function resourceOf({ type, id }: Import, name: string, steps: Step[]): Importable {
  const resource = steps.find(({ newState }) => newState?.type === type && nameOf(newState.urn) === name)?.newState;
  if (resource === undefined) {
    throw new Error(`infrastructure/ doesn't make ${name} (${type}) as it is configured, so that ${id} can't be it.`);
  }
  return { resource, id };
}

/**
 * Of what a preview makes, the provider and the components of these resources: an import needs them in the state
 * (https://github.com/pulumi/pulumi/blob/master/pkg/resource/deploy/import.go), and in AWS they are nothing.
 */
function seeds(wanted: Importable[], steps: Step[]): StateResource[] {
  const all = steps.flatMap(({ newState }) => newState ?? []);
  const needed = new Set<string | undefined>();
  const need = (urn: string | undefined): void => {
    if (urn !== undefined && !needed.has(urn)) {
      needed.add(urn);
      need(all.find((each) => each.urn === urn)?.parent);
    }
  };
  for (const { resource } of wanted) {
    need(resource.parent);
    need(resource.provider?.replace(/::[^:]*$/, ""));
  }
  return all
    .filter(({ urn }) => needed.has(urn))
    .map((each) => (each.type.startsWith("pulumi:providers:") ? { ...each, id: randomUUID() } : each));
}
