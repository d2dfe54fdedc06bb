import { setTimeout as sleep } from "node:timers/promises";
import type { CreateServiceRequest, Deployment, ECS, Service, UpdateServiceRequest } from "@aws-sdk/client-ecs";
import type { ServiceArgs } from "@pulumi/aws/ecs";
import { unfulfilled } from "../diff";
import type { Properties } from "../resource";
import { ecs, ecsTags } from "./ecs-common";
import { fromAws, inputsOf, toAws } from "./fields";
import type { Inputs } from "./table";

type ServiceInputs = Inputs<ServiceArgs, "cluster" | "name" | "taskDefinition">;

/** The emulated account rolls out at once: what isn't steady by then never gets so. */
const steadyStateSeconds = 30;

const settings = {
  availabilityZoneRebalancing: "availabilityZoneRebalancing",
  capacityProviderStrategies: "capacityProviderStrategy",
  enableEcsManagedTags: "enableECSManagedTags",
  enableExecuteCommand: "enableExecuteCommand",
  healthCheckGracePeriodSeconds: "healthCheckGracePeriodSeconds",
  loadBalancers: "loadBalancers",
  platformVersion: "platformVersion",
  propagateTags: "propagateTags",
  taskDefinition: "taskDefinition",
} as const;

/** Set when the service is made, and never again. */
const fixed = { launchType: "launchType", schedulingStrategy: "schedulingStrategy" } as const;

export const serviceType = ecs<ServiceInputs>({
  autoname: "name",
  replaceOn: ["cluster", "launchType", "name", "schedulingStrategy"],
  updateOn: [
    ...inputsOf(settings),
    "deploymentCircuitBreaker",
    "deploymentMaximumPercent",
    "deploymentMinimumHealthyPercent",
    "desiredCount",
    "forceDelete",
    "forceNewDeployment",
    "networkConfiguration",
    "triggers",
    "waitForSteadyState",
  ],
  // https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/ecs/service.go, capacityProviderStrategyCustomizeDiff
  replaceFor(olds, news) {
    const [before, after] = [olds, news].map((inputs) => isEmpty(inputs.capacityProviderStrategies));
    return news.forceNewDeployment !== true || before !== after ? ["capacityProviderStrategies"] : [];
  },
  keeps: ["triggers"],
  defaults: (inputs) => ({
    deploymentMaximumPercent: 200,
    deploymentMinimumHealthyPercent: 100,
    schedulingStrategy: "REPLICA",
    waitForSteadyState: false,
    ...inputs,
  }),
  // An autoscaler may have changed it.
  leftToAws: () => ["desiredCount"],
  async create(aws, inputs) {
    const { service } = await aws.createService({
      ...options(inputs),
      ...toAws(fixed, inputs),
      serviceName: inputs.name,
      desiredCount: inputs.desiredCount ?? 0,
      tags: ecsTags(inputs.tagsAll),
    } as CreateServiceRequest);
    return service?.serviceArn ?? "";
  },
  async settle(aws, id, inputs, { timeoutSeconds = steadyStateSeconds }, olds) {
    if (!inputs.waitForSteadyState || (olds && !isDeployed(olds, inputs))) return;
    await steady(aws, id, inputs.taskDefinition, Math.min(timeoutSeconds, steadyStateSeconds));
  },
  async get(aws, id) {
    const found = await activeService(aws, id);
    if (!found) return undefined;
    const { assignPublicIp, ...network } = found.networkConfiguration?.awsvpcConfiguration ?? {};
    const { deploymentCircuitBreaker, maximumPercent, minimumHealthyPercent } = found.deploymentConfiguration ?? {};
    return {
      ...fromAws({ ...settings, ...fixed, arn: "serviceArn", cluster: "clusterArn", name: "serviceName" }, found),
      deploymentCircuitBreaker,
      deploymentMaximumPercent: maximumPercent,
      deploymentMinimumHealthyPercent: minimumHealthyPercent,
      desiredCount: found.desiredCount,
      networkConfiguration: { ...network, assignPublicIp: assignPublicIp === "ENABLED" },
    };
  },
  async update(aws, id, inputs, olds) {
    if (!isDeployed(olds, inputs)) return;
    await aws.updateService({
      ...options(inputs),
      service: names(id).service,
      forceNewDeployment: inputs.forceNewDeployment,
      desiredCount: inputs.desiredCount === olds.desiredCount ? undefined : inputs.desiredCount,
    });
  },
  async delete(aws, id, { forceDelete: force }) {
    if (!(await activeService(aws, id))) return;
    if (!force) await aws.updateService({ ...names(id), desiredCount: 0 });
    await aws.deleteService({ ...names(id), force });
  },
});

/**
 * Whether the provider calls UpdateService: not for tags alone, and not for the update without a change that Pulumi makes after a
 * creation that failed.
 * https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/ecs/service.go, resourceServiceUpdate
 */
function isDeployed(olds: Properties, inputs: ServiceInputs): boolean {
  const { tags: _tags, tagsAll: _tagsAll, forceDelete: _forceDelete, ...asked } = inputs;
  const absent = Object.fromEntries(Object.keys(asked).map((input) => [input, undefined]));
  return unfulfilled(asked, { ...absent, ...olds }).length > 0;
}

function isEmpty(list: unknown): boolean {
  return list === undefined || (Array.isArray(list) && list.length === 0);
}

/** @param id the service's ARN, or `cluster/service` where it is imported. */
function names(id: string): { cluster: string; service: string } {
  const [cluster = "", service = ""] = id.split("/").slice(-2);
  return { cluster, service };
}

/** ECS remembers services that were deleted for a while. */
async function activeService(aws: ECS, id: string): Promise<Service | undefined> {
  const { cluster, service } = names(id);
  const { services } = await aws.describeServices({ cluster, services: [service] });
  return services?.find(({ status }) => status !== "INACTIVE");
}

function options(inputs: ServiceInputs): Omit<UpdateServiceRequest, "service"> {
  const { assignPublicIp, ...network } = inputs.networkConfiguration ?? { subnets: [] };
  return {
    ...toAws(settings, inputs),
    cluster: inputs.cluster,
    deploymentConfiguration: {
      deploymentCircuitBreaker: inputs.deploymentCircuitBreaker,
      maximumPercent: inputs.deploymentMaximumPercent,
      minimumHealthyPercent: inputs.deploymentMinimumHealthyPercent,
    },
    networkConfiguration: {
      awsvpcConfiguration: { ...network, assignPublicIp: assignPublicIp ? "ENABLED" : "DISABLED" },
    },
  } as Omit<UpdateServiceRequest, "service">;
}

/**
 * Waits until the deployment has ended. Where ECS gives it up or goes back to the task definition from before, it fails with the
 * reason of ECS and no more, as the real provider does
 * (https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/ecs/service.go, `findDeploymentStatus`).
 */
async function steady(aws: ECS, id: string, wanted: string, seconds: number): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  const isWanted = ({ taskDefinition }: Deployment): boolean => taskDefinition?.endsWith(wanted) ?? false;
  for (;;) {
    const service = await activeService(aws, id);
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
