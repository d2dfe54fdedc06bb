import { isOlder, restoredTo, tagOf } from "../releases";
import type { MigrationInputs } from "./runner";

type Triggers = MigrationInputs["triggers"];

/**
 * Why the migration must not run: its image is of an older release than the one that the database was migrated for.
 *
 * @param before triggers of the last successful run; undefined before the first.
 * @returns undefined where it may run. That is so too where the releases can't be compared, and where a new `migrationRun` says
 *   that the database was restored.
 */
export function downgrade(before: Triggers | undefined, now: Triggers, stack: string): string | undefined {
  const newer = tagOf(before?.["image"] ?? "");
  const older = tagOf(now["image"] ?? "");
  const restored = now["migrationRun"] && now["migrationRun"] !== before?.["migrationRun"];
  if (!newer || !older || restored || !isOlder(older, newer)) {
    return undefined;
  }
  // The word that stands there already would say nothing new.
  const word = restoredTo(older) + (before?.["migrationRun"] === restoredTo(older) ? "-again" : "");
  return [
    `Release ${older} is older than ${newer}, for which the database was migrated, and there is no migration back. ` +
      "No migration was started and no service was changed.",
    `- If nobody meant to go back, name the newer release again: pulumi config set imageTag ${newer}`,
    `- To let only the services go back: make rollback ENV=${stack} IMAGE_TAG=${older}`,
    `- Where the database was restored to ${older}: pulumi config set migrationRun ${word}, and deploy again.`,
  ].join("\n");
}
