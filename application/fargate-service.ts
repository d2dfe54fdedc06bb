import { Component, physicalName } from "@selfhosted/common";
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { Autoscaling } from "./autoscaling";
import type { Capacity } from "./capacity";
import type { LoadBalancer } from "./load-balancer";
import { targetSubnets } from "./subnets";
import { Task, type TaskArgs } from "./task";
import type { TaskNetwork } from "./task-network";

export interface FargateServiceArgs extends Omit<TaskArgs, "size" | "port" | "oneShot"> {
  capacity: Capacity;
  network: TaskNetwork;
  /** Brings the requests. Its target port is the container's. */
  loadBalancer?: LoadBalancer;
  /** On spare capacity, which AWS may take back at two minutes' notice. Leave it out where that is no choice. */
  spot?: boolean;
  /** Must have succeeded before a task starts. */
  after: pulumi.Resource[];
}

/** Seconds in which a starting task isn't judged by the load balancer. */
const healthCheckGraceSeconds = 120;

/** Tasks that always run: a service on Fargate, and the bounds of their number. */
export class FargateService extends Component {
  readonly service: aws.ecs.Service;
  readonly task: Task;

  constructor(name: string, args: FargateServiceArgs, opts: pulumi.ComponentResourceOptions) {
    super("application", "FargateService", name, opts);
    const { platform, capacity, network, loadBalancer } = args;
    const { config, upstream, cluster } = platform;
    const parent = { parent: this };

    this.task = new Task(name, { ...args, size: capacity, port: loadBalancer?.port }, parent);
    this.service = new aws.ecs.Service(
      `${name}-service`,
      {
        name: physicalName("ecs", name),
        cluster: cluster.cluster.arn,
        taskDefinition: this.task.definition.arn,
        desiredCount: capacity.minTasks,
        // Where the capacity may change, the provider would otherwise replace the service for it.
        ...(args.spot !== undefined && { forceNewDeployment: true }),
        capacityProviderStrategies: [{ capacityProvider: args.spot ? "FARGATE_SPOT" : "FARGATE", weight: 1 }],
        platformVersion: "LATEST",
        networkConfiguration: {
          subnets: loadBalancer ? targetSubnets(config, upstream.network) : upstream.network.privateSubnetIds,
          securityGroups: [network.securityGroup.id],
          assignPublicIp: false,
        },
        ...(loadBalancer && {
          loadBalancers: [
            {
              targetGroupArn: loadBalancer.targetGroup.arn,
              containerName: args.container,
              containerPort: loadBalancer.port,
            },
          ],
          healthCheckGracePeriodSeconds: healthCheckGraceSeconds,
        }),
        // The old tasks serve until the new ones do; new ones that don't become healthy are given up.
        deploymentMinimumHealthyPercent: 100,
        deploymentMaximumPercent: 200,
        deploymentCircuitBreaker: { enable: true, rollback: true },
        availabilityZoneRebalancing: "ENABLED",
        enableEcsManagedTags: true,
        propagateTags: "SERVICE",
        enableExecuteCommand: config.execEnabled,
        waitForSteadyState: true,
      },
      {
        ...parent,
        // Autoscaling owns it after the start: a deployment must not scale a busy service down.
        ignoreChanges: ["desiredCount"],
        dependsOn: [
          cluster.capacityProviders,
          ...this.task.prerequisites,
          ...network.rules,
          ...(loadBalancer?.prerequisites ?? []),
          ...args.after,
        ],
        customTimeouts: { create: "30m", update: "30m", delete: "20m" },
      },
    );
    new Autoscaling(
      `${name}-scaling`,
      { config, clusterName: cluster.cluster.name, serviceName: this.service.name, capacity },
      parent,
    );
    this.registerOutputs({ serviceName: this.service.name, taskDefinitionArn: this.task.definition.arn });
  }
}
