import { type ConfigProblem, setCommand } from "@selfhosted/common";
import type { ExistingDatabase } from "./facts";

/** The vendor's name for the database within the cluster. */
const databaseName = "pulumi";

/** Why a cluster can't be taken over: Pulumi would replace it, AWS would refuse, or it isn't the service's. */
export function databaseProblems(
  { cluster, instances, subnetGroup }: ExistingDatabase,
  vpcId: string,
): ConfigProblem[] {
  const key = "clusterIdentifier";
  const { DBClusterIdentifier: id, Engine, EngineVersion, EngineMode = "provisioned", Status } = cluster;
  const unfit = [Status, ...instances.map(({ DBInstanceStatus }) => DBInstanceStatus)].filter(
    (status) => status !== "available",
  );
  const all: (ConfigProblem | false)[] = [
    (Engine !== "aurora-mysql" || !/^8\.0\.mysql_aurora\.3\./.test(EngineVersion ?? "")) && {
      key,
      reason: `${id} runs ${Engine} ${EngineVersion}; allowed: version 3 of Aurora MySQL`,
      fix: "upgrade it, by the rules of the release that runs on it",
    },
    EngineMode !== "provisioned" && {
      key,
      reason: `${id} has the engine mode ${EngineMode}, which AWS can't change`,
      fix: throughSnapshot(id),
    },
    cluster.StorageEncrypted !== true && {
      key,
      reason: `${id} isn't encrypted, and AWS can't encrypt it: a new cluster would take its place`,
      fix: throughSnapshot(id),
    },
    cluster.DatabaseName !== undefined &&
      cluster.DatabaseName !== databaseName && {
        key,
        reason: `${id} was made with the database ${cluster.DatabaseName}; that of the service is ${databaseName}`,
        fix: "name the cluster that the service uses",
      },
    cluster.MasterUserSecret !== undefined && {
      key,
      reason: `AWS manages and rotates the administrator's password of ${id}`,
      fix:
        `aws rds modify-db-cluster --db-cluster-identifier ${id} --no-manage-master-user-password --master-user-password … ` +
        "--apply-immediately; give that password to what uses the database",
    },
    Boolean(cluster.GlobalClusterIdentifier || cluster.ReplicationSourceIdentifier) && {
      key,
      reason: `${id} belongs to a global database, or is a copy of another cluster`,
      fix: `take it out: aws rds remove-from-global-cluster, or promote-read-replica-db-cluster`,
    },
    instances.length === 0 && { key, reason: `${id} has no instance`, fix: "name the cluster that the service uses" },
    unfit.length > 0 && {
      key,
      reason: `${id} or one of its instances is ${unfit.join(", ")}`,
      fix: "wait until all of them are available",
    },
    subnetGroup.VpcId !== vpcId && {
      key: "vpcId",
      reason: `found ${vpcId}, but ${id} is in ${subnetGroup.VpcId}; AWS moves no database to another VPC`,
      fix: `${setCommand("vpcId", subnetGroup.VpcId)}, and subnets of that VPC`,
    },
  ];
  return all.filter((problem) => problem !== false);
}

/** Where a cluster can't be taken over, its data can. */
function throughSnapshot(id = ""): string {
  const snapshot = `${id}-moved`;
  return (
    `stop the services that use it, then: aws rds create-db-cluster-snapshot --db-cluster-identifier ${id} ` +
    `--db-cluster-snapshot-identifier ${snapshot}; cd infrastructure && ${setCommand("databaseRestoreFromSnapshot", snapshot)}; ` +
    "and make adopt for the buckets, without clusterIdentifier"
  );
}
