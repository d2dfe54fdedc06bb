import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { foreignLogGroups, Surroundings, Tags } from "@selfhosted/common";
import { acceptableClasses, classProblems, ExistingInstance, Offer, zonesOfChanges } from "./database-class";
import { fixedProblems } from "./database-fixed";
import { databaseLogProblems } from "./database-logs";
import { logGroupName } from "./database-names";
import { snapshotProblems, snapshotQuery } from "./database-snapshot";
import { versionAfter } from "./database-version";
import { Findings } from "./findings";
import { Network } from "./network";
import { DatabaseConfig } from "./settings/database";
import { Sized } from "./sizes";

export interface DatabaseQuery {
  config: Sized<DatabaseConfig>;
  clusterIdentifier: string;
  instanceIdentifiers: string[];
  /** Description of the installation's own data key. */
  ownKeyDescription: string;
  /** Tags of this layer's resources. */
  tags: Tags;
  where: Surroundings;
  /** Undefined where it isn't fit. */
  network: Network | undefined;
  /** The customer's key, where one is given. */
  dataKeyArn: string | undefined;
}

/**
 * Looks up what the cluster is to be made from, or where it exists already, what it is to become.
 *
 * @returns the version that the cluster runs. Undefined before there is one.
 */
export async function lookUpDatabase(
  query: DatabaseQuery,
  findings: Findings,
  opts: pulumi.InvokeOptions,
): Promise<string | undefined> {
  const { config, clusterIdentifier, ownKeyDescription, dataKeyArn } = query;
  const filters = [{ name: "db-cluster-id", values: [clusterIdentifier] }];
  const { clusterIdentifiers } = await aws.rds.getClusters({ filters }, opts);
  if (clusterIdentifiers.length > 0) {
    const cluster = await aws.rds.getCluster({ clusterIdentifier }, opts);
    const { kmsKeyId: keyId } = cluster;
    // A given key that can't be read is reported already.
    const isUnread = findings.problems.some(({ key }) => key === "dataKeyId") && dataKeyArn === undefined;
    const keyIsOwn =
      isUnread || (keyId !== dataKeyArn && (await aws.kms.getKey({ keyId }, opts)).description === ownKeyDescription);
    const facts = { ...cluster, key: { arn: keyId, isOwn: keyIsOwn } };
    findings.problems.push(...fixedProblems(clusterIdentifier, config, dataKeyArn, facts));
    await lookUpClass(query, cluster, findings, opts);
    return cluster.engineVersion;
  }
  await Promise.all([
    lookUpSnapshot(query, findings, opts),
    lookUpClass(query, undefined, findings, opts),
    lookUpLogGroups(query, findings, opts),
  ]);
  return undefined;
}

async function lookUpSnapshot(
  { config }: DatabaseQuery,
  findings: Findings,
  opts: pulumi.InvokeOptions,
): Promise<void> {
  const { databaseRestoreFromSnapshot: id } = config;
  if (id === undefined) {
    return;
  }
  const setting = "databaseRestoreFromSnapshot";
  const args = { dbClusterSnapshotIdentifier: id, ...snapshotQuery(id) };
  const snapshot = await findings.lookUp(setting, id, aws.rds.getClusterSnapshot(args, opts));
  if (snapshot === undefined) {
    return;
  }
  const { kmsKeyId: keyId } = snapshot;
  const key = keyId
    ? await findings.lookUp(setting, `the key ${keyId} of ${id}`, aws.kms.getKey({ keyId }, opts))
    : undefined;
  const facts = { ...snapshot, key: key && { arn: key.arn, state: key.keyState } };
  findings.problems.push(...snapshotProblems(config, facts));
}

async function lookUpClass(
  { config, instanceIdentifiers, where, network }: DatabaseQuery,
  cluster: aws.rds.GetClusterResult | undefined,
  findings: Findings,
  opts: pulumi.InvokeOptions,
): Promise<void> {
  const setting = "databaseInstanceClass";
  const members = instanceIdentifiers.filter((each) => cluster?.clusterMembers.includes(each));
  const existing = await findings.lookUp(setting, "the instances of the database", instances(members, opts));
  const zones = zonesOfChanges(config, instanceIdentifiers, network?.databaseZones ?? [], existing ?? []);
  if (existing === undefined || zones.length === 0) {
    return;
  }
  const version = versionAfter(config, cluster?.engineVersion);
  const args = {
    engine: "aurora-mysql",
    engineVersion: version,
    storageType: config.databaseStorageType,
    preferredInstanceClasses: acceptableClasses(config),
  };
  const offers = await findings.lookUp(setting, `the classes of instances for ${version}`, firstOffer(args, opts));
  if (offers !== undefined) {
    const place = { version, exists: cluster !== undefined, region: where.region, zones };
    findings.problems.push(...classProblems(config, offers[0], place));
  }
}

function instances(identifiers: string[], opts: pulumi.InvokeOptions): Promise<ExistingInstance[]> {
  return Promise.all(
    identifiers.map(async (identifier) => {
      const found = await aws.rds.getInstance({ dbInstanceIdentifier: identifier }, opts);
      return { identifier, instanceClass: found.dbInstanceClass, zone: found.availabilityZone };
    }),
  );
}

/** The first of the preferred classes that AWS offers, or nothing. */
async function firstOffer(args: aws.rds.GetOrderableDbInstanceArgs, opts: pulumi.InvokeOptions): Promise<Offer[]> {
  try {
    return [await aws.rds.getOrderableDbInstance(args, opts)];
  } catch (error) {
    // The provider has no question for "is there one?"; that nothing matched is an error among others.
    if (error instanceof Error && /no RDS (Orderable )?DB Instance/i.test(error.message)) {
      return [];
    }
    throw error;
  }
}

async function lookUpLogGroups(
  { config, clusterIdentifier, tags }: DatabaseQuery,
  findings: Findings,
  opts: pulumi.InvokeOptions,
): Promise<void> {
  const wanted = config.databaseLogExports.map((log) => logGroupName(clusterIdentifier, log));
  const foreign = await foreignLogGroups(wanted, tags, (name) => logGroupTags(name, opts));
  findings.problems.push(...databaseLogProblems(foreign));
}

async function logGroupTags(name: string, opts: pulumi.InvokeOptions): Promise<Tags | undefined> {
  const { logGroupNames } = await aws.cloudwatch.getLogGroups({ logGroupNamePrefix: name }, opts);
  return logGroupNames.includes(name) ? { ...(await aws.cloudwatch.getLogGroup({ name }, opts)).tags } : undefined;
}
