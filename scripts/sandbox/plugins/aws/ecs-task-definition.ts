import {
  ClientException,
  type ContainerDefinition,
  ECS,
  type RuntimePlatform,
  type Tag,
  type TaskDefinition,
} from "@aws-sdk/client-ecs";
import type { TaskDefinitionArgs } from "@pulumi/aws/ecs";
import type { Unwrap } from "@pulumi/pulumi";
import { allOf, between, type Check, matching, oneOf, required, rule } from "../checks";
import { unfulfilled } from "../diff";
import type { Properties, ResourceType } from "../resource";
import type { Account } from "./account";
import { ecsTagMap, ecsTags, updateEcsTags } from "./ecs-cluster";
import { containers, normalised } from "./ecs-containers";
import { roleExists } from "./references";
import type { Tagged } from "./tags";

type Inputs = Tagged<Unwrap<TaskDefinitionArgs>>;

/** Memory in MiB that Fargate has for each CPU size. From the Amazon ECS developer guide. */
const fargateSizes: Record<string, number[]> = {
  256: [512, 1024, 2048],
  512: steps(1024, 4096, 1024),
  1024: steps(2048, 8192, 1024),
  2048: steps(4096, 16384, 1024),
  4096: steps(8192, 30720, 1024),
  8192: steps(16384, 61440, 4096),
  16384: steps(32768, 122880, 8192),
  32768: [61440, 122880, 249856],
};

/** Fargate task definitions. Every change registers a new revision, by way of a replacement. */
export const taskDefinitionType: ResourceType<Account, Inputs> = {
  replaceOn: [
    "containerDefinitions",
    "cpu",
    "ephemeralStorage",
    "executionRoleArn",
    "family",
    "memory",
    "networkMode",
    "requiresCompatibilities",
    "runtimePlatform",
    "taskRoleArn",
    "volumes",
  ],
  updateOn: ["skipDestroy"],
  defaults: (inputs) => ({
    ...inputs,
    ...(typeof inputs.containerDefinitions === "string" && {
      containerDefinitions: normalised(inputs.containerDefinitions),
    }),
  }),
  check: allOf(
    rule("requiresCompatibilities", (value) =>
      (value as unknown[]).includes("FARGATE") ? undefined : "must be FARGATE",
    ),
    required("family", "containerDefinitions", "cpu", "memory", "requiresCompatibilities", "networkMode"),
    matching("family", /^[A-Za-z0-9_-]{1,255}$/, "1 to 255 letters, digits, hyphens or underscores"),
    oneOf("networkMode", ["awsvpc"]),
    oneOf("cpu", Object.keys(fargateSizes)),
    oneOf("runtimePlatform.cpuArchitecture", ["X86_64", "ARM64"]),
    oneOf("runtimePlatform.operatingSystemFamily", ["LINUX"]),
    between("ephemeralStorage.sizeInGib", 21, 200),
    fargateMemory,
    containers,
  ),
  checkReferences: async ({ executionRoleArn, taskRoleArn }, { account }) => [
    ...(await roleExists("executionRoleArn", executionRoleArn, account)),
    ...(await roleExists("taskRoleArn", taskRoleArn, account)),
  ],
  async find(inputs, { account, isResumed }) {
    if (!isResumed) return undefined;
    const latest = await describeTaskDefinition(inputs.family, account);
    const isAsked = latest?.status === "ACTIVE" && !unfulfilled(inputs, taskDefinitionOutputs(latest)).length;
    return isAsked ? latest.taskDefinitionArn : undefined;
  },
  async create(inputs, { account }) {
    const { containerDefinitions, ephemeralStorage, runtimePlatform, tagsAll, volumes } = inputs;
    const registered = await account.client(ECS).registerTaskDefinition({
      containerDefinitions: JSON.parse(containerDefinitions) as ContainerDefinition[],
      cpu: inputs.cpu,
      ephemeralStorage: ephemeralStorage && { sizeInGiB: ephemeralStorage.sizeInGib },
      executionRoleArn: inputs.executionRoleArn,
      family: inputs.family,
      memory: inputs.memory,
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      runtimePlatform: runtimePlatform as RuntimePlatform | undefined,
      tags: ecsTags(tagsAll),
      taskRoleArn: inputs.taskRoleArn,
      volumes: volumes?.map(({ name }) => ({ name })),
    });
    return { id: registered.taskDefinition?.taskDefinitionArn ?? "" };
  },
  async read(id, _known, { account }) {
    const found = await describeTaskDefinition(id, account);
    return found?.status === "ACTIVE" ? { ...taskDefinitionOutputs(found), tagsAll: ecsTagMap(found.tags) } : undefined;
  },
  update: (id, inputs, olds, { account }) => updateEcsTags(id, olds.tagsAll, inputs.tagsAll, account),
  async delete(id, { skipDestroy }, { account }) {
    if (skipDestroy || (await describeTaskDefinition(id, account))?.status !== "ACTIVE") return;
    await account.client(ECS).deregisterTaskDefinition({ taskDefinition: id });
  },
};

/** The task definition of that ARN or `family:revision`, be it active or not. */
export async function describeTaskDefinition(
  taskDefinition: string,
  account: Account,
): Promise<(TaskDefinition & { tags?: Tag[] }) | undefined> {
  try {
    const found = await account.client(ECS).describeTaskDefinition({ taskDefinition, include: ["TAGS"] });
    return found.taskDefinition && { ...found.taskDefinition, tags: found.tags };
  } catch (error) {
    // ECS has no error of its own for this.
    if (error instanceof ClientException) return undefined;
    throw error;
  }
}

function taskDefinitionOutputs(found: TaskDefinition): Properties {
  const { taskDefinitionArn: arn = "", containerDefinitions, ephemeralStorage, volumes = [] } = found;
  const { cpu, executionRoleArn, family, memory, networkMode, requiresCompatibilities, revision, runtimePlatform } =
    found;
  return {
    arn,
    arnWithoutRevision: arn.replace(/:\d+$/, ""),
    containerDefinitions: normalised(JSON.stringify(containerDefinitions)),
    cpu,
    ephemeralStorage: ephemeralStorage && { sizeInGib: ephemeralStorage.sizeInGiB },
    executionRoleArn,
    family,
    memory,
    networkMode,
    requiresCompatibilities,
    revision,
    runtimePlatform,
    taskRoleArn: found.taskRoleArn,
    volumes: volumes.map(({ name }) => ({ name })),
  };
}

function steps(least: number, most: number, step: number): number[] {
  return Array.from({ length: (most - least) / step + 1 }, (_, index) => least + index * step);
}

function fargateMemory({ cpu, memory }: Properties): ReturnType<Check> {
  const sizes = fargateSizes[String(cpu)];
  if (!sizes || typeof memory !== "string" || sizes.includes(Number(memory))) return [];
  const allowed = `one of ${sizes.join(", ")} for cpu ${String(cpu)}`;
  return [{ property: "memory", reason: `must be ${allowed} on Fargate, found ${memory}` }];
}
