import {
  paginateDescribeDBClusterSnapshots,
  RDS,
  waitUntilDBClusterSnapshotAvailable,
  type DBClusterSnapshot,
} from "@aws-sdk/client-rds";

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
 * Takes a snapshot of the database before an upgrade, and waits for it. Its tags tell what it is a way back from,
 * and to.
 */
export async function snapshotBefore(
  cluster: string,
  { from, to, database }: Pick<RestorePoint, "from" | "to" | "database">,
  region: string,
): Promise<void> {
  const client = new RDS({ region });
  const moment = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
  const identifier = `${cluster}-before-${to}-${moment}`.toLowerCase().replace(/[^a-z0-9]+/g, "-");
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

/** The snapshots from before upgrades of a database, the latest first. */
export async function restorePoints(cluster: string, region: string): Promise<RestorePoint[]> {
  const points: RestorePoint[] = [];
  const pages = paginateDescribeDBClusterSnapshots(
    { client: new RDS({ region }) },
    { DBClusterIdentifier: cluster, SnapshotType: "manual" },
  );
  for await (const { DBClusterSnapshots = [] } of pages) {
    points.push(...DBClusterSnapshots.flatMap(restorePoint));
  }
  return points.sort((a, b) => b.takenAt.getTime() - a.takenAt.getTime());
}

/** The snapshot as a way back; nothing where it was taken for something else. */
function restorePoint({
  DBClusterSnapshotIdentifier: identifier,
  SnapshotCreateTime: takenAt,
  TagList = [],
}: DBClusterSnapshot): RestorePoint[] {
  const [from, to, database] = [tags.from, tags.to, tags.database].map(
    (key) => TagList.find(({ Key }) => Key === key)?.Value,
  );
  return identifier && takenAt && from && to && database ? [{ identifier, takenAt, from, to, database }] : [];
}
