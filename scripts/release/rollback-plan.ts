import type { SchemaHistory } from "./schema-history";
import type { UpgradeSnapshot } from "./snapshot";

/**
 * The release that a rollback leads to: that from which the last upgrade started, as long as the configuration names where it
 * led to.
 *
 * @param snapshots the latest first.
 * @throws Error where that upgrade isn't in force, since then it isn't clear what is meant.
 */
export function releaseBefore(env: string, imageTag: string, snapshots: UpgradeSnapshot[]): string {
  const [last] = snapshots;
  if (last?.to === imageTag) {
    return last.from;
  }
  const earlier = snapshots.find(({ to }) => to === imageTag)?.from;
  const why =
    last === undefined
      ? `No upgrade of ${env} is on record: \`make upgrade\` leaves a snapshot of the database, and there is none.`
      : `The last upgrade of ${env}, from ${last.from} to ${last.to}, is not in force: the configuration names ${imageTag}. ` +
        `Where the services don't run that yet, \`make deploy ENV=${env}\` brings them there.`;
  const further = earlier ? ` To go back further: make rollback ENV=${env} IMAGE_TAG=${earlier}` : "";
  throw new Error(`${why} There is nothing to undo, and nothing was changed.${further}`);
}

/**
 * Whether the database is as it was when it was that of the release.
 *
 * @param history since then; undefined where it isn't known when that was.
 * @param isOfRelease it was last migrated for this release.
 * @param lastRun ARN of the task that migrated last. Its lines must be in the log, or the log isn't complete.
 */
export function isUntouched(history: SchemaHistory | undefined, isOfRelease: boolean, lastRun: string): boolean {
  if (history === undefined || history.runs.length === 0) {
    return isOfRelease;
  }
  return history.unchanged && (isOfRelease || history.runs.includes(lastRun.split("/").at(-1) ?? ""));
}

/**
 * Why a rollback is refused, and what can be done instead.
 *
 * @param snapshots those from while the database was that of the release, the latest first. The later ones may hold what a migration
 *   that failed has left.
 */
export function refusal(
  env: string,
  release: string,
  snapshots: UpgradeSnapshot[],
  { detail, changedAt = new Date(0) }: Pick<SchemaHistory, "detail" | "changedAt"> = {
    detail: [`there is no snapshot from when the database was that of ${release}`],
  },
): string {
  const clean = snapshots.find(({ takenAt }) => takenAt <= changedAt) ?? snapshots.at(-1);
  const shown = detail.slice(0, 10).map((line) => `  ${line}`);
  const rest = detail.length - shown.length;
  return [
    `${env} can't simply go back to ${release}: a migration has changed its database since, or nothing shows that none did.`,
    ...shown,
    ...(rest > 0 ? [`  and ${rest} more`] : []),
    `There is no migration back, and ${release} on this database is unsupported unless the vendor says so. Nothing was changed.`,
    `- If the vendor says that it works: make rollback ENV=${env} IMAGE_TAG=${release} ALLOW_DOWNGRADE=1`,
    `- Otherwise restore ${clean ? `the snapshot ${clean.identifier}, taken ${clean.takenAt.toISOString()},` : "the database of that time"} ` +
      `in a new environment with imageTag ${release}: ${clean ? `make restore ENV=new FROM=${clean.identifier}` : 'scripts/runbooks/backup.md, "Restore by hand"'}. ` +
      `What users did since is lost.`,
  ].join("\n");
}
