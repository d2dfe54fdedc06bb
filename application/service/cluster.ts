import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { Component } from "@selfhosted/common";
import { EncryptedLogGroup } from "@selfhosted/common/components";
import { insightsLogGroups } from "./names";

export interface ClusterArgs {
  /** Physical name. */
  clusterName: string;
  containerInsights: "enhanced" | "enabled" | "disabled";
  /** Makes the group to which shells in containers (ECS Exec) are logged. */
  execEnabled: boolean;
  /** KMS key of the shells' traffic, their log and that of Container Insights. */
  keyArn: pulumi.Input<string>;
  logRetentionDays: number;
  /** Whether a service runs on spare capacity. */
  spot: boolean;
}

/** Where the installation's containers run: one ECS cluster on Fargate. */
export class Cluster extends Component {
  /** Physical name, known before the cluster is there. */
  readonly name: string;
  readonly cluster: aws.ecs.Cluster;
  readonly capacityProviders: aws.ecs.ClusterCapacityProviders;
  /** Undefined where no shells can be opened. */
  readonly execLogGroup?: EncryptedLogGroup;

  constructor(name: string, args: ClusterArgs, opts: pulumi.ComponentResourceOptions) {
    super("application", "Cluster", name, opts);
    const { keyArn, logRetentionDays: retentionDays } = args;
    const parent = { parent: this };
    this.name = args.clusterName;

    // AWS would make the group itself, for ever and without our key. So it has to be there first, and to go last.
    const insights = insightsLogGroups(args.containerInsights, this.name).map(
      (group) => new EncryptedLogGroup(`${name}-insights-logs`, { name: group, retentionDays, keyArn }, parent),
    );
    if (args.execEnabled) {
      this.execLogGroup = new EncryptedLogGroup(`${name}-exec-logs`, { retentionDays, keyArn }, parent);
    }
    this.cluster = new aws.ecs.Cluster(
      `${name}-ecs`,
      {
        name: this.name,
        settings: [{ name: "containerInsights", value: args.containerInsights }],
        // Set where shells are off too: the provider leaves out of an update what isn't configured, and AWS then keeps what was.
        configuration: {
          executeCommandConfiguration: this.execLogGroup
            ? {
                kmsKeyId: keyArn,
                logging: "OVERRIDE",
                logConfiguration: {
                  cloudWatchEncryptionEnabled: true,
                  cloudWatchLogGroupName: this.execLogGroup.name,
                },
              }
            : { logging: "DEFAULT" },
        },
      },
      { ...parent, dependsOn: insights },
    );
    this.capacityProviders = new aws.ecs.ClusterCapacityProviders(
      `${name}-capacity`,
      { clusterName: this.cluster.name, capacityProviders: args.spot ? ["FARGATE", "FARGATE_SPOT"] : ["FARGATE"] },
      // A provider that a service uses can't be taken from the cluster, and the service leaves it only afterwards. So it stays,
      // unused, once it was there.
      { ...parent, ignoreChanges: args.spot ? [] : ["capacityProviders"] },
    );
    this.registerOutputs({ name: this.cluster.name, arn: this.cluster.arn });
  }
}
