import type { Found } from "@selfhosted/common";
import { awsClients } from "@selfhosted/common/aws";
import { type Layer, layers, projectOf } from "@selfhosted/common/layer";
import type { Environment } from "../environment";
import { readStackState } from "../pulumi/stacks";
import { report } from "../report";
import type { Stacks } from "../stacks";
import { saying } from "../waiting";
import { checkLayers, type Existing, type NamedStack } from "./check-layers";
import { checkRoleInState } from "./search-role";

/**
 * Checks the configuration of all layers and what it names in the account, before anything is changed. Read-only.
 *
 * @returns the exit code: 1 when something would make a deployment fail.
 */
export async function preflight({ name, stack }: Environment, stacks: Stacks, json = false): Promise<number> {
  const { infrastructure, application } = stacks;
  const found = configurationsOf(stacks, name);
  const checking = checkLayers(found, {
    stack,
    deployed: { infrastructure: infrastructure.outputs, application: application.outputs },
    named: await namedStacks(found, name),
    aws: (region) => awsClients({ region }),
    makesSearchRole: true,
  });
  const results = await saying("checking", checking);
  return report(`Preflight of ${name}`, [...results, ...checkRoleInState(infrastructure.resources, name)], json);
}

/** @throws Error where a layer has no stack to configure. */
function configurationsOf(stacks: Stacks, env: string): Record<Layer, Found> {
  const missing = layers.filter((layer) => stacks[layer].configuration === undefined);
  if (missing.length > 0) {
    throw new Error(
      `There is no stack ${env} in ${missing.map((layer) => `${layer}/`).join(", ")}. Log in to where the stacks are kept; or, to make and ` +
        `configure them: make init ENV=${env}`,
    );
  }
  return Object.fromEntries(layers.map((layer) => [layer, stacks[layer].configuration])) as Record<Layer, Found>;
}

/** The stacks that settings name in place of the environment's own. */
async function namedStacks(found: Record<Layer, Found>, env: string): Promise<Existing["named"]> {
  const [infrastructure, application] = await Promise.all([
    namedStack("infrastructure", found.application["selfhosted-application:infrastructureStack"]?.text, env),
    namedStack("application", found.dns["selfhosted-dns:applicationStack"]?.text, env),
  ]);
  return { infrastructure, application };
}

async function namedStack(layer: Layer, name: string | undefined, env: string): Promise<NamedStack | undefined> {
  const [organization, project, stack] = name?.split("/") ?? [];
  // A stack of another project is refused by the setting itself.
  if (name === undefined || stack === undefined || project !== projectOf(layer)) {
    return undefined;
  }
  const own = env.split("/");
  const isOwn = stack === own.at(-1) && (own.length < 2 || organization === own[0]);
  // Before its first deployment, the environment's own stack has no outputs to find either.
  if (isOwn) {
    return undefined;
  }
  try {
    return { name, outputs: (await readStackState(layer, name)).outputs };
  } catch (error) {
    return { name, unread: error instanceof Error ? error.message : String(error) };
  }
}
