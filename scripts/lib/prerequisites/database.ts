import type { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import type { EC2 } from "@aws-sdk/client-ec2";
import type { KeyMetadata, KMS } from "@aws-sdk/client-kms";
import {
  paginateDescribeEventSubscriptions,
  paginateDescribeOrderableDBInstanceOptions,
  type DBCluster,
  type EventSubscription,
  type OrderableDBInstanceOption,
  type RDS,
} from "@aws-sdk/client-rds";
import { foreignLogGroups, type ConfigProblem } from "@selfhosted/common";
import type { Config } from "../../../infrastructure/config";
import {
  acceptableClasses,
  classProblems,
  zonesOfChanges,
  type ExistingInstance,
  type Offer,
} from "../../../infrastructure/database-class";
import { mostSubscriptions } from "../../../infrastructure/database-events";
import { fixedProblems } from "../../../infrastructure/database-fixed";
import { databaseLogProblems } from "../../../infrastructure/database-logs";
import { logGroupName } from "../../../infrastructure/database-names";
import { snapshotProblems, snapshotQuery } from "../../../infrastructure/database-snapshot";
import { versionAfter } from "../../../infrastructure/database-version";
import type { DatabaseConfig } from "../../../infrastructure/settings/database";
import type { Sized } from "../../../infrastructure/sizes";
import { explain, finding, type Finding } from "../report";
import { asFinding } from "./configuration";
import { logGroupTags } from "./log-groups";

interface DatabaseClients {
  ec2: EC2;
  kms: KMS;
  logs: CloudWatchLogs;
  rds: RDS;
}

/** What the infrastructure layer makes a cluster from, and its instances. */
export interface DatabaseQuery {
  config: Sized<DatabaseConfig> & Pick<Config, "dataKeyId">;
  region: string;
  isolatedSubnetIds: string[];
  clusterIdentifier: string;
  instanceIdentifiers: string[];
  /** Description of the installation's own data key. */
  ownKeyDescription: string;
  /** By which the layer knows its own. */
  tags: { project: string; layer: string; stack: string };
}

/**
 * What a cluster is to be made from is there and fit, or where it exists, what it is to become: by the rules with which the
 * infrastructure layer refuses it.
 */
export async function checkDatabase(clients: DatabaseClients, query: DatabaseQuery): Promise<Finding[]> {
  const { config, clusterIdentifier } = query;
  const Filters = [{ Name: "db-cluster-id", Values: [clusterIdentifier] }];
  const { DBClusters: [cluster] = [] } = await clients.rds.describeDBClusters({ Filters });
  const problems = await Promise.all(
    cluster === undefined
      ? [checkSnapshot(clients, query), checkClass(clients, query, undefined), checkLogGroups(clients, query)]
      : [checkFixed(clients, query, cluster), checkClass(clients, query, cluster)],
  );
  const [wanted] = acceptableClasses(config);
  const { databaseEngineVersion: version, databaseRestoreFromSnapshot: snapshot } = config;
  const evidence =
    cluster === undefined
      ? `${wanted} for ${version}${snapshot === undefined ? "" : `, from ${snapshot}`}`
      : `${clusterIdentifier} exists, ${cluster.EngineVersion}`;
  return problems.flat().length > 0
    ? problems.flat().map((problem) => asFinding("infrastructure", problem))
    : [{ name: "database", verdict: "ok", evidence }];
}

async function checkFixed(
  { kms }: DatabaseClients,
  { config, clusterIdentifier, ownKeyDescription }: DatabaseQuery,
  { MasterUsername: masterUsername = "", KmsKeyId: arn = "" }: DBCluster,
): Promise<ConfigProblem[]> {
  const describe = async (KeyId: string): Promise<Partial<KeyMetadata>> =>
    (await kms.describeKey({ KeyId })).KeyMetadata ?? {};
  const { dataKeyId } = config;
  const given = dataKeyId === undefined ? undefined : (await describe(dataKeyId)).Arn;
  const isOwn = arn !== given && (await describe(arn)).Description === ownKeyDescription;
  return fixedProblems(clusterIdentifier, config, given, { masterUsername, key: { arn, isOwn } });
}

async function checkSnapshot({ rds, kms }: DatabaseClients, { config }: DatabaseQuery): Promise<ConfigProblem[]> {
  const { databaseRestoreFromSnapshot: id } = config;
  if (id === undefined) {
    return [];
  }
  const unread = (what: string, error: unknown): ConfigProblem => ({
    key: "databaseRestoreFromSnapshot",
    reason: `${what} can't be read; AWS said: ${explain(error)}`,
  });
  const { snapshotType: SnapshotType, includeShared: IncludeShared } = snapshotQuery(id);
  const request = { DBClusterSnapshotIdentifier: id, SnapshotType, IncludeShared };
  const answer = await rds.describeDBClusterSnapshots(request).catch((error: unknown) => unread(id, error));
  if ("reason" in answer) {
    return [answer];
  }
  const [snapshot] = answer.DBClusterSnapshots ?? [];
  if (snapshot === undefined) {
    return [unread(id, "no such snapshot")];
  }
  const { Engine: engine = "", EngineVersion: engineVersion = "", Status: status = "", KmsKeyId: arn } = snapshot;
  const facts = { engine, engineVersion, status, masterUsername: snapshot.MasterUsername, key: undefined };
  if (arn === undefined) {
    return snapshotProblems(config, facts);
  }
  const key = await kms.describeKey({ KeyId: arn }).catch((error: unknown) => unread(`the key ${arn} of ${id}`, error));
  return "reason" in key
    ? [key, ...snapshotProblems(config, facts)]
    : snapshotProblems(config, { ...facts, key: { arn, state: key.KeyMetadata?.KeyState ?? "unknown" } });
}

async function checkClass(
  { ec2, rds }: DatabaseClients,
  query: DatabaseQuery,
  cluster: DBCluster | undefined,
): Promise<ConfigProblem[]> {
  const { config, region, isolatedSubnetIds, clusterIdentifier, instanceIdentifiers } = query;
  const { Subnets: subnets = [] } = await ec2.describeSubnets({
    Filters: [{ Name: "subnet-id", Values: isolatedSubnetIds }],
  });
  const databaseZones = [...new Set(subnets.map(({ AvailabilityZone: zone = "" }) => zone))].sort();
  const existing = cluster === undefined ? [] : await instancesOf(rds, clusterIdentifier);
  const zones = zonesOfChanges(config, instanceIdentifiers, databaseZones, existing);
  if (zones.length === 0) {
    return [];
  }
  const version = versionAfter(config, cluster?.EngineVersion);
  const options: OrderableDBInstanceOption[] = [];
  const request = { Engine: "aurora-mysql", EngineVersion: version };
  for await (const page of paginateDescribeOrderableDBInstanceOptions({ client: rds }, request)) {
    options.push(...(page.OrderableDBInstanceOptions ?? []));
  }
  const place = { version, exists: cluster !== undefined, region, zones };
  return classProblems(config, firstOffer(config, options), place);
}

async function instancesOf(rds: RDS, cluster: string): Promise<ExistingInstance[]> {
  const { DBInstances: found = [] } = await rds.describeDBInstances({
    Filters: [{ Name: "db-cluster-id", Values: [cluster] }],
  });
  return found.map(({ DBInstanceIdentifier = "", DBInstanceClass = "", AvailabilityZone = "" }) => ({
    identifier: DBInstanceIdentifier,
    instanceClass: DBInstanceClass,
    zone: AvailabilityZone,
  }));
}

/** The first of the acceptable classes among what AWS offers. */
function firstOffer(config: DatabaseQuery["config"], options: OrderableDBInstanceOption[]): Offer | undefined {
  const { databaseStorageType: storage } = config;
  for (const instanceClass of acceptableClasses(config)) {
    const found = options.find(
      ({ DBInstanceClass, StorageType }) =>
        DBInstanceClass === instanceClass && (storage === undefined || StorageType === storage),
    );
    if (found) {
      return { instanceClass, availabilityZones: found.AvailabilityZones?.map(({ Name = "" }) => Name) ?? [] };
    }
  }
  return undefined;
}

async function checkLogGroups({ logs }: DatabaseClients, query: DatabaseQuery): Promise<ConfigProblem[]> {
  const { config, clusterIdentifier, tags } = query;
  const wanted = config.databaseLogExports.map((log) => logGroupName(clusterIdentifier, log));
  return databaseLogProblems(await foreignLogGroups(wanted, tags, (name) => logGroupTags(logs, name)));
}

/** The region has room for the database's event subscriptions. */
export async function checkSubscriptions(rds: RDS, wanted: string[]): Promise<Finding> {
  const found: EventSubscription[] = [];
  for await (const page of paginateDescribeEventSubscriptions({ client: rds }, {})) {
    found.push(...(page.EventSubscriptionsList ?? []));
  }
  return subscriptionsFinding(
    found.map(({ CustSubscriptionId: name = "" }) => name),
    wanted,
  );
}

export function subscriptionsFinding(existing: string[], wanted: string[]): Finding {
  const others = existing.filter((name) => !wanted.includes(name)).length;
  return finding(
    "event subscriptions",
    others + wanted.length <= mostSubscriptions,
    `${wanted.length} for the database, ${others} others; AWS has ${mostSubscriptions} in a region unless the quota is raised`,
    "raise the quota of RDS event subscriptions in Service Quotas, or in infrastructure/: pulumi config set databaseEvents false",
    "warn",
  );
}
