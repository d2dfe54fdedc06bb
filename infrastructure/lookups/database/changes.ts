import type { DBCluster, DBSubnetGroup } from "@aws-sdk/client-rds";
import {
  type AwsClients,
  type Check,
  type ConfigProblem,
  lookUpIfAllowed,
  nothingToCheck,
  overridden,
  problemIf,
  resultOf,
  setCommand,
} from "@selfhosted/common";
import type { Config } from "../../config";
import { databaseSettings } from "../../config/database";
import { isNewer } from "../../database/engine";
import type { Network } from "../../network/network";
import type { DataKeySetting, DescribeKey } from "../storage/keys";
import type { Clusters, ExistingInstance } from "./clusters";

export interface ChangesQuery {
  clusters: Promise<Check<Clusters>>;
  describeKey: DescribeKey;
  dataKey: Promise<Check<DataKeySetting>>;
  /** Description of the installation's own data key. */
  ownKeyDescription: () => string;
  network: Promise<Check<Network>>;
  instances: () => Promise<ExistingInstance[]>;
}

/** What AWS can't change of a cluster, or not now. */
export function lookUpChanges(config: Config, { rds }: AwsClients, query: ChangesQuery): Promise<Check>[] {
  const { clusters } = query;
  return [
    check(clusters, "databaseUsername", "administrator", "the database", (cluster) =>
      usernameProblems(config, cluster),
    ),
    check(clusters, "dataKeyId", "key", "the key of the database", async (cluster) => {
      const arn = overridden(config, "database-cluster", "kmsKeyId") ?? (await resultOf(query.dataKey)).arn;
      return keyProblems(cluster, arn, query.describeKey, query.ownKeyDescription());
    }),
    check(clusters, "databaseBacktrackHours", "backtrack", "the database", (cluster) =>
      backtrackProblems(config, cluster),
    ),
    check(clusters, "databaseStorageType", "storage", "the database", (cluster) => storageProblems(config, cluster)),
    check(clusters, "databaseEngineVersion", "version", "the database", (cluster) => versionProblems(config, cluster)),
    check(clusters, "isolatedSubnetIds", "subnets", "the subnet group of the database", async (cluster) => {
      // A VPC of which a check failed is a problem by itself.
      const { vpcId, isolatedSubnetIds } = await resultOf(query.network);
      const request = { DBSubnetGroupName: cluster.DBSubnetGroup };
      const { DBSubnetGroups: [group] = [] } = await rds.describeDBSubnetGroups(request);
      return subnetProblems({ vpcId, isolatedSubnetIds }, cluster, group, await query.instances());
    }),
  ];
}

/** One check of the installation's cluster, where it exists. */
function check(
  clusters: Promise<Check<Clusters>>,
  key: string,
  name: string,
  what: string,
  problemsOf: (cluster: DBCluster) => ConfigProblem[] | Promise<ConfigProblem[]>,
): Promise<Check> {
  return lookUpIfAllowed({ name: `database ${name}`, key, what }, async () => {
    const { own } = await resultOf(clusters);
    return own === undefined ? nothingToCheck : { detail: "as it was made", problems: await problemsOf(own) };
  });
}

const lost =
  "which AWS can't change: only a new, empty cluster could have another, and everything in the database would be lost";

/** Whether a name is allowed as a setting; a snapshot from elsewhere may have another, which its cluster keeps. */
export function isSettable(username: string): boolean {
  return "value" in databaseSettings.databaseUsername.parse(username);
}

function usernameProblems({ databaseUsername: found }: Config, cluster: DBCluster): ConfigProblem[] {
  const { MasterUsername: made = found, DBClusterIdentifier: id } = cluster;
  const key = "databaseUsername";
  const reason = `found ${found}, but ${id} was made with ${made}, ${lost}`;
  return problemIf(made !== found && isSettable(made), { key, reason, fix: setCommand(key, made) });
}

async function keyProblems(
  { KmsKeyId: made = "", DBClusterIdentifier: id }: DBCluster,
  given: string | undefined,
  describe: DescribeKey,
  ownDescription: string,
): Promise<ConfigProblem[]> {
  if (made === given) {
    return [];
  }
  const isOwn = (await describe(made)).Description === ownDescription;
  const key = "dataKeyId";
  return problemIf(given !== undefined || !isOwn, {
    key,
    reason: `found ${given ?? "none"}, but ${id} was made with ${isOwn ? `its own key, ${made}` : made}, ${lost}`,
    fix: isOwn ? `pulumi config rm ${key}` : setCommand(key, made),
  });
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Managing.Backtrack.html */
function backtrackProblems(
  { databaseBacktrackHours: wanted }: Config,
  { DBClusterIdentifier: id, BacktrackWindow: seconds = 0 }: DBCluster,
): ConfigProblem[] {
  const key = "databaseBacktrackHours";
  const found = seconds / 3600;
  if (wanted > 0 && found === 0) {
    const reason =
      `found ${wanted}, but backtrack is off in ${id}, and AWS turns it on only for a cluster that it makes. A new one from a snapshot ` +
      "could have it";
    return [{ key, reason, fix: setCommand(key, 0) }];
  }
  const reason = `found 0, but ${id} has backtrack of ${found} hours: once off, AWS doesn't turn it on again for this cluster`;
  return problemIf(wanted === 0 && found > 0, {
    key,
    reason,
    fix: `to keep it: ${setCommand(key, found)}`,
    severity: "warning",
  });
}

/** AWS takes a cluster to the storage for much I/O once in 30 days. */
function storageProblems({ databaseStorageType: wanted }: Config, cluster: DBCluster): ConfigProblem[] {
  const {
    StorageType: found = "aurora",
    IOOptimizedNextAllowedModificationTime: next,
    DBClusterIdentifier: id,
  } = cluster;
  const key = "databaseStorageType";
  if (wanted !== "aurora-iopt1" || found === wanted || next === undefined || next.getTime() <= Date.now()) {
    return [];
  }
  const reason = `found ${wanted}, to which AWS changes ${id} again only from ${next.toISOString()} on`;
  return [{ key, reason, fix: `until then: ${setCommand(key, "aurora")}` }];
}

/** While AWS installs new versions, the setting is only where a cluster begins. */
function versionProblems(
  config: Config,
  { DBClusterIdentifier: id, EngineVersion: running }: DBCluster,
): ConfigProblem[] {
  const { databaseEngineVersion: wanted, databaseAutoMinorUpgrade: isUpgradedByAws } = config;
  const key = "databaseEngineVersion";
  const isSet = wanted !== databaseSettings[key].default;
  return problemIf(isSet && isUpgradedByAws && running !== undefined && isNewer(wanted, running), {
    key,
    reason: `found ${wanted}, which has no effect while databaseAutoMinorUpgrade is on: ${id} stays on ${running} until AWS moves it on`,
    fix: `pulumi config rm ${key}, or to upgrade now: pulumi config set databaseAutoMinorUpgrade false`,
    severity: "warning",
  });
}

/** A database stays in its VPC, and AWS takes no subnet from it in which an instance is. */
function subnetProblems(
  { vpcId, isolatedSubnetIds }: Pick<Network, "vpcId" | "isolatedSubnetIds">,
  { DBClusterIdentifier: id }: DBCluster,
  { VpcId: made = vpcId, Subnets: subnets = [] }: DBSubnetGroup = {},
  instances: ExistingInstance[],
): ConfigProblem[] {
  if (made !== vpcId) {
    const reason =
      `found ${vpcId}, but ${id} is in ${made}; AWS moves no database to another VPC: only a new, empty one could be there, and ` +
      "everything in the database would be lost";
    return [{ key: "vpcId", reason, fix: setCommand("vpcId", made) }];
  }
  const placed = subnets.map(({ SubnetIdentifier = "", SubnetAvailabilityZone: zone }) => ({
    subnet: SubnetIdentifier,
    zone: zone?.Name ?? "",
  }));
  // Where several subnets are in a zone, AWS doesn't say in which of them an instance is.
  const used = placed.filter(
    ({ subnet, zone }) =>
      !isolatedSubnetIds.includes(subnet) &&
      placed.filter((each) => each.zone === zone).length === 1 &&
      instances.some((instance) => instance.zone === zone),
  );
  const names = used.map(({ subnet }) => subnet);
  const reason = `lacks ${names.join(", ")}, which an instance of ${id} is in; AWS takes no subnet from a database that uses it`;
  return problemIf(used.length > 0, {
    key: "isolatedSubnetIds",
    reason,
    fix: setCommand("isolatedSubnetIds", [...isolatedSubnetIds, ...names].join(",")),
  });
}
