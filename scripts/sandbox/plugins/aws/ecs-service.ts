import { setTimeout as sleep } from "node:timers/promises";
import {
  type Deployment,
  ECS,
  type PropagateTags,
  type Service,
  type UpdateServiceCommandInput,
} from "@aws-sdk/client-ecs";
import { allOf, between, type Check, each, matching, oneOf, required } from "../checks";
import { unfulfilled } from "../diff";
import { isUnknown, type Properties, type ResourceType } from "../resource";
import type { Account } from "./account";
import { ecsTagMap, ecsTags, updateEcsTags } from "./ecs-cluster";
import { ecsServiceReferences, type ServiceInputs } from "./ecs-references";
import { unlessMissing } from "./errors";

/** The emulated account rolls out at once: what isn't steady by then never gets so. */
const steadyStateSeconds = 30;

/** ECS services on Fargate. */
export const serviceType: ResourceType<Account, ServiceInputs> = {
  autoname: "name",
  replaceOn: ["cluster", "launchType", "name", "schedulingStrategy"],
  keeps: ["triggers"],
  updateOn: [
    "availabilityZoneRebalancing",
    "capacityProviderStrategies",
    "deploymentCircuitBreaker",
    "deploymentMaximumPercent",
    "deploymentMinimumHealthyPercent",
    "desiredCount",
    "enableEcsManagedTags",
    "enableExecuteCommand",
    "forceDelete",
    "forceNewDeployment",
    "healthCheckGracePeriodSeconds",
    "loadBalancers",
    "networkConfiguration",
    "platformVersion",
    "propagateTags",
    "taskDefinition",
    "triggers",
    "waitForSteadyState",
  ],
  defaults: (inputs) => ({
    deploymentMaximumPercent: 200,
    deploymentMinimumHealthyPercent: 100,
    schedulingStrategy: "REPLICA",
    waitForSteadyState: false,
    ...inputs,
  }),
  check: allOf(
    required("cluster", "taskDefinition", "networkConfiguration"),
    matching("name", /^[A-Za-z0-9_-]{1,255}$/, "1 to 255 letters, digits, hyphens or underscores"),
    oneOf("launchType", ["FARGATE"]),
    oneOf("schedulingStrategy", ["REPLICA"]),
    oneOf("propagateTags", ["SERVICE", "TASK_DEFINITION", "NONE"]),
    oneOf("availabilityZoneRebalancing", ["ENABLED", "DISABLED"]),
    between("desiredCount", 0, 5000),
    between("deploymentMinimumHealthyPercent", 0, 100),
    between("deploymentMaximumPercent", 100, 200),
    between("healthCheckGracePeriodSeconds", 0, 2_147_483_647),
    matching("platformVersion", /^(LATEST|1\.\d+\.\d+)$/, "LATEST or a version such as 1.4.0"),
    each(
      "loadBalancers",
      allOf(required("containerName", "containerPort", "targetGroupArn"), between("containerPort", 1, 65535)),
    ),
    combinations,
  ),
  checkReferences: (inputs, { account }) => ecsServiceReferences(inputs, account),
  find: async ({ cluster = "", name = "" }, { account }) => (await describeService(name, cluster, account))?.serviceArn,
  async create(inputs, { account }) {
    const { service } = await account.client(ECS).createService({
      ...options(inputs),
      serviceName: inputs.name,
      launchType: inputs.launchType as "FARGATE" | undefined,
      schedulingStrategy: "REPLICA",
      desiredCount: inputs.desiredCount ?? 0,
      tags: ecsTags(inputs.tagsAll),
    });
    return { id: service?.serviceArn ?? "" };
  },
  async settle(id, inputs, { account, timeoutSeconds = steadyStateSeconds }, olds) {
    const begun = !olds || needsUpdate(olds, inputs);
    if (begun && inputs.waitForSteadyState)
      await steady(id, inputs, account, Math.min(timeoutSeconds, steadyStateSeconds));
  },
  async read(id, known, { account }) {
    const service = await describeService(id, known.cluster ?? "", account);
    return service && serviceOutputs(service, known);
  },
  async update(id, inputs, olds, { account }) {
    await updateEcsTags(id, olds.tagsAll, inputs.tagsAll, account);
    if (!needsUpdate(olds, inputs)) return;
    await account.client(ECS).updateService({
      ...options(inputs),
      service: id,
      forceNewDeployment: inputs.forceNewDeployment,
      // Left alone unless the program changed it: an autoscaler may own it.
      desiredCount: inputs.desiredCount === olds.desiredCount ? undefined : inputs.desiredCount,
    });
  },
  async delete(id, olds, { account }) {
    const cluster = olds.cluster ?? "";
    if (!(await describeService(id, cluster, account))) return;
    const client = account.client(ECS);
    if (!olds.forceDelete) await client.updateService({ cluster, service: id, desiredCount: 0 });
    await unlessMissing(client.deleteService({ cluster, service: id, force: olds.forceDelete }));
  },
};

/**
 * Whether the provider calls UpdateService: not for tags alone, and not for the update without a change that Pulumi makes after a
 * creation that failed.
 * https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/ecs/service.go, resourceServiceUpdate
 */
function needsUpdate(olds: Properties, inputs: ServiceInputs): boolean {
  const { tags: _tags, tagsAll: _tagsAll, forceDelete: _forceDelete, ...asked } = inputs;
  const absent = Object.fromEntries(Object.keys(asked).map((input) => [input, undefined]));
  return unfulfilled(asked, { ...absent, ...olds }).length > 0;
}

/** The service of that name or ARN, unless it has been deleted; ECS remembers those for a while. */
export async function describeService(
  nameOrArn: string,
  cluster: string,
  account: Account,
): Promise<Service | undefined> {
  const answer = await unlessMissing(
    account.client(ECS).describeServices({ cluster, services: [nameOrArn], include: ["TAGS"] }),
  );
  return answer?.services?.find(({ status }) => status !== "INACTIVE");
}

/** `desiredCount` is left out, because an autoscaler may have changed what the program asked. */
function serviceOutputs(service: Service, known: ServiceInputs): Properties {
  const { deploymentConfiguration: deployment, networkConfiguration: network } = service;
  const { assignPublicIp, ...awsvpc } = network?.awsvpcConfiguration ?? {};
  const breaker = deployment?.deploymentCircuitBreaker;
  const named = (asked: string | undefined, arn = "") => (asked && arn.endsWith(`/${asked}`) ? asked : arn);
  return {
    arn: service.serviceArn,
    name: service.serviceName,
    cluster: named(known.cluster, service.clusterArn),
    taskDefinition: named(known.taskDefinition, service.taskDefinition),
    availabilityZoneRebalancing: service.availabilityZoneRebalancing,
    capacityProviderStrategies: service.capacityProviderStrategy ?? [],
    deploymentCircuitBreaker: breaker,
    deploymentMaximumPercent: deployment?.maximumPercent,
    deploymentMinimumHealthyPercent: deployment?.minimumHealthyPercent,
    enableEcsManagedTags: service.enableECSManagedTags,
    enableExecuteCommand: service.enableExecuteCommand,
    healthCheckGracePeriodSeconds: service.healthCheckGracePeriodSeconds,
    ...(!service.capacityProviderStrategy?.length && { launchType: service.launchType }),
    loadBalancers: service.loadBalancers ?? [],
    networkConfiguration: { ...awsvpc, assignPublicIp: assignPublicIp === "ENABLED" },
    platformVersion: service.platformVersion,
    propagateTags: service.propagateTags,
    schedulingStrategy: service.schedulingStrategy,
    tagsAll: ecsTagMap(service.tags),
  };
}

function options(inputs: ServiceInputs): Omit<UpdateServiceCommandInput, "service"> {
  const { assignPublicIp, securityGroups = [], subnets = [] } = inputs.networkConfiguration ?? {};
  return {
    cluster: inputs.cluster,
    taskDefinition: inputs.taskDefinition,
    availabilityZoneRebalancing: inputs.availabilityZoneRebalancing as "ENABLED" | "DISABLED" | undefined,
    capacityProviderStrategy: inputs.capacityProviderStrategies,
    deploymentConfiguration: {
      deploymentCircuitBreaker: inputs.deploymentCircuitBreaker,
      maximumPercent: inputs.deploymentMaximumPercent,
      minimumHealthyPercent: inputs.deploymentMinimumHealthyPercent,
    },
    enableECSManagedTags: inputs.enableEcsManagedTags,
    enableExecuteCommand: inputs.enableExecuteCommand,
    healthCheckGracePeriodSeconds: inputs.healthCheckGracePeriodSeconds,
    loadBalancers: inputs.loadBalancers,
    networkConfiguration: {
      awsvpcConfiguration: { subnets, securityGroups, assignPublicIp: assignPublicIp ? "ENABLED" : "DISABLED" },
    },
    platformVersion: inputs.platformVersion,
    propagateTags: inputs.propagateTags as PropagateTags | undefined,
  };
}

/**
 * Waits until the deployment has ended. Where ECS gives it up or goes back to the task definition from before, it fails with the
 * reason of ECS and no more, as the real provider does
 * (https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/ecs/service.go, `findDeploymentStatus`).
 */
async function steady(id: string, inputs: ServiceInputs, account: Account, seconds: number): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  const wanted = inputs.taskDefinition ?? "";
  const isWanted = ({ taskDefinition }: Deployment): boolean => taskDefinition?.endsWith(wanted) ?? false;
  for (;;) {
    const service = await describeService(id, inputs.cluster ?? "", account);
    if (!service) throw new Error(`The service ${id} was deleted while it was rolled out.`);
    const primary = service.deployments?.find(({ status }) => status === "PRIMARY");
    const arrived = primary?.rolloutState === "COMPLETED" && service.runningCount === service.desiredCount;
    if (arrived && isWanted(primary)) return;
    if (arrived || primary?.rolloutState === "FAILED") {
      const reason = service.deployments?.find(isWanted)?.rolloutStateReason ?? "Deployment failed";
      throw new Error(`waiting for ECS Service (${id}): ${reason}`);
    }
    if (Date.now() > deadline) {
      throw new Error(`The service ${id} didn't get steady within ${seconds} seconds: are all its targets healthy?`);
    }
    await sleep(200);
  }
}

function combinations(inputs: Properties): ReturnType<Check> {
  const { capacityProviderStrategies, deploymentMaximumPercent, deploymentMinimumHealthyPercent, launchType } = inputs;
  const strategies = Array.isArray(capacityProviderStrategies) ? capacityProviderStrategies.length : 0;
  if (isUnknown(capacityProviderStrategies) || isUnknown(launchType)) return [];
  const wrong: [boolean, string, string][] = [
    [strategies > 0 && launchType !== undefined, "launchType", "and capacityProviderStrategies exclude each other"],
    [strategies === 0 && launchType === undefined, "launchType", "or capacityProviderStrategies is required"],
    [
      deploymentMaximumPercent === 100 && deploymentMinimumHealthyPercent === 100,
      "deploymentMaximumPercent",
      "of 100 with a minimum of 100 leaves no room for a new task",
    ],
    [
      inputs.availabilityZoneRebalancing === "ENABLED" && deploymentMaximumPercent === 100,
      "availabilityZoneRebalancing",
      "needs a deploymentMaximumPercent above 100",
    ],
  ];
  return wrong.filter(([is]) => is).map(([, property, reason]) => ({ property, reason }));
}
