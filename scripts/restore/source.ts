import type { S3 } from "@aws-sdk/client-s3";
import { type AwsClients, type DataBuckets, dataKinds, isErrorNamed } from "@selfhosted/common";
import { type OldVersions, oldVersionsOf } from "../aws/old-versions";
import { type Snapshot, snapshotOf } from "../backup/snapshot";
import { causeOf, explain } from "../report";
import { tryReading } from "./objects/access";

/** What a restoration begins with, as AWS describes it. */
export interface Source {
  snapshot: Snapshot;
  buckets: SourceBucket[];
}

/** A bucket of the installation that the snapshot is of. */
export interface SourceBucket extends OldVersions {
  kind: keyof DataBuckets;
  name: string;
}

/** @throws Error where there is no such snapshot. */
export async function describeSource({ rds, s3 }: AwsClients, env: string, name: string): Promise<Source> {
  // AWS finds those of its own only where their type is named.
  const [type, ofAws] = name.split(":");
  const SnapshotType = ofAws === undefined ? undefined : type === "rds" ? "automated" : type;
  const request = { DBClusterSnapshotIdentifier: name, SnapshotType };
  const { DBClusterSnapshots = [] } = await rds.describeDBClusterSnapshots(request).catch((error: unknown) => {
    if (isErrorNamed(error, /NotFound/)) {
      return { DBClusterSnapshots: [] };
    }
    throw new Error(explain(error, `snapshot ${name}`));
  });
  const [found] = DBClusterSnapshots;
  if (found === undefined) {
    throw new Error(
      `There is no snapshot ${name} in the account and region of ${env}. Those that there are: make backups ENV=…, of the environment ` +
        `that it is of; or \`aws rds describe-db-cluster-snapshots\``,
    );
  }
  const snapshot = snapshotOf(found);
  const { buckets = {} as Partial<DataBuckets> } = snapshot;
  const described = dataKinds.map(async (kind) => {
    const name = buckets[kind];
    return name === undefined ? [] : [{ kind, name, ...(await readable(s3, name)) }];
  });
  return { snapshot, buckets: (await Promise.all(described)).flat() };
}

/** Whether it can be read as far as a restoration does, which begins with it only when the new database is made. */
async function readable(s3: S3, bucket: string): Promise<OldVersions> {
  const found = await oldVersionsOf(s3, bucket);
  if (found.unread !== undefined) {
    return found;
  }
  return tryReading(s3, bucket).then(
    () => found,
    (error: unknown) => ({ ...found, unread: `${explain(error, `what bucket ${bucket} keeps`)} (${causeOf(error)})` }),
  );
}
