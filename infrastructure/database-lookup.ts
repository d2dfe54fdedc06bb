import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { foreignLogGroups, Surroundings, Tags } from "@selfhosted/common";
import { acceptableClasses, classProblems, Offer } from "./database-class";
import { databaseLogProblems } from "./database-logs";
import { logGroupName } from "./database-names";
import { snapshotProblems, snapshotQuery } from "./database-snapshot";
import { Findings } from "./findings";
import { Network } from "./network";
import { DatabaseConfig } from "./settings/database";
import { Sized } from "./sizes";

export interface DatabaseQuery {
  config: Sized<DatabaseConfig>;
  clusterIdentifier: string;
  /** Tags of this layer's resources. */
  tags: Tags;
  where: Surroundings;
  /** Undefined where it isn't fit. */
  network: Network | undefined;
}

/**
 * Looks up what the cluster is to be made from; where it exists already, nothing of that is needed any more.
 *
 * @returns the version that the cluster runs. Undefined before there is one.
 */
export async function lookUpDatabase(
  query: DatabaseQuery,
  findings: Findings,
  opts: pulumi.InvokeOptions,
): Promise<string | undefined> {
  const { clusterIdentifier } = query;
  const filters = [{ name: "db-cluster-id", values: [clusterIdentifier] }];
  const { clusterIdentifiers } = await aws.rds.getClusters({ filters }, opts);
  if (clusterIdentifiers.length > 0) {
    return (await aws.rds.getCluster({ clusterIdentifier }, opts)).engineVersion;
  }
  await Promise.all([
    lookUpSnapshot(query, findings, opts),
    lookUpClass(query, findings, opts),
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
  { config, where, network }: DatabaseQuery,
  findings: Findings,
  opts: pulumi.InvokeOptions,
): Promise<void> {
  const args = {
    engine: "aurora-mysql",
    engineVersion: config.databaseEngineVersion,
    preferredInstanceClasses: acceptableClasses(config),
  };
  const what = `the classes of instances for ${config.databaseEngineVersion}`;
  const offers = await findings.lookUp("databaseInstanceClass", what, firstOffer(args, opts));
  if (offers !== undefined) {
    findings.problems.push(...classProblems(config, offers[0], network?.databaseZones ?? [], where.region));
  }
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
