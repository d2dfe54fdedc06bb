import { Component } from "@selfhosted/common";
import type * as pulumi from "@pulumi/pulumi";
import { migrationSize } from "../config/capacity";
import { registryPorts, toDatabase, toOutside } from "../destinations";
import { migrationVariables } from "../environment/migrations";
import { environment, type Environment } from "../environment/variables";
import type { Platform } from "../platform";
import { Task } from "../task";
import { TaskNetwork } from "../task-network";
import { MigratedDatabase } from "./resource";

const container = "migration";

/**
 * Brings the database to the schema of the release. It runs before the services change, alone, once for each change of what it
 * depends on.
 */
export class Migration extends Component {
  readonly task: Task;
  readonly migrated: MigratedDatabase;

  constructor(name: string, platform: Platform, opts: pulumi.ComponentResourceOptions) {
    super("application", "Migration", name, opts);
    const { config, upstream, images, cluster } = platform;
    const parent = { parent: this };

    const variables = environment(migrationVariables, platform, {
      environment: config.migrationExtraEnvironment,
      secrets: config.migrationExtraSecrets,
    });
    this.task = new Task(
      name,
      {
        platform,
        container,
        image: images.migration,
        size: migrationSize(config),
        environment: variables,
        user: config.migrationUser,
        oneShot: true,
      },
      parent,
    );
    const network = new TaskNetwork(
      `${name}-task`,
      {
        vpcId: upstream.network.vpcId,
        destinations: [toDatabase(platform), ...toOutside(platform, [443, ...registryPorts(images.migration)], parent)],
      },
      parent,
    );
    this.migrated = new MigratedDatabase(
      `${name}-run`,
      {
        region: upstream.installation.region,
        cluster: cluster.cluster.name,
        taskDefinitionArn: this.task.definition.arn,
        family: this.task.definition.family,
        container,
        subnetIds: upstream.network.privateSubnetIds,
        securityGroupId: network.securityGroup.id,
        logGroup: this.task.logGroup.name,
        timeoutMinutes: config.migrationTimeoutMinutes,
        triggers: triggers(platform, variables),
      },
      { ...parent, dependsOn: [cluster.capacityProviders, ...this.task.prerequisites, ...network.rules] },
    );
    this.registerOutputs({ taskArn: this.migrated.taskArn });
  }
}

/** What the schema depends on: plain values, so that a preview can tell whether the migration will run. */
function triggers({ config, upstream, images }: Platform, variables: Environment): Record<string, string> {
  const settings = Object.entries(variables.plain).filter(([name]) => name !== "DATABASE_CA_CERTIFICATE");
  return {
    ...Object.fromEntries(settings),
    image: images.migration.uri,
    databaseCluster: upstream.database.clusterIdentifier,
    ...(config.migrationRun && { migrationRun: config.migrationRun }),
  };
}
