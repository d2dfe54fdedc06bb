import { Component, physicalName } from "@selfhosted/common";
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { Autoscaling } from "./autoscaling";
import type { Capacity } from "./config/capacity";
import { nameBy, type LoadBalancer } from "./load-balancer";
import { targetSubnets } from "./subnets";
import { Task, type TaskArgs } from "./task";
import type { TaskNetwork } from "./task-network";

export interface FargateServiceArgs extends Omit<TaskArgs, "size" | "port" | "oneShot" | "after"> {
  capacity: Capacity;
  network: TaskNetwork;
  /** Brings the requests, once the service is steady. Its target port is the container's. */
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
    const { config, upstream, cluster, running } = platform;
    const parent = { parent: this };
    const tls = loadBalancer?.tls ?? false;
    const own = nameBy(tls, name);
    const { stalledDeployment } = running[physicalName("ecs", own)] ?? {};
    const other = running[physicalName("ecs", nameBy(!tls, name))];

    this.task = new Task(name, { ...args, size: capacity, port: loadBalancer?.port }, parent);
    this.service = new aws.ecs.Service(
      `${own}-service`,
      {
        name: physicalName("ecs", own),
        cluster: cluster.cluster.arn,
        taskDefinition: this.task.definition.arn,
        // Where it takes over from the service with or without TLS, it begins with as many tasks as that one has.
        desiredCount: Math.max(capacity.minTasks, (loadBalancer && other?.desiredCount) ?? 0),
        // The provider wants it for the triggers, and replaced the service for another capacity without it. It is no change by itself,
        // but goes with every UpdateService, so that any change of these settings rolls the tasks.
        forceNewDeployment: true,
        // ECS doesn't try a first deployment again that it has given up. The provider keeps an old value where none is given.
        triggers: stalledDeployment ? { redeploy: stalledDeployment } : undefined,
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
        // The old tasks serve until the new ones do. New ones that don't become healthy are given up, which the provider reports.
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
      `${own}-scaling`,
      { config, clusterName: cluster.cluster.name, serviceName: this.service.name, capacity },
      parent,
    );
    this.registerOutputs({ serviceName: this.service.name, taskDefinitionArn: this.task.definition.arn });
  }
}
