import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { Component, type Context, physicalName, type WorkerOutputs } from "@selfhosted/common";
import type { Capacity, Scaling } from "../config/capacity";
import { type LoadBalancer, nameBy } from "../network/load-balancer";
import type { TaskNetwork } from "../network/task-network";
import { Task, type TaskArgs } from "../task/task";
import { Autoscaling } from "./autoscaling";
import type { Cluster } from "./cluster";
import type { RunningServices } from "./running-services";

/** The tasks of a service, without what the service decides. */
export type ServiceTask = Omit<TaskArgs, "context" | "size" | "port" | "initProcess" | "dependsOn">;

export interface FargateServiceArgs {
  context: Context;
  cluster: Cluster;
  task: ServiceTask;
  capacity: Capacity;
  scaling: Scaling;
  network: TaskNetwork;
  subnetIds: string[];
  /** Sends the requests, once the service is steady. Its target port is the container's. Default: nobody calls the tasks. */
  loadBalancer?: LoadBalancer;
  /** On spare capacity, which AWS may take back at two minutes' notice. Default: on demand. */
  spot?: boolean;
  /** What ECS runs when the deployment begins. */
  running: RunningServices;
  /** Must have succeeded before a task starts. */
  dependsOn: pulumi.Resource[];
}

/** Seconds in which the load balancer's checks don't count against a starting task. */
const healthCheckGraceSeconds = 120;

/** Tasks that always run: a service on Fargate, and the bounds of their number. */
export class FargateService extends Component {
  readonly service: aws.ecs.Service;
  readonly task: Task;
  readonly outputs: { [K in keyof WorkerOutputs]: pulumi.Input<WorkerOutputs[K]> };

  constructor(name: string, args: FargateServiceArgs, opts: pulumi.ComponentResourceOptions) {
    super("application", "FargateService", name, opts);
    const { context, cluster, capacity, network, loadBalancer, running } = args;
    const parent = { parent: this };
    const tls = loadBalancer?.target.tls ?? false;
    const own = nameBy(tls, name);
    const { stalledDeployment } = running[physicalName("ecs", own)] ?? {};
    const other = running[physicalName("ecs", nameBy(!tls, name))];
    const canExec = cluster.execLogGroup !== undefined;

    const task = { context, size: capacity, port: loadBalancer?.target.port, initProcess: canExec };
    this.task = new Task(name, { ...args.task, ...task, dependsOn: args.dependsOn }, parent);
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
          subnets: args.subnetIds,
          securityGroups: [network.securityGroup.id],
          assignPublicIp: false,
        },
        ...(loadBalancer && {
          loadBalancers: [
            {
              targetGroupArn: loadBalancer.targetGroup.arn,
              containerName: args.task.container,
              containerPort: loadBalancer.target.port,
            },
          ],
          healthCheckGracePeriodSeconds: healthCheckGraceSeconds,
        }),
        // The old tasks serve until the new ones do. ECS gives up new ones that don't become healthy, which the provider reports.
        deploymentMinimumHealthyPercent: 100,
        deploymentMaximumPercent: 200,
        deploymentCircuitBreaker: { enable: true, rollback: true },
        availabilityZoneRebalancing: "ENABLED",
        enableEcsManagedTags: true,
        propagateTags: "SERVICE",
        enableExecuteCommand: canExec,
        waitForSteadyState: true,
      },
      {
        ...parent,
        // Autoscaling owns it after the start: a deployment must not scale a busy service down.
        ignoreChanges: ["desiredCount"],
        dependsOn: [
          cluster.capacityProviders,
          ...this.task.dependencies,
          ...network.rules,
          ...(loadBalancer?.dependencies ?? []),
          ...args.dependsOn,
        ],
        customTimeouts: { create: "30m", update: "30m", delete: "20m" },
      },
    );
    new Autoscaling(
      `${own}-scaling`,
      { clusterName: cluster.cluster.name, serviceName: this.service.name, capacity, scaling: args.scaling },
      parent,
    );
    this.outputs = { serviceName: this.service.name, ...this.task.outputs };
    this.registerOutputs({ serviceName: this.service.name, taskDefinitionArn: this.task.definition.arn });
  }
}
