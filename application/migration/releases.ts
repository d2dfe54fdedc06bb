import type { MigrationInputs } from "./runner";

/**
 * Whether a release is older than another. Releases begin with their date and build number (`20260105-317-signed`); tags of another
 * form can't be compared.
 */
export function isOlder(release: string, than: string): boolean {
  const [a, b] = [release, than].map((tag) => /^(\d{8})-(\d+)/.exec(tag)?.slice(1).map(Number));
  const [date = 0, build = 0] = a ?? [];
  const [otherDate = 0, otherBuild = 0] = b ?? [];
  return a !== undefined && b !== undefined && (date < otherDate || (date === otherDate && build < otherBuild));
}

/** The release that a reference names: `20250901-101-signed` of `registry/service:20250901-101-signed@sha256:…`. */
export function tagOf(reference: string): string | undefined {
  const [name] = reference.slice(reference.lastIndexOf("/") + 1).split("@");
  return name?.split(":")[1];
}

/** The value of `migrationRun` that says to which release the database was restored; it may go on. */
export function restoredTo(release: string): string {
  return `restored-to-${release}`;
}

/** What speaks against migrating with a release, and the commands that lead on. */
export interface Downgrade {
  /** Such as `is older than 20251103-204-signed, for which the database was migrated`. */
  reason: string;
  /** Keeps the newer release. */
  keep: string;
  /** Lets only the services go back. */
  rollback: string;
  /** Says that the database was restored to the older release. */
  restored: string;
}

/**
 * There is no migration back: a release must not be older than the one that the database was migrated for.
 *
 * @returns undefined where it isn't, or where the two can't be compared.
 */
export function downgrade(release = "", migrated = "", stack: string): Downgrade | undefined {
  return isOlder(release, migrated)
    ? {
        reason: `is older than ${migrated}, for which the database was migrated`,
        keep: `pulumi config set imageTag ${migrated}`,
        rollback: `make rollback ENV=${stack} IMAGE_TAG=${release}`,
        restored: `pulumi config set migrationRun ${restoredTo(release)}`,
      }
    : undefined;
}

type Triggers = MigrationInputs["triggers"];

/**
 * Why the migration must not run: its release would be a downgrade.
 *
 * @param before triggers of the last successful run; undefined before the first.
 * @returns undefined where it may run, and where a new `migrationRun` says that the database was restored.
 */
export function migrationRefusal(before: Triggers = {}, now: Triggers, stack: string): string | undefined {
  const release = tagOf(now["image"] ?? "") ?? "";
  const found = downgrade(release, tagOf(before["image"] ?? ""), stack);
  const isRestored = now["migrationRun"] && now["migrationRun"] !== before["migrationRun"];
  if (found === undefined || isRestored) {
    return undefined;
  }
  // A value that it has already would be no change.
  const again = before["migrationRun"] === restoredTo(release) ? "-again" : "";
  return [
    `Release ${release} ${found.reason}, and there is no migration back. No migration was started and no service was changed.`,
    `- If nobody meant to go back, name the newer release again: ${found.keep}`,
    `- To let only the services go back: ${found.rollback}`,
    `- Where the database was restored to ${release}: ${found.restored}${again}, and deploy again.`,
  ].join("\n");
}
