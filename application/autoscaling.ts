import { Component } from "@selfhosted/common";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Capacity } from "./config/capacity";
import type { ApplicationConfig } from "./config";

export interface AutoscalingArgs {
  config: ApplicationConfig;
  clusterName: pulumi.Input<string>;
  serviceName: pulumi.Input<string>;
  capacity: Capacity;
}

/** Keeps the number of a service's tasks between two bounds, by their CPU and memory. */
export class Autoscaling extends Component {
  constructor(name: string, args: AutoscalingArgs, opts: pulumi.ComponentResourceOptions) {
    super("application", "Autoscaling", name, opts);
    const { config } = args;

    const target = new aws.appautoscaling.Target(
      `${name}-target`,
      {
        serviceNamespace: "ecs",
        scalableDimension: "ecs:service:DesiredCount",
        resourceId: pulumi.interpolate`service/${args.clusterName}/${args.serviceName}`,
        minCapacity: args.capacity.minTasks,
        maxCapacity: args.capacity.maxTasks,
      },
      { parent: this },
    );
    const follow = (metric: string, percent: number): aws.appautoscaling.Policy =>
      new aws.appautoscaling.Policy(
        `${name}-${metric}`,
        {
          name: `${name}-${metric}`,
          policyType: "TargetTrackingScaling",
          serviceNamespace: target.serviceNamespace,
          scalableDimension: target.scalableDimension,
          resourceId: target.resourceId,
          targetTrackingScalingPolicyConfiguration: {
            predefinedMetricSpecification: { predefinedMetricType: `ECSServiceAverage${metric}Utilization` },
            targetValue: percent,
            scaleOutCooldown: config.scaleOutCooldownSeconds,
            scaleInCooldown: config.scaleInCooldownSeconds,
          },
        },
        { parent: this },
      );
    follow("CPU", config.scalingCpuPercent);
    follow("Memory", config.scalingMemoryPercent);
    this.registerOutputs({ resourceId: target.resourceId });
  }
}
