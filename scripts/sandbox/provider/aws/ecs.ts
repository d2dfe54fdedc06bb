import type { Cluster, ECS, UpdateClusterRequest } from "@aws-sdk/client-ecs";
import type { ClusterArgs, ClusterCapacityProvidersArgs } from "@pulumi/aws/ecs";
import type { Unwrap } from "@pulumi/pulumi";
import type { Service } from "../resource";
import type { Account } from "./account";
import { ecs, ecsTags } from "./ecs-common";
import { serviceType } from "./ecs-service";
import { taskDefinitionType } from "./ecs-task-definition";
import { fromAws, toAws } from "./fields";
import type { Inputs } from "./table";

type CapacityProviders = Unwrap<ClusterCapacityProvidersArgs>;

const settings = { configuration: "configuration", settings: "settings" } as const;
const capacity = {
  capacityProviders: "capacityProviders",
  defaultCapacityProviderStrategies: "defaultCapacityProviderStrategy",
} as const;

/** Clusters, task definitions and services on Fargate. */
export const service: Service<Account> = {
  resources: {
    "aws:ecs/cluster:Cluster": ecs<Inputs<ClusterArgs, "name">>({
      autoname: "name",
      replaceOn: ["name"],
      updateOn: ["configuration", "settings"],
      async create(aws, inputs) {
        const { cluster } = await aws.createCluster({
          clusterName: inputs.name,
          tags: ecsTags(inputs.tagsAll),
          ...(toAws(settings, inputs) as Partial<UpdateClusterRequest>),
        });
        return cluster?.clusterArn ?? "";
      },
      async get(aws, id) {
        const found = await activeCluster(aws, id);
        return found && fromAws({ ...settings, arn: "clusterArn", name: "clusterName" }, found);
      },
      update: (aws, cluster, inputs) =>
        aws.updateCluster({ cluster, ...toAws(settings, inputs) } as UpdateClusterRequest),
      delete: (aws, cluster) => aws.deleteCluster({ cluster }),
    }),

    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": ecs<CapacityProviders>({
      tagged: false,
      replaceOn: ["clusterName"],
      updateOn: ["capacityProviders", "defaultCapacityProviderStrategies"],
      async create(aws, inputs) {
        await putCapacity(aws, inputs);
        return inputs.clusterName;
      },
      async get(aws, id) {
        const found = await activeCluster(aws, id);
        return found && fromAws({ ...capacity, clusterName: "clusterName" }, found);
      },
      update: (aws, _id, inputs) => putCapacity(aws, inputs),
      delete: (aws, clusterName) => putCapacity(aws, { clusterName }),
    }),

    "aws:ecs/taskDefinition:TaskDefinition": taskDefinitionType,
    "aws:ecs/service:Service": serviceType,
  },
};

/** The cluster of that name or ARN; ECS remembers those that were deleted for a while. */
async function activeCluster(aws: ECS, cluster: string): Promise<Cluster | undefined> {
  const { clusters } = await aws.describeClusters({ clusters: [cluster], include: ["CONFIGURATIONS", "SETTINGS"] });
  return clusters?.find(({ status }) => status === "ACTIVE");
}

function putCapacity(aws: ECS, inputs: CapacityProviders): Promise<unknown> {
  const { clusterName: cluster, capacityProviders = [], defaultCapacityProviderStrategies = [] } = inputs;
  return aws.putClusterCapacityProviders({
    cluster,
    capacityProviders,
    defaultCapacityProviderStrategy: defaultCapacityProviderStrategies,
  });
}
