import {
  asFarAsKnown,
  globalArn,
  infrastructureContract,
  logicalName,
  partlyKnown,
  type BackupOutputs,
  type Buckets,
  type Copies,
  type Database,
  type InfrastructureOutputs,
  type Installation,
  type Search,
  type Surroundings,
} from "@selfhosted/common";
import { bucketName, objectLock } from "./buckets";
import type { Config } from "./config";
import { apiRoleName } from "./data-access";
import { databaseName } from "./database";
import { clusterIdentifier } from "./database-names";
import type { Network } from "./network";

export interface PlannedArgs {
  stack: string;
  /** Undefined where it couldn't be looked up. */
  where?: Surroundings;
  /** Undefined where it isn't fit. */
  network?: Network;
}

/**
 * What this layer would publish as it is configured now, for the rules of the layers below before it is deployed. What AWS decides,
 * such as the id of a security group, isn't known (`partlyKnown`); nor is what depends on a value that isn't valid.
 */
export function plannedOutputs(config: Config, { stack, where, network }: PlannedArgs): InfrastructureOutputs {
  const found = partlyKnown<Found>({ ...(where && { where }), ...(network && { network }) });
  return asFarAsKnown<InfrastructureOutputs>({
    contractVersion: () => infrastructureContract.version,
    installation: () => plannedInstallation(config, found),
    network: () => found.network.outputs,
    database: () => plannedDatabase(config, stack),
    buckets: () => plannedBuckets(config, stack, found),
    apiTaskRoleArn: () => {
      const role = apiRoleName(logicalName(config.name, stack, "data-access"));
      return globalArn(found.where.partition, "iam", `role/${role}`, found.where.accountId);
    },
    search: () => (config.searchEnabled ? asFarAsKnown<Search>({}) : undefined),
    // Reading one that is to be made ends there: AWS decides it.
    endpointsSecurityGroupId: () => (config.endpointsEnabled ? asFarAsKnown<{ id: string }>({}).id : undefined),
    backup: () =>
      config.backupEnabled ? asFarAsKnown<BackupOutputs>({ schedule: () => config.backupSchedule }) : undefined,
    checkpointLock: () => objectLock(config),
    copies: () => {
      const { bucketReplicationRegion: region } = config;
      return region === undefined ? undefined : asFarAsKnown<Copies>({ region: () => region });
    },
  });
}

/** What the look-ups found, as far as it is fit. */
interface Found {
  where: Surroundings;
  network: Network;
}

function plannedInstallation(config: Config, found: Found): Installation {
  return asFarAsKnown<Installation>({
    name: () => config.name,
    accountId: () => found.where.accountId,
    region: () => config["aws:region"],
    tags: () => config.tags,
    size: () => config.size,
    ephemeral: () => config.ephemeral,
    permissionsBoundaryArn: () => config.permissionsBoundaryArn,
  });
}

function plannedDatabase(config: Config, stack: string): Database {
  return asFarAsKnown<Database>({
    clusterIdentifier: () => clusterIdentifier(logicalName(config.name, stack, "database")),
    port: () => config.databasePort,
    name: () => databaseName,
    caCertificate: () => config.databaseCaCertificate,
  });
}

function plannedBuckets(config: Config, stack: string, found: Found): Buckets {
  const bucket = (existing: string | undefined, kind: string): string =>
    existing ?? bucketName(config.name, kind, stack, found.where);
  return asFarAsKnown<Buckets>({
    checkpoint: () => bucket(config.bucketCheckpointName, "checkpoint"),
    policy: () => bucket(config.bucketPolicyName, "policy"),
    metadata: () => bucket(config.bucketMetadataName, "metadata"),
    events: () => bucket(config.bucketEventsName, "events"),
    logs: () => bucket(config.bucketLogsName, "logs"),
  });
}
