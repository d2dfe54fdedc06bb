import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type Context, globalArn, overridden, physicalName } from "@selfhosted/common";
import { ServiceRole } from "@selfhosted/common/components";
import { type DatabaseConfig, instanceClassOf } from "../config/database";
import { type Overridable, performanceInsights } from "./cluster";
import { engine } from "./engine";

export interface DatabaseInstancesArgs {
  context: Context;
  config: DatabaseConfig;
  clusterIdentifier: pulumi.Input<string>;
  subnetGroupName: pulumi.Input<string>;
  /** Availability zones, over which the instances are spread. */
  zones: string[];
  keyArn: pulumi.Input<string>;
}

/** Names of the instances within the cluster, such as `instance-1`, in the order in which they are made. */
export function instanceNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => instanceName(index));
}

/** @param index from 0 on. */
export function instanceName(index: number): string {
  return `instance-${index + 1}`;
}

/** Identifiers of the instances, in the order in which they are made. */
export function instanceIdentifiers(
  name: string,
  config: Pick<DatabaseConfig, "databaseInstanceCount"> & Overridable,
): string[] {
  return instanceNames(config.databaseInstanceCount).map(
    (each) => overridden(config, `database-${each}`, "identifier") ?? instanceIdentifier(`${name}-${each}`),
  );
}

function instanceIdentifier(logical: string): string {
  return physicalName("databaseIdentifier", logical);
}

/** The instances of the cluster, the first of which becomes its writer. */
export function databaseInstances(
  name: string,
  args: DatabaseInstancesArgs,
  opts: pulumi.CustomResourceOptions,
): aws.rds.ClusterInstance[] {
  const { context, config, zones } = args;
  const monitoringInterval = Number(config.databaseMonitoringSeconds);
  const monitoringRoleArn =
    monitoringInterval > 0 ? monitoringRole(`${name}-monitoring`, context, opts).arn : undefined;
  const instances: aws.rds.ClusterInstance[] = [];
  for (const [index, each] of instanceNames(config.databaseInstanceCount).entries()) {
    const logical = `${name}-${each}`;
    const instance = new aws.rds.ClusterInstance(
      logical,
      {
        identifier: instanceIdentifier(logical),
        clusterIdentifier: args.clusterIdentifier,
        engine,
        instanceClass: instanceClassOf(config),
        dbSubnetGroupName: args.subnetGroupName,
        availabilityZone: zones[index % zones.length],
        publiclyAccessible: false,
        // The first two fail over to each other before the rest.
        promotionTier: index,
        autoMinorVersionUpgrade: config.databaseAutoMinorUpgrade,
        preferredMaintenanceWindow: config.databaseMaintenanceWindow,
        applyImmediately: config.databaseApplyImmediately,
        copyTagsToSnapshot: true,
        monitoringInterval,
        monitoringRoleArn,
        ...performanceInsights(config, args.keyArn),
      },
      {
        ...opts,
        // More zones later are for instances to come.
        ignoreChanges: ["availabilityZone"],
        // The first instance of a cluster becomes its writer.
        dependsOn: instances.slice(0, 1),
      },
    );
    instances.push(instance);
  }
  return instances;
}

/** The role with which RDS writes the metrics of enhanced monitoring to CloudWatch. */
function monitoringRole(name: string, context: Context, opts: pulumi.CustomResourceOptions): ServiceRole {
  const role = new ServiceRole(
    `${name}-role`,
    {
      context,
      name: physicalName("role", name),
      description: "Enhanced monitoring of the database",
      services: "monitoring.rds",
      ownAccountOnly: true,
    },
    opts,
  );
  const policy = "policy/service-role/AmazonRDSEnhancedMonitoringRole";
  new aws.iam.RolePolicyAttachment(
    `${name}-policy`,
    { role: role.name, policyArn: globalArn(context.location.partition, "iam", policy, "aws") },
    opts,
  );
  return role;
}
