import {
  paginateDescribeDBClusterSnapshots,
  waitUntilDBClusterSnapshotAvailable,
  type DBClusterSnapshot,
} from "@aws-sdk/client-rds";
import { awsClients, physicalName } from "@selfhosted/common";

/** A snapshot of the database from before an upgrade. */
export interface RestorePoint {
  identifier: string;
  /** The release that served. */
  from: string;
  /** The release that was to come. */
  to: string;
  /** The release for which the database was migrated, which an upgrade that failed may have left ahead of `from`. */
  database: string;
  takenAt: Date;
}

/** Snapshots of Aurora are taken from its storage; an hour is far more than a large one takes. */
const ceilingSeconds = 3600;

/** Tags of a snapshot, by which it is known as a way back. */
const tags = { from: "upgrade-from", to: "upgrade-to", database: "upgrade-database" };

/**
 * Takes a snapshot of the database before an upgrade, and waits for it. Its tags tell of which upgrade.
 */
export async function snapshotBefore(
  cluster: string,
  { from, to, database }: Pick<RestorePoint, "from" | "to" | "database">,
  region: string,
): Promise<void> {
  const { rds: client } = awsClients({ region });
  const identifier = snapshotName(cluster, to, new Date());
  console.log(`taking the database snapshot ${identifier} …`);
  await client.createDBClusterSnapshot({
    DBClusterIdentifier: cluster,
    DBClusterSnapshotIdentifier: identifier,
    Tags: [
      { Key: tags.from, Value: from },
      { Key: tags.to, Value: to },
      { Key: tags.database, Value: database },
    ],
  });
  await waitUntilDBClusterSnapshotAvailable(
    { client, maxWaitTime: ceilingSeconds, minDelay: 2, maxDelay: 15 },
    { DBClusterSnapshotIdentifier: identifier },
  );
}

/**
 * `<cluster>-before-<release>-<yyyymmddhhmmss>`, the cluster's name and the release cut to what RDS takes: 63 letters, digits and
 * hyphens, of which no two follow each other.
 */
export function snapshotName(cluster: string, to: string, at: Date): string {
  const moment = at.toISOString().replace(/\D/g, "").slice(0, 14);
  const release = to
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 24)
    .replace(/^-|-$/g, "");
  const suffix = `-before-${release}-${moment}`;
  return physicalName("databaseIdentifier", cluster, suffix.length) + suffix;
}

/** The snapshots from before upgrades of a database, the latest first. */
export async function restorePoints(cluster: string, region: string): Promise<RestorePoint[]> {
  const points: RestorePoint[] = [];
  const { rds: client } = awsClients({ region });
  const asked = { DBClusterIdentifier: cluster };
  // A cluster that was destroyed may have left snapshots under the same name.
  const { DBClusters = [] } = await client.describeDBClusters(asked);
  const since = DBClusters[0]?.ClusterCreateTime ?? new Date(0);
  const pages = paginateDescribeDBClusterSnapshots({ client }, { ...asked, SnapshotType: "manual" });
  for await (const { DBClusterSnapshots = [] } of pages) {
    points.push(...DBClusterSnapshots.flatMap(restorePoint).filter(({ takenAt }) => takenAt >= since));
  }
  return points.sort((a, b) => b.takenAt.getTime() - a.takenAt.getTime());
}

/** The snapshot as a way back; nothing where it was taken for something else. */
function restorePoint({
  DBClusterSnapshotIdentifier: identifier,
  SnapshotCreateTime: takenAt,
  Status,
  TagList = [],
}: DBClusterSnapshot): RestorePoint[] {
  const [from, to, database] = [tags.from, tags.to, tags.database].map(
    (key) => TagList.find(({ Key }) => Key === key)?.Value,
  );
  return Status === "available" && identifier && takenAt && from && to && database
    ? [{ identifier, takenAt, from, to, database }]
    : [];
}
