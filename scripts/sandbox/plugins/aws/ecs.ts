import type { Deployment } from "@aws-sdk/client-ecs";
import type { GetClusterArgs, GetServiceArgs, GetTaskDefinitionArgs } from "@pulumi/aws/ecs";
import type { DataSource, Properties, Service } from "../resource";
import type { Account } from "./account";
import { capacityProvidersType, clusterOutputs, clusterType, describeCluster } from "./ecs-cluster";
import { describeService, serviceOutputs, serviceType } from "./ecs-service";
import { describeTaskDefinition, taskDefinitionOutputs, taskDefinitionType } from "./ecs-task-definition";
import { taggable } from "./tags";

const getCluster: DataSource<Account, GetClusterArgs> = {
  async read({ clusterName }, account) {
    const cluster = await describeCluster(clusterName, account);
    if (!cluster) throw new Error(`There is no ECS cluster ${clusterName}.`);
    const { pendingTasksCount, runningTasksCount, status } = cluster;
    const { tagsAll: tags, ...outputs } = clusterOutputs(cluster);
    return { ...outputs, pendingTasksCount, runningTasksCount, status, clusterName, id: cluster.clusterArn, tags };
  },
};

const getService: DataSource<Account, GetServiceArgs> = {
  async read({ clusterArn, serviceName }, account) {
    const found = await describeService(serviceName, clusterArn, account);
    // The provider's own words, by which the programs know it.
    if (!found) throw new Error("no matching ECS Service found");
    const { desiredCount, deployments, events, pendingCount, runningCount, status } = found;
    const { tagsAll: tags, ...outputs } = serviceOutputs(found, {});
    const state = {
      ...{ desiredCount, pendingCount, runningCount, status },
      deployments: (deployments ?? []).map(deployment),
      events: (events ?? []).map(({ id, createdAt, message }) => ({
        id,
        createdAt: createdAt?.toISOString(),
        message,
      })),
    };
    return { ...outputs, ...state, id: found.serviceArn, tags };
  },
};

/** What the provider's schema has of a deployment: neither its state nor its failures. */
function deployment({ createdAt, updatedAt, ...found }: Deployment): Properties {
  const { id, status, taskDefinition, desiredCount, pendingCount, runningCount } = found;
  const times = { createdAt: createdAt?.toISOString(), updatedAt: updatedAt?.toISOString() };
  return { id, status, taskDefinition, desiredCount, pendingCount, runningCount, ...times };
}

const getTaskDefinition: DataSource<Account, GetTaskDefinitionArgs> = {
  async read({ taskDefinition }, account) {
    const found = await describeTaskDefinition(taskDefinition, account);
    if (!found) throw new Error(`There is no ECS task definition ${taskDefinition}.`);
    return { ...taskDefinitionOutputs(found), status: found.status, id: found.taskDefinitionArn };
  },
};

/** Clusters, task definitions and services on Fargate. */
export const service: Service<Account> = {
  resources: {
    "aws:ecs/cluster:Cluster": taggable(clusterType),
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": capacityProvidersType,
    "aws:ecs/taskDefinition:TaskDefinition": taggable(taskDefinitionType),
    "aws:ecs/service:Service": taggable(serviceType),
  },
  dataSources: {
    "aws:ecs/getCluster:getCluster": getCluster,
    "aws:ecs/getService:getService": getService,
    "aws:ecs/getTaskDefinition:getTaskDefinition": getTaskDefinition,
  },
};
