import type { DBInstance } from "@aws-sdk/client-rds";
import { settings } from "../../infrastructure/exports";
import { databaseProblems } from "./database-problems";
import type { ExistingDatabase } from "./facts";
import { type Part, type Setting, setting } from "./part";

/** What is configured of the database already. */
export interface DatabaseConfig {
  vpcId: string;
  isolatedSubnetIds: string[];
  databasePort: number;
  databaseInstanceCount: number;
  databaseBackupRetentionDays: number;
  databaseLogExports: string[];
  logRetentionDays: string;
}

/** Takes a cluster over with its instances and its subnet group. */
export function planDatabase(
  database: ExistingDatabase,
  config: DatabaseConfig,
  { password, isCompared }: { password: string; isCompared: boolean },
): Part {
  const { cluster, instances, subnetGroup, logs } = database;
  const { DBClusterIdentifier: id = "", DBSubnetGroup: group = "" } = cluster;
  const names = instances.map((_, index) => `database-instance-${index + 1}`);
  return {
    problems: databaseProblems(database, config.vpcId),
    settings: [
      setting(
        "databasePassword",
        password,
        isCompared ? "the one that it has: what uses it now goes on" : "yours, which was compared with nothing",
      ),
      ...sizeOf(database, config),
      ...keptOf(database, config),
      ...override("database-cluster", "clusterIdentifier", id, "AWS renames it, but Pulumi would replace it"),
      ...override("database-cluster", "kmsKeyId", cluster.KmsKeyId, "AWS doesn't encrypt a database anew"),
      ...override("database-subnets", "name", group, "a cluster stays in its subnet group"),
      ...instances.flatMap((instance, index) => instanceOverrides(names[index] ?? "", instance, instances[0])),
      ...standbyZones(database, config),
    ],
    imports: [
      { name: "database-subnets", type: "aws:rds/subnetGroup:SubnetGroup", id: group },
      { name: "database-cluster", type: "aws:rds/cluster:Cluster", id },
      ...instances.map(({ DBInstanceIdentifier = "" }, index) => ({
        name: names[index] ?? "",
        type: "aws:rds/clusterInstance:ClusterInstance",
        id: DBInstanceIdentifier,
      })),
      ...logs
        .filter((log) => config.databaseLogExports.includes(log))
        .map((log) => ({
          name: `database-logs-${log}`,
          type: "aws:cloudwatch/logGroup:LogGroup",
          id: `/aws/rds/cluster/${id}/${log}`,
        })),
    ],
    changes: [
      ...(isCompared
        ? []
        : [
            `${id}: the administrator's password is set to the one that you gave: IF IT ISN'T THE PRESENT ONE, what runs can't connect any more`,
          ]),
      ...changesOf(database, subnetGroup.DBSubnetGroupName ?? group, config),
    ],
  };
}

/** Class of the instances as they are, and none less of them. */
function sizeOf({ cluster, instances }: ExistingDatabase, config: DatabaseConfig): Setting[] {
  const [writer] = instances;
  const type = writer?.DBInstanceClass ?? "";
  const { MinCapacity: min, MaxCapacity: max } = cluster.ServerlessV2ScalingConfiguration ?? {};
  const because = "as it is";
  return [
    ...(instances.length > config.databaseInstanceCount
      ? [setting("databaseInstanceCount", String(instances.length), because)]
      : []),
    ...(type === "db.serverless"
      ? [
          setting("databaseServerless", "true", because),
          setting("databaseMinCapacity", String(min), because),
          setting("databaseMaxCapacity", String(max), because),
        ]
      : [setting("databaseInstanceClass", type, because)]),
    ...(type.startsWith("db.t3.")
      ? [setting("databasePerformanceInsights", "false", `AWS has none for ${type}`)]
      : insightsOf(writer)),
  ];
}

function insightsOf(writer: DBInstance | undefined): Setting[] {
  const { PerformanceInsightsEnabled: enabled, PerformanceInsightsRetentionPeriod: days = 7 } = writer ?? {};
  return enabled && days > 7
    ? [setting("databasePerformanceInsightsDays", String(days), "what is recorded stays as long")]
    : [];
}

/** What would be lost, or cut off, by the default. */
function keptOf({ cluster, subnetGroup }: ExistingDatabase, config: DatabaseConfig): Setting[] {
  const {
    MasterUsername: user = "",
    Port: port = 3306,
    BackupRetentionPeriod: days = 1,
    BacktrackWindow = 0,
  } = cluster;
  const subnets = (subnetGroup.Subnets ?? []).flatMap(({ SubnetIdentifier }) => SubnetIdentifier ?? []);
  const groups = (cluster.VpcSecurityGroups ?? []).flatMap(({ VpcSecurityGroupId }) => VpcSecurityGroupId ?? []);
  return [
    // A name that the setting doesn't take, the layer leaves as it is.
    ...("value" in settings.databaseUsername.parse(user)
      ? [setting("databaseUsername", user, "AWS renames no administrator")]
      : []),
    ...(port === config.databasePort ? [] : [setting("databasePort", String(port), "as it is")]),
    ...(days > config.databaseBackupRetentionDays
      ? [setting("databaseBackupRetentionDays", String(days), "with fewer, AWS deletes the older backups")]
      : []),
    ...(BacktrackWindow > 0
      ? [setting("databaseBacktrackHours", String(Math.ceil(BacktrackWindow / 3600)), "once off, it stays off")]
      : []),
    ...(subnets.every((subnet) => config.isolatedSubnetIds.includes(subnet))
      ? []
      : [setting("isolatedSubnetIds", subnets.join(","), `those of the subnet group ${cluster.DBSubnetGroup}`)]),
    ...(groups.length > 0
      ? [setting("databaseExtraSecurityGroupIds", groups.join(","), "what reaches the database now goes on")]
      : []),
  ];
}

function instanceOverrides(name: string, instance: DBInstance, writer: DBInstance | undefined): Setting[] {
  const { DBInstanceClass: type, PerformanceInsightsEnabled: isRecorded, PerformanceInsightsKMSKeyId: key } = instance;
  const [{ DBParameterGroupName: parameters = "" } = {}] = instance.DBParameterGroups ?? [];
  return [
    ...override(name, "identifier", instance.DBInstanceIdentifier, "Pulumi would replace it"),
    ...(type === writer?.DBInstanceClass ? [] : override(name, "instanceClass", type, "as it is")),
    ...(isRecorded ? override(name, "performanceInsightsKmsKeyId", key, "AWS doesn't change it") : []),
    ...(parameters.startsWith("default.")
      ? []
      : override(
          name,
          "dbParameterGroupName",
          "default.aurora-mysql8.0",
          `in place of ${parameters}: the cluster's parameters, with strict tables, hold for all instances`,
        )),
  ];
}

/** Instances to come lie in other zones than those that there are: the layer spreads its own only. */
function standbyZones({ instances, subnetGroup }: ExistingDatabase, config: DatabaseConfig): Setting[] {
  const zones = new Set((subnetGroup.Subnets ?? []).flatMap(({ SubnetAvailabilityZone: zone }) => zone?.Name ?? []));
  instances.forEach(({ AvailabilityZone: used = "" }) => zones.delete(used));
  const count = Math.max(config.databaseInstanceCount - instances.length, 0);
  return [...zones]
    .sort()
    .slice(0, count)
    .flatMap((zone, index) => {
      const name = `database-instance-${instances.length + index + 1}`;
      return override(name, "availabilityZone", zone, "another zone than that of the others");
    });
}

/** Facts of theirs that the first deployment changes in place. */
function changesOf({ cluster, instances, logs }: ExistingDatabase, group: string, config: DatabaseConfig): string[] {
  const { DBClusterIdentifier: id, BackupRetentionPeriod: days = 1 } = cluster;
  const open = instances.filter(({ PubliclyAccessible }) => PubliclyAccessible);
  const kept = Math.max(days, config.databaseBackupRetentionDays);
  return [
    ...(cluster.DeletionProtection ? [] : [`${id}: protected against deletion`]),
    ...(days === kept ? [] : [`${id}: backups are kept for ${kept} days, not ${days}`]),
    `${id}: parameters of the installation's own, with strict tables, in place of ${cluster.DBClusterParameterGroup}, once restarted`,
    `${id}: the installation's security group beside those that it has`,
    `${group}: the isolated subnets`,
    ...(instances.length < config.databaseInstanceCount
      ? [`${id}: ${config.databaseInstanceCount} instances in different zones, not ${instances.length}`]
      : []),
    ...open.map(({ DBInstanceIdentifier }) => `${DBInstanceIdentifier}: not reachable from the internet any more`),
    ...config.databaseLogExports
      .filter((log) => logs.includes(log))
      .map(
        (log) =>
          `log group /aws/rds/cluster/${id}/${log}: what is older than ${config.logRetentionDays} days is DELETED; the installation's key`,
      ),
  ];
}

function override(resource: string, property: string, value: string | undefined, because: string): Setting[] {
  return value === undefined
    ? []
    : [setting(`resourceOverrides["${resource}"].${property}`, value, because, { isPath: true })];
}
