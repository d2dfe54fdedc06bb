import type { TaskDefinition } from "@aws-sdk/client-ecs";
import type { Found } from "@selfhosted/common";
import { awsClients } from "@selfhosted/common/aws";
import { findEvents } from "../aws/events";
import { endOfLog, loggingContainers, logSource } from "../aws/logs";
import type { Environment } from "../environment";
import { layers } from "../layers";
import { preflightResults } from "../preflight/preflight";
import { readHistory } from "../pulumi/stacks";
import { eventSourcesOf } from "../release/event-sources";
import { jsonReport } from "../report";
import type { Stacks } from "../stacks";
import { status } from "../status";
import { checkInstallation } from "../verify";
import { versions } from "./versions";

/** A part of the bundle: a file, by what gives its content. Undefined is that there is none. */
export interface Part {
  path: string;
  read: () => unknown;
}

const dayMs = 86_400_000;

/** What this machine says, and what there is of an installation, as far as its stacks could be read. */
export function partsOf(environment: Environment, stacks: Stacks | undefined): Part[] {
  const ofMachine = { path: "versions.json", read: versions };
  return stacks
    ? [ofMachine, ...partsOfLayers(environment, stacks), ...partsOfAccount(environment, stacks)]
    : [ofMachine];
}

function partsOfLayers({ name }: Environment, stacks: Stacks): Part[] {
  return layers.flatMap((layer): Part[] => {
    const { resources, operations, outputs, locks, torn, damaged, copied, configuration } = stacks[layer];
    return [
      { path: `${layer}/configuration.json`, read: () => configuration && withoutSecrets(configuration) },
      { path: `${layer}/outputs.json`, read: () => outputs },
      {
        path: `${layer}/resources.json`,
        read: () =>
          resources.length === 0
            ? undefined
            : resources.map(({ urn, id, delete: replaced }) => ({ urn, id, replaced })),
      },
      {
        path: `${layer}/interrupted.json`,
        read: () => ({
          ...{ ...locks, torn, damaged, copied },
          operations: operations.map(({ type, resource: { urn } }) => ({ type, urn })),
        }),
      },
      { path: `${layer}/history.json`, read: () => history(layer, name) },
    ];
  });
}

function withoutSecrets(configuration: Found): Record<string, string> {
  const entries = Object.entries(configuration);
  return Object.fromEntries(entries.map(([key, { text, encrypted }]) => [key, encrypted ? "[secret]" : text]));
}

/** Without what was configured at each time. */
async function history(layer: (typeof layers)[number], env: string): Promise<object[] | undefined> {
  const updates = await readHistory(layer, env, 20);
  return updates.length === 0
    ? undefined
    : updates.map(({ kind, result, startTime, endTime, resourceChanges, environment }) => {
        return { kind, result, startTime, endTime, resourceChanges, environment };
      });
}

function partsOfAccount(environment: Environment, stacks: Stacks): Part[] {
  const { name } = environment;
  return [
    { path: "caller.json", read: () => caller(stacks) },
    { path: "status.json", read: () => status(stacks, name) },
    {
      path: "verify.json",
      read: async () => jsonReport(name, await checkInstallation(environment, stacks)),
    },
    {
      path: "preflight.json",
      read: async () => jsonReport(name, await preflightResults(environment, stacks)),
    },
    {
      path: "events.json",
      read: () => {
        const { region: where, ...sources } = eventSourcesOf(stacks, name);
        return findEvents(awsClients({ region: where }), sources, new Date(Date.now() - dayMs));
      },
    },
    { path: "ecs/services.json", read: () => services(stacks, name) },
    { path: "ecs/task-definitions.json", read: () => taskDefinitions(stacks, name) },
    ...loggingContainers.map((container) => ({
      path: `logs/${container}.log`,
      read: async () => {
        const source = logSource(container, stacks.application.resources);
        const lines = source ? await endOfLog(awsClients({ region: source.region }).logs, source.group) : [];
        return lines.length > 0 ? lines.join("\n") : undefined;
      },
    })),
  ];
}

/** Who asks, and where the installation is, or is to be. */
async function caller({ infrastructure: { outputs, configuration } }: Stacks) {
  const { region: deployed } = (outputs?.["installation"] ?? {}) as { region?: string };
  const region = deployed ?? configuration?.["aws:region"]?.text ?? process.env["AWS_REGION"];
  if (region === undefined) {
    throw new Error("no region is configured, by aws:region of infrastructure/ or by AWS_REGION");
  }
  const { Account, Arn } = await awsClients({ region }).sts.getCallerIdentity({});
  return { region, account: Account, arn: Arn };
}

/** With their deployments and events. */
async function services(stacks: Stacks, env: string) {
  const { cluster, services: named, region } = eventSourcesOf(stacks, env);
  if (named.length === 0) {
    return undefined;
  }
  const names = named.map(({ serviceName }) => serviceName);
  const { services, failures } = await awsClients({ region }).ecs.describeServices({ cluster, services: names });
  return { services, failures };
}

/** Those that the state has: what was deployed, which need not run. */
async function taskDefinitions(stacks: Stacks, env: string): Promise<(TaskDefinition | undefined)[] | undefined> {
  const arns = stacks.application.resources.flatMap(({ type, outputs }) =>
    type === "aws:ecs/taskDefinition:TaskDefinition" ? [String(outputs?.["arn"])] : [],
  );
  if (arns.length === 0) {
    return undefined;
  }
  const { ecs } = awsClients({ region: eventSourcesOf(stacks, env).region });
  const described = await Promise.all(arns.map((taskDefinition) => ecs.describeTaskDefinition({ taskDefinition })));
  return described.map(({ taskDefinition }) => taskDefinition);
}
