import type { DBClusterSnapshot } from "@aws-sdk/client-rds";
import { bucketsIn, type DataBuckets, snapshotTags, type Tags } from "@selfhosted/common";

/** Why a snapshot was taken. */
export type Purpose = "backup" | "upgrade" | "final" | "automated" | "manual";

/** A snapshot of a database, as RDS describes it. */
export interface Snapshot {
  name: string;
  purpose: Purpose;
  status: string;
  /** The moment of which it is; undefined before it is available. */
  takenAt: Date | undefined;
  engineVersion: string;
  sizeGiB: number;
  username: string | undefined;
  /** The data key, which encrypts it; undefined where nothing does. */
  keyArn: string | undefined;
  /** The stack that the database belongs to. */
  stack: string | undefined;
  /** The release that the database was migrated for; undefined of AWS's own snapshots, which know nothing of it. */
  release: string | undefined;
  /** Of an upgrade: the release that the database was migrated for. */
  migratedFor: string | undefined;
  /** Where the objects of that moment are; undefined where the tags don't say. */
  buckets: DataBuckets | undefined;
  /** The key with which the service encrypted what is in it. */
  serviceKeyArn: string | undefined;
  /** It is a copy, which AWS gives the moment at which it was copied. */
  copyOf: string | undefined;
}

export function snapshotOf(found: DBClusterSnapshot): Snapshot {
  const { SourceDBClusterSnapshotArn: source } = found;
  const tags: Tags = Object.fromEntries((found.TagList ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
  return {
    name: found.DBClusterSnapshotIdentifier ?? "",
    purpose: purposeOf(found, tags),
    status: found.Status ?? "unknown",
    takenAt: found.SnapshotCreateTime,
    engineVersion: found.EngineVersion ?? "",
    sizeGiB: found.AllocatedStorage ?? 0,
    username: found.MasterUsername,
    keyArn: found.KmsKeyId,
    stack: tags["stack"],
    release: tags[snapshotTags.release] ?? tags[snapshotTags.database],
    migratedFor: tags[snapshotTags.database],
    buckets: bucketsIn(tags),
    serviceKeyArn: tags[snapshotTags.serviceKey],
    copyOf: source || undefined,
  };
}

function purposeOf(
  { SnapshotType: type, DBClusterSnapshotIdentifier: name = "", DBClusterIdentifier: cluster = "" }: DBClusterSnapshot,
  tags: Tags,
): Purpose {
  if (type !== "manual") {
    return "automated";
  }
  if (tags[snapshotTags.to] !== undefined) {
    return "upgrade";
  }
  if (tags[snapshotTags.release] !== undefined) {
    return "backup";
  }
  return name.startsWith(`${cluster}-final-`) ? "final" : "manual";
}
