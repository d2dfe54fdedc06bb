import type { DatabaseConfig } from "../config/database";

/** Aurora MySQL, as AWS calls it. */
export const engine = "aurora-mysql";

/**
 * The version that the cluster runs after a deployment.
 *
 * @param running what it runs before; undefined where there is no cluster yet.
 */
export function versionAfter(
  config: Pick<DatabaseConfig, "databaseAutoMinorUpgrade" | "databaseEngineVersion">,
  running: string | undefined,
): string {
  const { databaseAutoMinorUpgrade: isUpgradedByAws, databaseEngineVersion: wanted } = config;
  return running === undefined || (!isUpgradedByAws && isNewer(wanted, running)) ? wanted : running;
}

/** Whether a version of Aurora MySQL, such as 8.0.mysql_aurora.3.10.4, comes after another. */
export function isNewer(one: string, other: string): boolean {
  const [a, b] = [one, other].map((version) => version.split(/\D+/).map(Number));
  const different = (a ?? []).findIndex((part, index) => part !== (b?.[index] ?? -1));
  return different >= 0 && (a?.[different] ?? 0) > (b?.[different] ?? -1);
}
