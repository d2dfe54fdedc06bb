import {
  asFarAsKnown,
  type BackupOutputs,
  type Buckets,
  type Copies,
  type Database,
  globalArn,
  infrastructureContract,
  type InfrastructureOutputs,
  type Installation,
  type Location,
  logicalName,
  partlyKnown,
  type Search,
} from "@selfhosted/common";
import type { Config } from "./config";
import { trustedAuthorities } from "./database/authorities";
import { clusterIdentifier, databaseName } from "./database/cluster";
import type { Network } from "./network/network";
import { bucketNameSettings, objectLock, ownBucketName } from "./storage/buckets";
import { apiRoleName } from "./storage/data-access";

export interface PlannedArgs {
  stack: string;
  /** Undefined where it couldn't be looked up. */
  location?: Location;
  /** Undefined where a check of it failed. */
  network?: Network;
}

/**
 * What this layer would publish as it is configured now, for the rules of the layers below before it is deployed. What AWS decides,
 * such as the id of a security group, isn't known (`partlyKnown`); nor is what depends on a value that isn't valid.
 */
export function plannedOutputs(config: Config, { stack, location, network }: PlannedArgs): InfrastructureOutputs {
  const found = partlyKnown<Found>({ ...(location && { location }), ...(network && { network }) });
  return asFarAsKnown<InfrastructureOutputs>({
    contractVersion: () => infrastructureContract.version,
    installation: () => plannedInstallation(config, found),
    network: () => found.network.outputs,
    database: () => plannedDatabase(config, stack),
    buckets: () => plannedBuckets(config, stack, found),
    apiTaskRoleArn: () => {
      const role = apiRoleName(logicalName(config.name, stack, "data-access"));
      return globalArn(found.location.partition, "iam", `role/${role}`, found.location.accountId);
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

/** What the look-ups found; a network of which a check failed isn't known. */
interface Found {
  location: Location;
  network: Network;
}

function plannedInstallation(config: Config, found: Found): Installation {
  return asFarAsKnown<Installation>({
    name: () => config.name,
    accountId: () => found.location.accountId,
    region: () => config["aws:region"],
    tags: () => config.tags,
    size: () => config.size,
    ephemeral: () => config.ephemeral,
    permissionsBoundaryArn: () => config.permissionsBoundaryArn,
  });
}

function plannedDatabase(config: Config, stack: string): Database {
  return asFarAsKnown<Database>({
    clusterIdentifier: () => clusterIdentifier(logicalName(config.name, stack, "database"), config),
    port: () => config.databasePort,
    name: () => databaseName,
    caCertificate: () => trustedAuthorities(config, config["aws:region"]),
  });
}

function plannedBuckets(config: Config, stack: string, found: Found): Buckets {
  const bucket = (kind: keyof Buckets) => (): string =>
    config[bucketNameSettings[kind]] ?? ownBucketName(config, kind, stack, found.location);
  return asFarAsKnown<Buckets>({
    checkpoint: bucket("checkpoint"),
    policy: bucket("policy"),
    metadata: bucket("metadata"),
    events: bucket("events"),
    logs: bucket("logs"),
  });
}
