import type { Service } from "../resource";
import type { Account } from "./account";
import { capacityProvidersType, clusterType } from "./ecs-cluster";
import { serviceType } from "./ecs-service";
import { taskDefinitionType } from "./ecs-task-definition";
import { taggable } from "./tags";

/** Clusters, task definitions and services on Fargate. */
export const service: Service<Account> = {
  resources: {
    "aws:ecs/cluster:Cluster": taggable(clusterType),
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": capacityProvidersType,
    "aws:ecs/taskDefinition:TaskDefinition": taggable(taskDefinitionType),
    "aws:ecs/service:Service": taggable(serviceType),
  },
};
