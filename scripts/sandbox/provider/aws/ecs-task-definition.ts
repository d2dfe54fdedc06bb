import type { ContainerDefinition, RegisterTaskDefinitionRequest } from "@aws-sdk/client-ecs";
import type { TaskDefinitionArgs } from "@pulumi/aws/ecs";
import { ecs, ecsTags } from "./ecs-common";
import { fromAws, inputsOf, toAws } from "./fields";
import type { Inputs } from "./table";

const settings = {
  cpu: "cpu",
  executionRoleArn: "executionRoleArn",
  family: "family",
  memory: "memory",
  networkMode: "networkMode",
  requiresCompatibilities: "requiresCompatibilities",
  runtimePlatform: "runtimePlatform",
  taskRoleArn: "taskRoleArn",
  volumes: "volumes",
} as const;

/** Every change registers a new revision, by way of a replacement. */
export const taskDefinitionType = ecs<Inputs<TaskDefinitionArgs>>({
  replaceOn: [...inputsOf(settings), "containerDefinitions", "ephemeralStorage"],
  updateOn: ["skipDestroy"],
  defaults: (inputs) => ({
    ...inputs,
    ...(typeof inputs.containerDefinitions === "string" && {
      containerDefinitions: normalised(inputs.containerDefinitions),
    }),
  }),
  async create(aws, inputs) {
    const storage = inputs.ephemeralStorage;
    const { taskDefinition } = await aws.registerTaskDefinition({
      ...toAws(settings, inputs),
      containerDefinitions: JSON.parse(inputs.containerDefinitions) as ContainerDefinition[],
      ephemeralStorage: storage && { sizeInGiB: storage.sizeInGib },
      tags: ecsTags(inputs.tagsAll),
    } as RegisterTaskDefinitionRequest);
    return taskDefinition?.taskDefinitionArn ?? "";
  },
  async get(aws, taskDefinition) {
    const { taskDefinition: found } = await aws.describeTaskDefinition({ taskDefinition }).catch(unlessUnknown);
    if (found?.status !== "ACTIVE") return undefined;
    const { taskDefinitionArn: arn, containerDefinitions, ephemeralStorage: storage } = found;
    return {
      ...fromAws({ ...settings, revision: "revision" }, found),
      arn,
      arnWithoutRevision: arn?.replace(/:\d+$/, ""),
      containerDefinitions: normalised(JSON.stringify(containerDefinitions)),
      ephemeralStorage: storage && { sizeInGib: storage.sizeInGiB },
    };
  },
  async delete(aws, taskDefinition, { skipDestroy }) {
    if (!skipDestroy) await aws.deregisterTaskDefinition({ taskDefinition });
  },
});

/** ECS has no error of its own for a definition that doesn't exist. */
function unlessUnknown(error: unknown): { taskDefinition?: undefined } {
  if (error instanceof Error && error.name === "ClientException") return {};
  throw error;
}

/**
 * Container definitions the way ECS returns them, so that a difference in spelling alone is none: defaults filled in, empty
 * values left out, variables and secrets in the order of their names.
 */
function normalised(json: string): string {
  const list = parsed(json);
  if (!list) return json;
  const byName = (one: { name?: string }, other: { name?: string }) => (one.name ?? "").localeCompare(other.name ?? "");
  const containers = list.map((container) => ({
    ...container,
    cpu: container.cpu ?? 0,
    essential: container.essential ?? true,
    environment: container.environment?.toSorted(byName),
    secrets: container.secrets?.toSorted(byName),
    portMappings: container.portMappings?.map((port) => ({
      ...port,
      hostPort: port.hostPort ?? port.containerPort,
      protocol: port.protocol ?? "tcp",
    })),
  }));
  return JSON.stringify(sorted(containers));
}

/** Undefined for what isn't a list in JSON: ECS says what is wrong. */
function parsed(json: string): ContainerDefinition[] | undefined {
  try {
    const list: unknown = JSON.parse(json);
    return Array.isArray(list) ? (list as ContainerDefinition[]) : undefined;
  } catch {
    return undefined;
  }
}

/** The same value with the keys of its objects in order and without what is empty. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(
    ([, item]) => item !== undefined && item !== null && !(Array.isArray(item) && item.length === 0),
  );
  return Object.fromEntries(
    entries.toSorted(([one], [other]) => one.localeCompare(other)).map(([key, item]) => [key, sorted(item)]),
  );
}
