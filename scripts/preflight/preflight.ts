import type { Found } from "@selfhosted/common";
import { type AwsClients, awsClients } from "@selfhosted/common/aws";
import { type Layer, layers, projectOf } from "@selfhosted/common/layer";
import { type Environment, UnfitPulumi } from "../environment";
import { PulumiError } from "../pulumi/cli";
import { readStackState } from "../pulumi/stacks";
import { type CheckResult, report } from "../report";
import type { Stacks } from "../stacks";
import { saying } from "../waiting";
import { checkAccount } from "./check-account";
import { checkLayers, type Existing, type NamedStack } from "./check-layers";
import { planOf } from "./plan";
import { checkRoleInState } from "./search-role";
import { checkState, unreadState } from "./state";
import { checkTools, describeTools, refusedPulumi } from "./tools";

/**
 * Checks this machine, where the stacks are kept, the configuration of all layers and what it names in the account, and what the account
 * has left for it, before anything is changed. Read-only.
 *
 * @returns the exit code: 1 when something would make a deployment fail.
 */
export async function preflight(environment: Environment, stacks: Stacks, json = false): Promise<number> {
  const results = await saying("checking", preflightResults(environment, stacks));
  return report(`Preflight of ${environment.name}`, results, json);
}

/**
 * The preflight of an environment whose stacks can't be read, so that nothing else can be checked.
 *
 * @throws the error where it isn't of Pulumi.
 */
export function preflightUnread(env: string, error: unknown, json: boolean): number {
  const cause =
    error instanceof UnfitPulumi
      ? refusedPulumi(error)
      : error instanceof PulumiError
        ? unreadState(error.message)
        : undefined;
  if (cause === undefined) {
    throw error;
  }
  return report(`Preflight of ${env}`, [...checkTools(describeTools({})), cause], json);
}

/** What it finds. */
export async function preflightResults(environment: Environment, stacks: Stacks): Promise<CheckResult[]> {
  const { name, stack, isSandbox } = environment;
  const { infrastructure, application, dns } = stacks;
  const found = configurationsOf(stacks);
  const ofState = checkState(environment, stacks);
  if (found === undefined) {
    return [...checkTools(describeTools(environment)), ...ofState];
  }
  const isShellWanted = found.application["selfhosted-application:execEnabled"]?.text === "true" && !isSandbox;
  const clients = clientsByRegion();
  const resources = [infrastructure, application, dns].flatMap((each) => each.resources);
  const plan = planOf(found, { stack, deployed: infrastructure.outputs, resources });
  const checking = namedStacks(found, name).then((named) =>
    checkLayers(found, {
      stack,
      deployed: { infrastructure: infrastructure.outputs, application: application.outputs },
      named,
      aws: clients,
      makesSearchRole: true,
    }),
  );
  const [ofLayers, ofAccount] = await Promise.all([checking, checkAccount(plan, clients)]);
  return [
    ...checkTools(describeTools(environment, isShellWanted)),
    ...ofState,
    ...ofLayers,
    ...checkRoleInState(infrastructure.resources, name),
    ...ofAccount,
  ];
}

/** Clients for each region, made once: layers and account are checked side by side. */
function clientsByRegion(): (region: string) => AwsClients {
  const made = new Map<string, AwsClients>();
  return (region) => {
    const clients = made.get(region) ?? awsClients({ region });
    made.set(region, clients);
    return clients;
  };
}

/** Undefined where a layer has no stack, or nothing of it can be read. */
function configurationsOf(stacks: Stacks): Record<Layer, Found> | undefined {
  return layers.every((layer) => stacks[layer].configuration !== undefined)
    ? (Object.fromEntries(layers.map((layer) => [layer, stacks[layer].configuration])) as Record<Layer, Found>)
    : undefined;
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
