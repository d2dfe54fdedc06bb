import { RDSClient, CreateDBClusterSnapshotCommand, waitUntilDBClusterSnapshotAvailable } from "@aws-sdk/client-rds";

export interface Upgrade {
  /** Identifier of the database cluster. */
  cluster: string;
  from: string;
  to: string;
}

/** Snapshots of Aurora are taken from its storage; an hour is far more than a large one takes. */
const ceilingSeconds = 3600;

/**
 * Takes a snapshot of the database before an upgrade, and waits for it. It carries both image tags, so that it tells what it is a
 * way back from.
 *
 * @returns its identifier.
 */
export async function snapshotBefore({ cluster, from, to }: Upgrade, client = new RDSClient({})): Promise<string> {
  const moment = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
  const identifier = `${cluster}-before-${to}-${moment}`.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  console.log(`taking the database snapshot ${identifier} …`);
  await client.send(
    new CreateDBClusterSnapshotCommand({
      DBClusterIdentifier: cluster,
      DBClusterSnapshotIdentifier: identifier,
      Tags: [
        { Key: "upgrade-from", Value: from },
        { Key: "upgrade-to", Value: to },
      ],
    }),
  );
  await waitUntilDBClusterSnapshotAvailable(
    { client, maxWaitTime: ceilingSeconds, minDelay: 2, maxDelay: 15 },
    { DBClusterSnapshotIdentifier: identifier },
  );
  return identifier;
}
