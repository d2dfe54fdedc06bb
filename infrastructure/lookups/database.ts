import type { DBCluster, DBSubnetGroup } from "@aws-sdk/client-rds";
import {
  allPages,
  lookUp,
  lookUpIfAllowed,
  setCommand,
  type AwsClients,
  type Check,
  type ConfigProblem,
} from "@selfhosted/common";
import type { Config } from "../config";
import { databaseSettings } from "../config/database";
import { isNewer } from "../database-version";
import type { Network } from "../network";
import { fit, nothingToCheck } from "./check";
import type { ExistingInstance } from "./database-class";
import type { DescribeKey } from "./keys";

/** The databases of the region. */
export interface Clusters {
  /** The installation's own; undefined before there is one. */
  own: DBCluster | undefined;
}

/** All clusters of the region, once for all that need them: a question for one that isn't there is an error. */
export function lookUpClusters({ rds }: AwsClients, identifier: () => string): Promise<Check<Clusters>> {
  return lookUp(
    "database",
    "databaseUsername",
    () => "the list of database clusters",
    async () => {
      const wanted = identifier();
      const all = await allPages(async (Marker) => {
        const page = await rds.describeDBClusters({ Marker });
        return { items: page.DBClusters, next: page.Marker };
      });
      const own = all.find(({ DBClusterIdentifier: id }) => id === wanted);
      return {
        evidence: own ? `${wanted} exists, ${own.EngineVersion}` : `${wanted} is to be made`,
        value: { own },
      };
    },
  );
}

async function subnetGroup(
  rds: AwsClients["rds"],
  { DBSubnetGroup: name }: DBCluster,
): Promise<DBSubnetGroup | undefined> {
  const { DBSubnetGroups: [group] = [] } = await rds.describeDBSubnetGroups({ DBSubnetGroupName: name });
  return group;
}

export interface FixedQuery {
  clusters: Promise<Check<Clusters>>;
  describeKey: DescribeKey;
  /** The customer's data key; undefined where the installation has its own. */
  dataKey: Promise<Check<string>> | undefined;
  /** Description of the installation's own data key. */
  ownKeyDescription: () => string;
  network: Promise<Check<Network>>;
  instances: () => Promise<ExistingInstance[]>;
}

/** What AWS can't change of a cluster, or not now. */
export function lookUpFixed(config: Config, { rds }: AwsClients, query: FixedQuery): Promise<Check>[] {
  const { clusters } = query;
  return [
    fixed(clusters, "databaseUsername", "administrator", "the database", (cluster) =>
      usernameProblems(config, cluster),
    ),
    fixed(clusters, "dataKeyId", "key", "the key of the database", async (cluster) => {
      const given = query.dataKey ? await fit(query.dataKey) : undefined;
      return keyProblems(cluster, given, query.describeKey, query.ownKeyDescription());
    }),
    fixed(clusters, "databaseBacktrackHours", "backtrack", "the database", (cluster) =>
      backtrackProblems(config, cluster),
    ),
    fixed(clusters, "databaseStorageType", "storage", "the database", (cluster) => storageProblems(config, cluster)),
    fixed(clusters, "databaseEngineVersion", "version", "the database", (cluster) => versionProblems(config, cluster)),
    fixed(clusters, "isolatedSubnetIds", "subnets", "the subnet group of the database", async (cluster) => {
      // A VPC that isn't fit is a problem by itself.
      const { vpcId, isolatedSubnetIds } = await fit(query.network);
      const group = await subnetGroup(rds, cluster);
      return subnetProblems({ vpcId, isolatedSubnetIds }, cluster, group, await query.instances());
    }),
  ];
}

/** One look at the installation's cluster, where it exists. */
function fixed(
  clusters: Promise<Check<Clusters>>,
  key: string,
  name: string,
  what: string,
  look: (cluster: DBCluster) => ConfigProblem[] | Promise<ConfigProblem[]>,
): Promise<Check> {
  return lookUpIfAllowed(
    `database ${name}`,
    key,
    () => what,
    async () => {
      const { own } = await fit(clusters);
      return own === undefined ? nothingToCheck : { evidence: "as it was made", problems: await look(own) };
    },
  );
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
  return made === found || !isSettable(made) ? [] : [{ key, reason, fix: setCommand(key, made) }];
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
  return given === undefined && isOwn
    ? []
    : [
        {
          key,
          reason: `found ${given ?? "none"}, but ${id} was made with ${isOwn ? `its own key, ${made}` : made}, ${lost}`,
          fix: isOwn ? `pulumi config rm ${key}` : setCommand(key, made),
        },
      ];
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
  return wanted === 0 && found > 0
    ? [{ key, reason, fix: `to keep it: ${setCommand(key, found)}`, severity: "warning" }]
    : [];
}

/** AWS takes a cluster to the storage for much I/O once in 30 days. */
function storageProblems({ databaseStorageType: wanted }: Config, cluster: DBCluster): ConfigProblem[] {
  const {
    StorageType: found = "aurora",
    IOOptimizedNextAllowedModificationTime: next,
    DBClusterIdentifier: id,
  } = cluster;
  const key = "databaseStorageType";
  return wanted === "aurora-iopt1" && found !== wanted && next !== undefined && next.getTime() > Date.now()
    ? [
        {
          key,
          reason: `found ${wanted}, to which AWS changes ${id} again only from ${next.toISOString()} on`,
          fix: `until then: ${setCommand(key, "aurora")}`,
        },
      ]
    : [];
}

/** While AWS installs new versions, the setting is only where a cluster begins. */
function versionProblems(
  config: Config,
  { DBClusterIdentifier: id, EngineVersion: running }: DBCluster,
): ConfigProblem[] {
  const { databaseEngineVersion: wanted, databaseAutoMinorUpgrade: isUpgradedByAws } = config;
  const key = "databaseEngineVersion";
  const isTyped = wanted !== databaseSettings[key].default;
  return isTyped && isUpgradedByAws && running !== undefined && isNewer(wanted, running)
    ? [
        {
          key,
          reason: `found ${wanted}, which has no effect while databaseAutoMinorUpgrade is on: ${id} stays on ${running} until AWS moves it on`,
          fix: `pulumi config rm ${key}, or to upgrade now: pulumi config set databaseAutoMinorUpgrade false`,
          severity: "warning",
        },
      ]
    : [];
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
  return used.length === 0
    ? []
    : [
        {
          key: "isolatedSubnetIds",
          reason,
          fix: setCommand("isolatedSubnetIds", [...isolatedSubnetIds, ...names].join(",")),
        },
      ];
}
