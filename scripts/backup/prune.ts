import type { Snapshot } from "./snapshot";

/**
 * The snapshots that are deleted where the newest few of upgrades and backups that can be restored are kept: those that are older.
 *
 * Never one that is still being taken, that isn't of this database, that is a copy, or that was taken for anything else; and none of the
 * upgrades of the release that ran before the last one: where some failed, a rollback may need an earlier one of them.
 *
 * @param since when the database was made: one that was destroyed may have left snapshots under the same name.
 */
export function toPrune(
  snapshots: Snapshot[],
  { keep, since, isRestorable }: { keep: number; since: Date; isRestorable: (snapshot: Snapshot) => boolean },
): Snapshot[] {
  const own = snapshots
    .filter(({ purpose, status }) => ["upgrade", "backup"].includes(purpose) && status === "available")
    .filter(({ takenAt, copyOf }) => takenAt !== undefined && takenAt >= since && copyOf === undefined)
    .sort((a, b) => Number(b.takenAt) - Number(a.takenAt));
  const oldestKept = own.filter(isRestorable)[Math.max(keep, 1) - 1];
  if (oldestKept === undefined) {
    return [];
  }
  const lastUpgrade = own.find(({ purpose }) => purpose === "upgrade");
  return own
    .slice(own.indexOf(oldestKept) + 1)
    .filter(({ purpose, migratedFor }) => purpose !== "upgrade" || migratedFor !== lastUpgrade?.migratedFor);
}
