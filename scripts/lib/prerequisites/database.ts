import type { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import type { EC2 } from "@aws-sdk/client-ec2";
import type { KMS } from "@aws-sdk/client-kms";
import {
  paginateDescribeEventSubscriptions,
  paginateDescribeOrderableDBInstanceOptions,
  type EventSubscription,
  type OrderableDBInstanceOption,
  type RDS,
} from "@aws-sdk/client-rds";
import { foreignLogGroups, type ConfigProblem } from "@selfhosted/common";
import { acceptableClasses, classProblems, type Offer } from "../../../infrastructure/database-class";
import { mostSubscriptions } from "../../../infrastructure/database-events";
import { databaseLogProblems } from "../../../infrastructure/database-logs";
import { logGroupName } from "../../../infrastructure/database-names";
import { snapshotProblems, snapshotQuery } from "../../../infrastructure/database-snapshot";
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

/** What the infrastructure layer makes a cluster from. */
export interface DatabaseQuery {
  config: Sized<DatabaseConfig>;
  region: string;
  isolatedSubnetIds: string[];
  clusterIdentifier: string;
  /** By which the layer knows its own. */
  tags: { project: string; layer: string; stack: string };
}

/** What a cluster is to be made from is there and fit, by the rules with which the infrastructure layer refuses it. */
export async function checkDatabase(clients: DatabaseClients, query: DatabaseQuery): Promise<Finding[]> {
  const { clusterIdentifier } = query;
  const Filters = [{ Name: "db-cluster-id", Values: [clusterIdentifier] }];
  const { DBClusters: [cluster] = [] } = await clients.rds.describeDBClusters({ Filters });
  if (cluster !== undefined) {
    return [{ name: "database", verdict: "ok", evidence: `${clusterIdentifier} exists, ${cluster.EngineVersion}` }];
  }
  const problems = await Promise.all([
    checkSnapshot(clients, query),
    checkClass(clients, query),
    checkLogGroups(clients, query),
  ]);
  const [wanted] = acceptableClasses(query.config);
  const { databaseEngineVersion: version, databaseRestoreFromSnapshot: snapshot } = query.config;
  const evidence = `${wanted} for ${version}${snapshot === undefined ? "" : `, from ${snapshot}`}`;
  return problems.flat().length > 0
    ? problems.flat().map((problem) => asFinding("infrastructure", problem))
    : [{ name: "database", verdict: "ok", evidence }];
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
  const facts = { engine, engineVersion, status, key: undefined };
  if (arn === undefined) {
    return snapshotProblems(config, facts);
  }
  const key = await kms.describeKey({ KeyId: arn }).catch((error: unknown) => unread(`the key ${arn} of ${id}`, error));
  return "reason" in key
    ? [key, ...snapshotProblems(config, facts)]
    : snapshotProblems(config, { ...facts, key: { arn, state: key.KeyMetadata?.KeyState ?? "unknown" } });
}

async function checkClass({ ec2, rds }: DatabaseClients, query: DatabaseQuery): Promise<ConfigProblem[]> {
  const { config, region, isolatedSubnetIds } = query;
  const request = { Engine: "aurora-mysql", EngineVersion: config.databaseEngineVersion };
  const options: OrderableDBInstanceOption[] = [];
  for await (const page of paginateDescribeOrderableDBInstanceOptions({ client: rds }, request)) {
    options.push(...(page.OrderableDBInstanceOptions ?? []));
  }
  const Filters = [{ Name: "subnet-id", Values: isolatedSubnetIds }];
  const { Subnets: subnets = [] } = await ec2.describeSubnets({ Filters });
  const zones = [...new Set(subnets.map(({ AvailabilityZone: zone = "" }) => zone))].sort();
  return classProblems(config, firstOffer(config, options), zones, region);
}

/** The first of the acceptable classes among what AWS offers. */
function firstOffer(config: DatabaseQuery["config"], options: OrderableDBInstanceOption[]): Offer | undefined {
  for (const instanceClass of acceptableClasses(config)) {
    const found = options.find(({ DBInstanceClass }) => DBInstanceClass === instanceClass);
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
