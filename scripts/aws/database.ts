import type { DBCluster, DBInstance, RDS } from "@aws-sdk/client-rds";
import type { StateResource } from "../pulumi/stacks";
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

/** Whether the stack wants the HTTP endpoint of its database on: by `resourceOverrides`. */
export function wantsDataApi(resources: StateResource[]): boolean {
  return resources.some(
    ({ type, inputs }) => type.startsWith("aws:rds/cluster:") && inputs?.["enableHttpEndpoint"] === true,
  );
}

/**
 * The database is up, can fail over, and is protected.
 *
 * @param dataApi whether its HTTP endpoint is meant to be on.
 */
export function checkDatabase(
  { cluster, instances }: DescribedDatabase,
  { ephemeral, dataApi }: { ephemeral: boolean; dataApi: boolean },
): CheckResult[] {
  const members = cluster.DBClusterMembers ?? [];
  const writers = members.filter((member) => member.IsClusterWriter);
  const zones = new Set(instances.map((instance) => instance.AvailabilityZone));
  const states = instances
    .map(
      ({ DBInstanceIdentifier: id = "unnamed", DBInstanceStatus: state = "in an unknown state" }) => `${id} ${state}`,
    )
    .join(", ");
  const version = [cluster.Engine, cluster.EngineVersion].filter(Boolean).join(" ");
  return [
    checkResult(
      "database",
      cluster.Status === "available",
      [cluster.Status ?? "no such cluster", version].filter(Boolean).join(", "),
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
    ...(cluster.HttpEndpointEnabled && !dataApi
      ? [
          checkResult(
            "database HTTP endpoint",
            false,
            "on, and the stack doesn't ask for it: it takes SQL from outside of the network",
            `left by \`make rotate\`, or turned on by somebody: aws rds disable-http-endpoint --resource-arn ${cluster.DBClusterArn ?? ""}`,
            "warn",
          ),
        ]
      : []),
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
