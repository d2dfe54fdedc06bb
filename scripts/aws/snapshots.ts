import {
  type DBCluster,
  type DBClusterSnapshot,
  paginateDescribeDBClusterSnapshots,
  type RDS,
} from "@aws-sdk/client-rds";
import { type CheckResult, checkResult } from "../report";

const hourMs = 3_600_000;

/** RDS takes a snapshot a day; what is older than two days isn't recent. */
const recentHours = 48;
const recentMs = recentHours * hourMs;

/**
 * The snapshots of a database.
 *
 * @param kind such as `manual`; without it, all that the account has itself.
 */
export async function databaseSnapshots(client: RDS, cluster: string, kind?: string): Promise<DBClusterSnapshot[]> {
  const snapshots: DBClusterSnapshot[] = [];
  const request = { DBClusterIdentifier: cluster, SnapshotType: kind };
  for await (const { DBClusterSnapshots = [] } of paginateDescribeDBClusterSnapshots({ client }, request)) {
    snapshots.push(...DBClusterSnapshots);
  }
  return snapshots;
}

/** The newest snapshot of a cluster that is complete. One that was destroyed may have left others under the same name. */
export function lastSnapshot(
  { ClusterCreateTime: made = new Date(0) }: DBCluster,
  snapshots: DBClusterSnapshot[],
): DBClusterSnapshot | undefined {
  return (
    snapshots
      // A copy has the moment at which it was copied.
      .filter(({ Status, SourceDBClusterSnapshotArn: source }) => Status === "available" && !source)
      .filter(({ SnapshotCreateTime: at }) => at && at >= made)
      .sort((a, b) => Number(b.SnapshotCreateTime) - Number(a.SnapshotCreateTime))[0]
  );
}

/** Whether a backup is recent, or the database is too young to have one: undefined then. */
export function isRecent(at: Date | undefined, { ClusterCreateTime: made }: DBCluster, now: Date): boolean | undefined {
  const isYoung = (date = new Date(0)): boolean => now.getTime() - date.getTime() <= recentMs;
  return isYoung(at) || (isYoung(made) ? undefined : false);
}

/** The database can be restored to a recent moment: by the automated backups, or else from a snapshot. */
export function checkRecentBackup(cluster: DBCluster, snapshots: DBClusterSnapshot[], now: Date): CheckResult {
  const name = "database backup";
  const { LatestRestorableTime: restorable } = cluster;
  const last = lastSnapshot(cluster, snapshots);
  const [newest] = [restorable, last?.SnapshotCreateTime]
    .flatMap((date) => date ?? [])
    .sort((a, b) => b.getTime() - a.getTime());
  const holds = isRecent(newest, cluster, now);
  if (newest === undefined && holds === undefined) {
    return { name, verdict: "skip", detail: `none yet: the database is younger than ${recentHours} hours` };
  }
  const minute = (date: Date | undefined): string => (date ? `${date.toISOString().slice(0, 16)}Z` : "none");
  return checkResult(
    name,
    holds !== false,
    `restorable to ${minute(restorable)}, last snapshot ${minute(last?.SnapshotCreateTime)}`,
    `expected one of the last ${recentHours} hours: \`make events SINCE=3d\` says why RDS took none; until it does, make backup`,
  );
}
