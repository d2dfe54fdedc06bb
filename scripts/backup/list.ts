import type { AwsClients } from "@selfhosted/common";
import { isExpired, type OldVersions, oldVersionsOf } from "../aws/old-versions";
import { explain } from "../report";
import { table, terminalWidth } from "../table";
import { completeUntil } from "./describe";
import type { Snapshot } from "./snapshot";

/** A snapshot in the list; `JSON=1` prints these keys. */
export interface ListedSnapshot {
  name: string;
  purpose: Snapshot["purpose"];
  /** ISO 8601; absent while it is being taken. */
  takenAt?: string;
  release?: string;
  engineVersion: string;
  sizeGiB: number;
  keyArn?: string;
  /** The last day on which the objects of that moment are complete, or `for good`; absent where it isn't known. */
  objectsUntil?: string;
  /** Whether `make restore` takes it. */
  restorable: boolean;
  /** Why it doesn't. */
  because?: string;
}

/** What snapshots need besides. */
export interface Needs {
  /** The states of the keys with which they are encrypted. */
  keys: ReadonlyMap<string, string>;
  /** How the buckets in their tags keep what was overwritten or deleted. */
  buckets: ReadonlyMap<string, OldVersions>;
}

/** Reads it, each key and each bucket once. */
export async function needsOf({ kms, s3 }: AwsClients, snapshots: Snapshot[]): Promise<Needs> {
  const stateOf = (KeyId: string): Promise<string> =>
    kms.describeKey({ KeyId }).then(
      ({ KeyMetadata: key }) => key?.KeyState ?? "unknown",
      (error: unknown) => explain(error, "it"),
    );
  const [keys, buckets] = await Promise.all([
    ofEach(
      snapshots.flatMap(({ keyArn, serviceKeyArn }) => [keyArn, serviceKeyArn]),
      stateOf,
    ),
    ofEach(
      snapshots.flatMap((snapshot) => Object.values<string>(snapshot.buckets ?? {})),
      (name) => oldVersionsOf(s3, name),
    ),
  ]);
  return { keys, buckets };
}

async function ofEach<T>(names: (string | undefined)[], read: (name: string) => Promise<T>): Promise<Map<string, T>> {
  const entries = [...new Set(names.filter((name) => name !== undefined))].map(
    async (name) => [name, await read(name)] as const,
  );
  return new Map(await Promise.all(entries));
}

/** Why a snapshot alone can't be restored, the first reason; undefined where it can. */
export function obstacle(snapshot: Snapshot, { keys, buckets: versions }: Needs, now = new Date()): string | undefined {
  const { status, takenAt = now, buckets, serviceKeyArn, keyArn, copyOf } = snapshot;
  if (status !== "available") {
    return `it is ${status}`;
  }
  if (copyOf !== undefined) {
    return `it is a copy of ${copyOf.split(":").at(-1)}, whose moment AWS doesn't keep`;
  }
  if (buckets === undefined || serviceKeyArn === undefined) {
    return "its tags don't name buckets and service key: by hand only";
  }
  const [unusable] = [keyArn, serviceKeyArn].filter((arn) => arn !== undefined && keys.get(arn) !== "Enabled");
  if (unusable !== undefined) {
    return `key ${unusable}: ${keys.get(unusable)}`;
  }
  for (const name of Object.values(buckets)) {
    const { isVersioned, days, unread } = versions.get(name) ?? { isVersioned: false, days: 0 };
    if (unread !== undefined) {
      return unread;
    }
    if (!isVersioned) {
      return `bucket ${name} isn't versioned`;
    }
    if (isExpired(takenAt, days, now)) {
      return `its objects in ${name} were complete ${completeUntil(takenAt, days)}`;
    }
  }
  return undefined;
}

/** Days for which all of its buckets keep old versions; undefined where that isn't known. */
function daysOf({ buckets }: Snapshot, needs: Needs): number | undefined {
  const found = Object.values<string>(buckets ?? {}).map((name) => needs.buckets.get(name));
  const days = found.flatMap((each) => (each?.isVersioned ? each.days : []));
  return days.length > 0 && days.length === found.length ? Math.min(...days) : undefined;
}

export function listed(snapshot: Snapshot, needs: Needs, now = new Date()): ListedSnapshot {
  const { name, purpose, takenAt, release, engineVersion, sizeGiB, keyArn } = snapshot;
  const because = obstacle(snapshot, needs, now);
  const days = daysOf(snapshot, needs);
  const until = takenAt && days !== undefined ? completeUntil(takenAt, days).replace(/^until /, "") : undefined;
  return {
    ...{ name, purpose, engineVersion, sizeGiB, restorable: because === undefined },
    ...(takenAt && { takenAt: takenAt.toISOString() }),
    ...(release && { release }),
    ...(keyArn && { keyArn }),
    ...(until && { objectsUntil: until }),
    ...(because && { because }),
  };
}

/** The newest first. */
export function describeList(all: ListedSnapshot[]): string {
  const headings = ["NAME", "FOR", "MOMENT", "RELEASE", "ENGINE", "GIB", "KEY", "OBJECTS UNTIL", "RESTORABLE"];
  const rows = all.map((each) => {
    const { name, purpose, takenAt = "", release = "", engineVersion, sizeGiB, keyArn, objectsUntil, because } = each;
    return [
      ...[name, purpose, takenAt && `${takenAt.slice(0, 19)}Z`, release],
      ...[engineVersion.replace(/^.*aurora\./, ""), String(sizeGiB), keyArn?.split("/").at(-1) ?? "none"],
      ...[objectsUntil ?? "unknown", because === undefined ? "yes" : `no: ${because}`],
    ];
  });
  return table(headings, rows, terminalWidth());
}
