import { type DBClusterSnapshot, paginateDescribeDBClusterSnapshots, type RDS } from "@aws-sdk/client-rds";

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
