import type { DBClusterSnapshot } from "@aws-sdk/client-rds";
import { awsClients, type InfrastructureOutputs, physicalName, snapshotTags as tags } from "@selfhosted/common";
import { databaseSnapshots } from "../aws/snapshots";
import { takeSnapshot, timestamp } from "../backup/take";
import type { StatusRow } from "../report";

/** A snapshot of the database from before an upgrade. */
export interface UpgradeSnapshot {
  identifier: string;
  /** The release that ran. */
  from: string;
  /** The release that was to run. */
  to: string;
  /** The release for which the database was migrated, which an upgrade that failed may have left ahead of `from`. */
  database: string;
  takenAt: Date;
}

/**
 * Takes a snapshot of the database before an upgrade, and waits for it. Its tags say of which upgrade.
 *
 * Where the same upgrade was started before, and its migration has run since, there is no other: the database may no longer be that of
 * the release that the tags would name, and a rollback restores the snapshot from before that run.
 */
export async function snapshotBefore(
  infrastructure: InfrastructureOutputs,
  { from, to, database }: Pick<UpgradeSnapshot, "from" | "to" | "database">,
  hasMigratedSince: (moment: Date) => Promise<boolean>,
): Promise<void> {
  const cluster = infrastructure.database.clusterIdentifier;
  const [earlier] = (await upgradeSnapshots(cluster, infrastructure.installation.region)).filter(
    (each) => each.to === to && each.database === database,
  );
  if (earlier !== undefined && (await hasMigratedSince(earlier.takenAt))) {
    console.log(
      `this upgrade was started before: its database snapshot ${earlier.identifier} is the one for a rollback`,
    );
    return;
  }
  const identifier = snapshotName(cluster, to, new Date());
  console.log(`taking the database snapshot ${identifier} …`);
  await takeSnapshot(infrastructure, identifier, { [tags.from]: from, [tags.to]: to, [tags.database]: database });
}

/**
 * `<cluster>-before-<release>-<yyyymmddhhmmss>`, the cluster's name and the release cut to what RDS takes: 63 letters, digits and
 * hyphens, of which no two follow each other.
 */
export function snapshotName(cluster: string, to: string, at: Date): string {
  const release = to
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 24)
    .replace(/^-|-$/g, "");
  const suffix = `-before-${release}-${timestamp(at)}`;
  return physicalName("databaseIdentifier", cluster, suffix.length) + suffix;
}

/** The snapshots from before upgrades of a database, the latest first. */
export async function upgradeSnapshots(cluster: string, region: string): Promise<UpgradeSnapshot[]> {
  const { rds } = awsClients({ region });
  // A cluster that was destroyed may have left snapshots under the same name.
  const { DBClusters = [] } = await rds.describeDBClusters({ DBClusterIdentifier: cluster });
  const since = DBClusters[0]?.ClusterCreateTime ?? new Date(0);
  const snapshots = (await databaseSnapshots(rds, cluster, "manual")).flatMap(upgradeSnapshot);
  return snapshots.filter(({ takenAt }) => takenAt >= since).sort((a, b) => b.takenAt.getTime() - a.takenAt.getTime());
}

/** A snapshot by its tags; nothing where it was taken for something else than an upgrade. */
function upgradeSnapshot({
  DBClusterSnapshotIdentifier: identifier,
  SnapshotCreateTime: takenAt,
  SourceDBClusterSnapshotArn: source,
  Status,
  TagList = [],
}: DBClusterSnapshot): UpgradeSnapshot[] {
  const [from, to, database] = [tags.from, tags.to, tags.database].map(
    (key) => TagList.find(({ Key }) => Key === key)?.Value,
  );
  // A copy has the tags, but the moment at which it was copied.
  return Status === "available" && !source && identifier && takenAt && from && to && database
    ? [{ identifier, takenAt, from, to, database }]
    : [];
}

/** The snapshot from before the last upgrade. */
export function snapshotRow({ identifier, from, to, takenAt }: UpgradeSnapshot): StatusRow {
  const taken = `taken ${takenAt.toISOString().slice(0, 16)}Z, before ${to}`;
  return { what: "  snapshot", where: identifier, version: from, state: taken };
}
