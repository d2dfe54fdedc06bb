import type { DeepInput, Network, ServiceOutputs } from "@selfhosted/common";
import type { LoadBalancerArgs } from "../network/load-balancer";
import type { Destination } from "../network/task-network";
import type { FargateServiceArgs, ServiceTask } from "./fargate-service";

/** What the API and the console, which users call, have in common: a load balancer of its own in front of each. */
export interface HttpsServiceArgs extends Omit<FargateServiceArgs, "loadBalancer" | "network" | "spot" | "task"> {
  /** Bare host name that users type. */
  domain: string;
  network: Network;
  /** What its tasks call. Other calls out of them are blocked. */
  destinations: Destination[];
  loadBalancer: Omit<LoadBalancerArgs, "target">;
  /** Private subnets in the zones of the load balancer. */
  subnetIds: string[];
  task: Omit<ServiceTask, "container" | "openFiles" | "taskRoleArn" | "user">;
}

export type HttpsServiceOutputs = { [K in keyof ServiceOutputs]: DeepInput<ServiceOutputs[K]> };
