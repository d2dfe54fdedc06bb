import {
  type Cluster,
  type ClusterConfiguration,
  type ClusterSetting,
  ECS,
  type Service,
  type Tag,
} from "@aws-sdk/client-ecs";
import type { ClusterArgs, ClusterCapacityProvidersArgs } from "@pulumi/aws/ecs";
import type { Unwrap } from "@pulumi/pulumi";
import { allOf, between, each, matching, oneOf, required } from "../checks";
import type { Properties, ResourceType } from "../resource";
import type { Account } from "./account";
import { keyExists } from "./references";
import { tagChanges, type Tagged, type Tags } from "./tags";

type ClusterInputs = Tagged<Unwrap<ClusterArgs>>;
type CapacityProvidersInputs = Unwrap<ClusterCapacityProvidersArgs>;

export const clusterType: ResourceType<Account, ClusterInputs> = {
  autoname: "name",
  replaceOn: ["name"],
  updateOn: ["settings", "configuration"],
  check: allOf(
    matching("name", /^[A-Za-z0-9_-]{1,255}$/, "1 to 255 letters, digits, hyphens or underscores"),
    each("settings", allOf(oneOf("name", ["containerInsights"]), oneOf("value", ["enabled", "disabled", "enhanced"]))),
    oneOf("configuration.executeCommandConfiguration.logging", ["NONE", "DEFAULT", "OVERRIDE"]),
  ),
  checkReferences({ configuration }, { account }) {
    const property = "configuration.executeCommandConfiguration.kmsKeyId";
    return keyExists(property, configuration?.executeCommandConfiguration?.kmsKeyId, account);
  },
  find: async ({ name = "" }, { account }) => (await describeCluster(name, account))?.clusterArn,
  async create(inputs, { account }) {
    const request = { clusterName: inputs.name, tags: ecsTags(inputs.tagsAll), ...options(inputs) };
    const { cluster } = await account.client(ECS).createCluster(request);
    return { id: cluster?.clusterArn ?? "" };
  },
  async read(id, _known, { account }) {
    const cluster = await describeCluster(id, account);
    return cluster && clusterOutputs(cluster);
  },
  async update(id, inputs, olds, { account }) {
    await account.client(ECS).updateCluster({ cluster: id, ...options(inputs) });
    await updateEcsTags(id, olds.tagsAll, inputs.tagsAll, account);
  },
  async delete(id, _olds, { account }) {
    if (!(await describeCluster(id, account))) return;
    const active = await activeServices(id, account);
    if (active.length) {
      const names = active.map(({ serviceName }) => serviceName).join(", ");
      throw new Error(`ECS doesn't delete a cluster that has services; ${id} has ${names}.`);
    }
    await account.client(ECS).deleteCluster({ cluster: id });
  },
};

export const capacityProvidersType: ResourceType<Account, CapacityProvidersInputs> = {
  replaceOn: ["clusterName"],
  updateOn: ["capacityProviders", "defaultCapacityProviderStrategies"],
  check: allOf(
    required("clusterName"),
    each(
      "defaultCapacityProviderStrategies",
      allOf(required("capacityProvider"), between("weight", 0, 1000), between("base", 0, 100_000)),
    ),
  ),
  async checkReferences({ clusterName, capacityProviders = [], defaultCapacityProviderStrategies = [] }, { account }) {
    const cluster = await describeCluster(clusterName, account);
    const unknown = capacityProviders.filter((name) => !["FARGATE", "FARGATE_SPOT"].includes(name));
    const unattached = defaultCapacityProviderStrategies
      .map(({ capacityProvider }) => capacityProvider)
      .filter((name) => !capacityProviders.includes(name));
    return [
      ...(cluster ? [] : [{ property: "clusterName", reason: `names ${clusterName}, which doesn't exist` }]),
      ...unknown.map((name) => ({ property: "capacityProviders", reason: `names ${name}, which doesn't exist` })),
      ...unattached.map((name) => ({
        property: "defaultCapacityProviderStrategies",
        reason: `names ${name}, which isn't among the capacityProviders`,
      })),
    ];
  },
  async create(inputs, { account }) {
    await putCapacityProviders(inputs, account);
    return { id: inputs.clusterName };
  },
  async read(id, _known, { account }) {
    const cluster = await describeCluster(id, account);
    return (
      cluster && {
        clusterName: cluster.clusterName,
        capacityProviders: cluster.capacityProviders ?? [],
        defaultCapacityProviderStrategies: cluster.defaultCapacityProviderStrategy ?? [],
      }
    );
  },
  async update(id, inputs, olds, { account }) {
    const removed = (olds.capacityProviders ?? []).filter((name) => !inputs.capacityProviders?.includes(name));
    const users = (await activeServices(id, account)).filter(({ capacityProviderStrategy = [] }) =>
      capacityProviderStrategy.some(({ capacityProvider = "" }) => removed.includes(capacityProvider)),
    );
    if (users.length) {
      const names = users.map(({ serviceName }) => serviceName).join(", ");
      throw new Error(
        `ECS takes no capacity provider from a cluster that a service uses; ${names} uses ${removed.join(", ")}.`,
      );
    }
    await putCapacityProviders(inputs, account);
  },
  async delete(id, _olds, { account }) {
    if (await describeCluster(id, account)) await putCapacityProviders({ clusterName: id }, account);
  },
};

/** The cluster of that name or ARN, if it is active. */
export async function describeCluster(nameOrArn: string, account: Account): Promise<Cluster | undefined> {
  const { clusters = [] } = await account.client(ECS).describeClusters({
    clusters: [nameOrArn],
    include: ["SETTINGS", "CONFIGURATIONS", "TAGS"],
  });
  return clusters.find(({ status }) => status === "ACTIVE");
}

async function activeServices(cluster: string, account: Account): Promise<Service[]> {
  const client = account.client(ECS);
  const { serviceArns: services = [] } = await client.listServices({ cluster });
  if (!services.length) return [];
  const described = await client.describeServices({ cluster, services });
  return described.services?.filter(({ status }) => status !== "INACTIVE") ?? [];
}

function clusterOutputs(cluster: Cluster): Properties {
  const { clusterArn: arn, clusterName: name, settings, configuration, tags } = cluster;
  return { arn, name, settings, configuration, tagsAll: ecsTagMap(tags) };
}

/** ECS spells the parts of a tag in lower case. */
export function ecsTags(tags: Tags = {}): { key: string; value: string }[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}

export function ecsTagMap(tags: readonly Tag[] = []): Tags {
  return Object.fromEntries(tags.map(({ key = "", value = "" }) => [key, value]));
}

export async function updateEcsTags(arn: string, olds: Tags, news: Tags, account: Account) {
  const { set, removed } = tagChanges(olds, news);
  const client = account.client(ECS);
  if (removed.length) await client.untagResource({ resourceArn: arn, tagKeys: removed });
  const tags = ecsTags(set);
  if (tags.length) await client.tagResource({ resourceArn: arn, tags });
}

function options({ settings, configuration }: ClusterInputs) {
  return {
    settings: settings as ClusterSetting[] | undefined,
    configuration: configuration as ClusterConfiguration | undefined,
  };
}

async function putCapacityProviders(inputs: CapacityProvidersInputs, account: Account): Promise<void> {
  await account.client(ECS).putClusterCapacityProviders({
    cluster: inputs.clusterName,
    capacityProviders: inputs.capacityProviders ?? [],
    defaultCapacityProviderStrategy: inputs.defaultCapacityProviderStrategies ?? [],
  });
}
