import type * as pulumi from "@pulumi/pulumi";
import { Component, type Context, type Network } from "@selfhosted/common";
import type { ApplicationConfig } from "../config";
import { type Destination, TaskNetwork } from "../network/task-network";
import type { Cluster } from "../service/cluster";
import { Task, type TaskArgs } from "../task/task";
import { MigratedDatabase } from "./resource";

type MigrationConfig = Pick<ApplicationConfig, "migrationRun" | "migrationTimeoutMinutes" | "migrationUser">;

export interface MigrationArgs {
  context: Context;
  /** A new `migrationRun` runs it once more. */
  config: MigrationConfig;
  /** Where its task runs. */
  cluster: Cluster;
  /** Its task is in the private subnets. */
  network: Network;
  /** Identifier of the database's cluster. */
  databaseCluster: string;
  /** What its task calls. Other calls out of it are blocked. */
  destinations: Destination[];
  /** Its variables, the image and `databaseCluster` are what the migration depends on: it runs again where they change. */
  task: Omit<TaskArgs, "context" | "container" | "user" | "logMode">;
}

const container = "migration";

/**
 * Migrates the database to the schema of the release. It runs before the services change, alone, once for each change of what it
 * depends on.
 */
export class Migration extends Component {
  readonly task: Task;
  readonly migrated: MigratedDatabase;

  constructor(name: string, args: MigrationArgs, opts: pulumi.ComponentResourceOptions) {
    super("application", "Migration", name, opts);
    const { context, config, cluster, network } = args;
    const parent = { parent: this };

    this.task = new Task(
      name,
      {
        ...args.task,
        context,
        container,
        user: config.migrationUser,
        // What it did is read from its log, to the last line.
        logMode: "blocking",
      },
      parent,
    );
    const taskNetwork = new TaskNetwork(
      `${name}-task`,
      { vpcId: network.vpcId, destinations: args.destinations },
      parent,
    );
    this.migrated = new MigratedDatabase(
      `${name}-run`,
      {
        region: context.location.region,
        cluster: cluster.cluster.name,
        taskDefinitionArn: this.task.definition.arn,
        family: this.task.definition.family,
        container,
        subnetIds: network.privateSubnetIds,
        securityGroupId: taskNetwork.securityGroup.id,
        logGroup: this.task.logGroup.name,
        timeoutMinutes: config.migrationTimeoutMinutes,
        triggers: triggers(args),
      },
      { ...parent, dependsOn: [cluster.capacityProviders, ...this.task.dependencies, ...taskNetwork.rules] },
    );
    this.registerOutputs({ taskArn: this.migrated.taskArn });
  }
}

/** What the schema depends on: plain values, so that a preview shows whether the migration will run. */
function triggers({ config, databaseCluster, task: { environment, image } }: MigrationArgs): Record<string, string> {
  const settings = Object.entries(environment.plain).filter(([name]) => name !== "DATABASE_CA_CERTIFICATE");
  return {
    ...Object.fromEntries(settings),
    image: image.uri,
    databaseCluster,
    ...(config.migrationRun && { migrationRun: config.migrationRun }),
  };
}
