import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { overridden, physicalName, type ResourceOverrides, type Tags } from "@selfhosted/common";
import { EncryptedLogGroup } from "@selfhosted/common/components";
import type { DatabaseConfig } from "../config/database";
import { engine, versionAfter } from "./engine";
import { databaseParameterGroup } from "./parameters";

export interface DatabaseClusterArgs {
  config: DatabaseConfig & Overridable;
  /** Version that the cluster runs; undefined before there is one. */
  runningVersion: string | undefined;
  subnetGroupName: pulumi.Input<string>;
  securityGroupIds: pulumi.Input<string>[];
  administratorPassword: pulumi.Input<string>;
  keyArn: pulumi.Input<string>;
  logRetentionDays: number;
  ephemeral: boolean;
  tags: pulumi.Input<Tags>;
}

/** The vendor's name for the database within the cluster. */
export const databaseName = "pulumi";

/** A database that was taken over keeps the names that it has: as overrides. */
export interface Overridable {
  resourceOverrides: ResourceOverrides;
}

/** Identifier of the cluster, by the logical name of the component. */
export function clusterIdentifier(name: string, config: Overridable): string {
  return (
    overridden(config, "database-cluster", "clusterIdentifier") ?? physicalName("databaseIdentifier", `${name}-cluster`)
  );
}

/** The log group that RDS exports a log of the cluster to. */
export function logGroupName(cluster: string, log: string): string {
  return `/aws/rds/cluster/${cluster}/${log}`;
}

/** The cluster with its parameters and the log groups that it exports to; without its instances. */
export function databaseCluster(
  name: string,
  args: DatabaseClusterArgs,
  opts: pulumi.CustomResourceOptions,
): aws.rds.Cluster {
  const { config, runningVersion, keyArn, ephemeral, tags } = args;
  const identifier = clusterIdentifier(name, config);
  const followsSetting =
    !config.databaseAutoMinorUpgrade && versionAfter(config, runningVersion) === config.databaseEngineVersion;
  const snapshot = new random.RandomId(`${name}-final-snapshot`, { byteLength: 4 }, opts);
  return new aws.rds.Cluster(
    `${name}-cluster`,
    {
      clusterIdentifier: identifier,
      engine,
      engineVersion: config.databaseEngineVersion,
      databaseName,
      port: config.databasePort,
      masterUsername: config.databaseUsername,
      masterPassword: args.administratorPassword,
      iamDatabaseAuthenticationEnabled: config.databaseIamAuthentication,
      dbSubnetGroupName: args.subnetGroupName,
      vpcSecurityGroupIds: args.securityGroupIds,
      dbClusterParameterGroupName: databaseParameterGroup(`${name}-parameters`, config, opts).name,
      ...(config.databaseServerless && {
        serverlessv2ScalingConfiguration: {
          minCapacity: config.databaseMinCapacity,
          maxCapacity: config.databaseMaxCapacity,
        },
      }),
      // Database Insights, which a cluster takes only together with Performance Insights; nothing where the mode is left to AWS.
      ...(config.databaseInsightsMode !== undefined && {
        databaseInsightsMode: config.databaseInsightsMode,
        ...performanceInsights(config, keyArn),
      }),
      storageEncrypted: true,
      kmsKeyId: keyArn,
      storageType: config.databaseStorageType,
      backtrackWindow: config.databaseBacktrackHours * 3600,
      backupRetentionPeriod: config.databaseBackupRetentionDays,
      preferredBackupWindow: config.databaseBackupWindow,
      preferredMaintenanceWindow: config.databaseMaintenanceWindow,
      applyImmediately: config.databaseApplyImmediately,
      copyTagsToSnapshot: true,
      tags,
      enabledCloudwatchLogsExports: config.databaseLogExports,
      snapshotIdentifier: config.databaseRestoreFromSnapshot,
      deletionProtection: !ephemeral,
      deleteAutomatedBackups: ephemeral,
      skipFinalSnapshot: ephemeral,
      finalSnapshotIdentifier: pulumi.interpolate`${identifier}-final-${snapshot.hex}`,
    },
    {
      ...opts,
      protect: !ephemeral,
      ignoreChanges: [
        // Read only when the cluster is made.
        "snapshotIdentifier",
        // A restored cluster keeps that of its snapshot, whether or not the setting still names the snapshot.
        "databaseName",
        "masterUsername",
        // AWS moves the version on, and refuses to go back.
        ...(followsSetting ? [] : ["engineVersion"]),
      ],
      // So that their retention and key are ours: AWS would make them without.
      dependsOn: config.databaseLogExports.map(
        (log) =>
          new EncryptedLogGroup(
            `${name}-logs-${log}`,
            { name: logGroupName(identifier, log), retentionDays: args.logRetentionDays, keyArn },
            opts,
          ),
      ),
    },
  );
}

/** Performance Insights of the cluster or of an instance. */
export function performanceInsights(config: DatabaseConfig, keyArn: pulumi.Input<string>) {
  const { databasePerformanceInsights: enabled, databasePerformanceInsightsDays: days } = config;
  return {
    performanceInsightsEnabled: enabled,
    ...(enabled && { performanceInsightsKmsKeyId: keyArn, performanceInsightsRetentionPeriod: Number(days) }),
  };
}
