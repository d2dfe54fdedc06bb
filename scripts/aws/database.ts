import type { DBCluster, DBInstance, RDS } from "@aws-sdk/client-rds";
import { type CheckResult, checkResult, type StatusRow } from "../report";

/** The database as RDS describes it. */
export interface DescribedDatabase {
  cluster: DBCluster;
  instances: DBInstance[];
}

export async function describeDatabase(rds: RDS, identifier: string): Promise<DescribedDatabase> {
  const [clusters, instances] = await Promise.all([
    rds.describeDBClusters({ DBClusterIdentifier: identifier }),
    rds.describeDBInstances({ Filters: [{ Name: "db-cluster-id", Values: [identifier] }] }),
  ]);
  return { cluster: clusters.DBClusters?.[0] ?? {}, instances: instances.DBInstances ?? [] };
}

/** The database is up, can fail over, and is protected. */
export function checkDatabase({ cluster, instances }: DescribedDatabase, ephemeral: boolean): CheckResult[] {
  const members = cluster.DBClusterMembers ?? [];
  const writers = members.filter((member) => member.IsClusterWriter);
  const zones = new Set(instances.map((instance) => instance.AvailabilityZone));
  const states = instances.map((each) => `${each.DBInstanceIdentifier} ${each.DBInstanceStatus}`).join(", ");
  return [
    checkResult(
      "database",
      cluster.Status === "available",
      `${cluster.Status ?? "no such cluster"}, ${cluster.Engine ?? ""} ${cluster.EngineVersion ?? ""}`.trim(),
      "see its events in RDS; while it is modified or backed up, wait",
    ),
    checkResult(
      "database writer",
      writers.length === 1 && instances.every((instance) => instance.DBInstanceStatus === "available"),
      states || "no instances",
      "see the events of the instance in RDS, or `pulumi refresh` and `pulumi up` in infrastructure/",
    ),
    checkResult(
      "database failover",
      members.length > 1 && zones.size > 1,
      `${members.length} instances in ${zones.size} availability zones`,
      "with one instance or zone its loss is an outage: `pulumi config set databaseInstanceCount 2` in infrastructure/",
      "warn",
    ),
    checkResult(
      "database encrypted",
      cluster.StorageEncrypted === true,
      cluster.StorageEncrypted ? `with ${cluster.KmsKeyId ?? "the key of RDS"}` : "not encrypted",
      "storage can only be encrypted by restoring a snapshot into an encrypted cluster",
    ),
    ...(ephemeral
      ? []
      : [
          checkResult(
            "database deletion protection",
            cluster.DeletionProtection === true,
            cluster.DeletionProtection ? "on" : "off",
            "`pulumi refresh` and `pulumi up` in infrastructure/",
          ),
        ]),
  ];
}

/** The cluster, and each instance under it. */
export function databaseRows({ cluster, instances }: DescribedDatabase): StatusRow[] {
  const writers = (cluster.DBClusterMembers ?? []).filter(({ IsClusterWriter }) => IsClusterWriter);
  return [
    {
      what: "database",
      where: cluster.Endpoint ?? cluster.DBClusterIdentifier ?? "",
      version: [cluster.Engine, cluster.EngineVersion].filter(Boolean).join(" "),
      state: cluster.Status ?? "gone",
      healthy: isUp(cluster.Status),
    },
    ...instances.map((instance) => ({
      what: writers.some(({ DBInstanceIdentifier: id }) => id === instance.DBInstanceIdentifier)
        ? "  writer"
        : "  reader",
      where: [instance.DBInstanceIdentifier, instance.AvailabilityZone].filter(Boolean).join(" in "),
      version: instance.DBInstanceClass ?? "",
      state: instance.DBInstanceStatus ?? "",
      healthy: isUp(instance.DBInstanceStatus),
    })),
  ];
}

/** Whether it serves: while it is backed up or modified, it does. */
function isUp(status = ""): boolean {
  return ["available", "backing-up", "modifying"].includes(status);
}
