import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "@selfhosted/common";
import type { Capacity, Scaling } from "../config/capacity";

export interface AutoscalingArgs {
  clusterName: pulumi.Input<string>;
  serviceName: pulumi.Input<string>;
  capacity: Pick<Capacity, "minTasks" | "maxTasks">;
  scaling: Scaling;
}

/** Keeps the number of a service's tasks between two bounds, by their CPU and memory. */
export class Autoscaling extends Component {
  constructor(name: string, args: AutoscalingArgs, opts: pulumi.ComponentResourceOptions) {
    super("application", "Autoscaling", name, opts);
    const { capacity, scaling } = args;
    const parent = { parent: this };

    const target = new aws.appautoscaling.Target(
      `${name}-target`,
      {
        serviceNamespace: "ecs",
        scalableDimension: "ecs:service:DesiredCount",
        resourceId: pulumi.interpolate`service/${args.clusterName}/${args.serviceName}`,
        minCapacity: capacity.minTasks,
        maxCapacity: capacity.maxTasks,
      },
      parent,
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
            scaleOutCooldown: scaling.scaleOutCooldownSeconds,
            scaleInCooldown: scaling.scaleInCooldownSeconds,
          },
        },
        parent,
      );
    follow("CPU", scaling.cpuPercent);
    follow("Memory", scaling.memoryPercent);
    this.registerOutputs({ resourceId: target.resourceId });
  }
}
