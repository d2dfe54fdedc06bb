import { awsClients, type Found, type Layer, projectOf } from "@selfhosted/common";
import type { Environment } from "../environment";
import { layers } from "../layers";
import { readFound, readStackOutputs } from "../pulumi/stacks";
import { report } from "../report";
import { checkLayers, type Existing, type NamedStack } from "./check-layers";
import { checkRoleInState } from "./search-role";

/**
 * Checks the configuration of all layers and what it names in the account, before anything is changed. Read-only.
 *
 * @returns the exit code: 1 when something would make a deployment fail.
 */
export async function preflight({ name, stack }: Environment, json = false): Promise<number> {
  const [configurations, infrastructure, application, roleInState] = await Promise.all([
    Promise.all(layers.map(async (layer) => [layer, await readFound(layer, name)] as const)),
    readStackOutputs("infrastructure", name),
    readStackOutputs("application", name),
    checkRoleInState(name),
  ]);
  const found = Object.fromEntries(configurations) as Record<Layer, Found>;
  const results = await checkLayers(found, {
    stack,
    deployed: { infrastructure, application },
    named: await namedStacks(found, name),
    aws: (region) => awsClients({ region }),
    makesSearchRole: true,
  });
  return report(`Preflight of ${name}`, [...results, ...roleInState], json);
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
    return { name, outputs: await readStackOutputs(layer, name) };
  } catch (error) {
    return { name, unread: error instanceof Error ? error.message : String(error) };
  }
}
