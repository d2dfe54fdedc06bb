import { type DBClusterSnapshot, type Tag, waitUntilDBClusterSnapshotAvailable } from "@aws-sdk/client-rds";
import {
  alwaysIn,
  awsClients,
  type InfrastructureOutputs,
  logicalName,
  physicalName,
  type Tags,
  unitTags,
} from "@selfhosted/common";
import { waitWith } from "../aws/wait";
import { saying } from "../waiting";

/** Snapshots of Aurora are taken from its storage; an hour is far more than a large one takes. */
const ceilingSeconds = 3600;

/** Takes a snapshot of the database, and waits for it. Its tags are the cluster's, and those of the purpose. */
export async function takeSnapshot(
  { database, installation, buckets, serviceKeyArn }: InfrastructureOutputs,
  identifier: string,
  purpose: Tags,
): Promise<DBClusterSnapshot> {
  const { rds: client } = awsClients({ region: installation.region });
  const { clusterIdentifier } = database;
  const { DBClusters = [] } = await client.describeDBClusters({ DBClusterIdentifier: clusterIdentifier });
  const tags = {
    // A snapshot that is given tags doesn't get those of its cluster:
    // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Tagging.html
    ...tagsOf(DBClusters[0]?.TagList),
    // Those of the cluster, unless that was deployed by an earlier release.
    ...unitTags(buckets, serviceKeyArn),
    ...purpose,
  };
  await client.createDBClusterSnapshot({
    DBClusterIdentifier: clusterIdentifier,
    DBClusterSnapshotIdentifier: identifier,
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  });
  const taken = waitWith(client, (given) =>
    waitUntilDBClusterSnapshotAvailable(
      { ...given, maxWaitTime: ceilingSeconds, minDelay: 2, maxDelay: 15 },
      { DBClusterSnapshotIdentifier: identifier },
    ),
  );
  await saying("taking the snapshot", taken);
  const found = await client.describeDBClusterSnapshots({ DBClusterSnapshotIdentifier: identifier });
  return alwaysIn(found, "DBClusterSnapshots")[0] ?? {};
}

/** AWS's own can't be given. */
function tagsOf(list: Tag[] = []): Tags {
  const own = list.filter(({ Key }) => !Key?.startsWith("aws:"));
  return Object.fromEntries<string>(own.map(({ Key = "", Value = "" }) => [Key, Value]));
}

/** `{name}-{stack}-backup-<yyyymmddhhmmss>`, as RDS takes it. */
export function backupName({ name }: InfrastructureOutputs["installation"], stack: string, at: Date): string {
  const suffix = `-${timestamp(at)}`;
  return physicalName("databaseIdentifier", logicalName(name, stack, "backup"), suffix.length) + suffix;
}

/** A moment in fourteen digits, in UTC. */
export function timestamp(at: Date): string {
  return at.toISOString().replace(/\D/g, "").slice(0, 14);
}
