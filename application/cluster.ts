import { Component } from "@selfhosted/common";
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { logGroup } from "./logs";

export interface ClusterArgs {
  /** Physical name. */
  clusterName: string;
  containerInsights: "enhanced" | "enabled" | "disabled";
  /** Makes the group to which shells in containers (ECS Exec) are logged. */
  execEnabled: boolean;
  /** Encrypts the shells' traffic and log. */
  dataKeyArn: string;
  logRetentionDays: number;
}

/** Where the installation's containers run: one ECS cluster on Fargate. */
export class Cluster extends Component {
  readonly cluster: aws.ecs.Cluster;
  readonly capacityProviders: aws.ecs.ClusterCapacityProviders;
  readonly execLogGroup?: aws.cloudwatch.LogGroup;

  constructor(name: string, args: ClusterArgs, opts: pulumi.ComponentResourceOptions) {
    super("application", "Cluster", name, opts);
    const parent = { parent: this };

    if (args.execEnabled) {
      this.execLogGroup = logGroup(`${name}-exec-logs`, args, parent);
    }
    this.cluster = new aws.ecs.Cluster(
      `${name}-ecs`,
      {
        name: args.clusterName,
        settings: [{ name: "containerInsights", value: args.containerInsights }],
        ...(this.execLogGroup && {
          configuration: {
            executeCommandConfiguration: {
              kmsKeyId: args.dataKeyArn,
              logging: "OVERRIDE",
              logConfiguration: {
                cloudWatchEncryptionEnabled: true,
                cloudWatchLogGroupName: this.execLogGroup.name,
              },
            },
          },
        }),
      },
      parent,
    );
    this.capacityProviders = new aws.ecs.ClusterCapacityProviders(
      `${name}-capacity`,
      { clusterName: this.cluster.name, capacityProviders: ["FARGATE", "FARGATE_SPOT"] },
      parent,
    );
    this.registerOutputs({ name: this.cluster.name, arn: this.cluster.arn });
  }
}
