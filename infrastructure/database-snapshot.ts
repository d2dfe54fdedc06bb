import { ConfigProblem } from "@selfhosted/common";
import { isSettable } from "./database-fixed";
import { isNewer } from "./database-version";
import { DatabaseConfig, databaseSettings } from "./settings/database";

/** What AWS knows of a cluster snapshot. */
export interface SnapshotFacts {
  engine: string;
  engineVersion: string;
  status: string;
  /** Undefined where it isn't known: the provider doesn't say. */
  masterUsername?: string;
  /** ARN and state of the key that encrypts it; undefined where nothing does. */
  key: { arn: string; state: string } | undefined;
}

/** Why a new cluster can't be restored from the snapshot. */
export function snapshotProblems(
  config: Pick<DatabaseConfig, "databaseEngineVersion" | "databaseRestoreFromSnapshot" | "databaseUsername">,
  { engine, engineVersion, status, masterUsername, key }: SnapshotFacts,
): ConfigProblem[] {
  const { databaseEngineVersion: wanted, databaseRestoreFromSnapshot: id = "" } = config;
  const problems: ConfigProblem[] = [];
  const add = (reason: string): void => void problems.push({ key: "databaseRestoreFromSnapshot", reason });
  if (status !== "available") {
    add(`${id} is in state ${status}; allowed: an available snapshot`);
  }
  if (key !== undefined && key.state !== "Enabled") {
    const cancel = key.state === "PendingDeletion" ? `aws kms cancel-key-deletion --key-id ${key.arn} && ` : "";
    problems.push({
      key: "databaseRestoreFromSnapshot",
      reason: `${id} is encrypted with ${key.arn}, which is in state ${key.state}; allowed: an enabled key`,
      fix: `${cancel}aws kms enable-key --key-id ${key.arn}`,
    });
  }
  if (engine !== "aurora-mysql") {
    add(`${id} is of engine ${engine}; allowed: a snapshot of aurora-mysql`);
  } else if (
    databaseSettings.databaseEngineVersion.parse(engineVersion) === undefined &&
    isNewer(engineVersion, wanted)
  ) {
    add(`${id} is of version ${engineVersion}; allowed: ${databaseSettings.databaseEngineVersion.allowed}`);
  } else if (isNewer(engineVersion, wanted)) {
    problems.push({
      key: "databaseEngineVersion",
      reason: `found ${wanted}, but the snapshot ${id} is of ${engineVersion}; allowed: that version or a newer one`,
      fix: `pulumi config set databaseEngineVersion ${engineVersion}`,
    });
  }
  if (masterUsername !== undefined && isSettable(masterUsername) && masterUsername !== config.databaseUsername) {
    problems.push({
      key: "databaseUsername",
      reason: `found ${config.databaseUsername}, but the snapshot ${id} has ${masterUsername}, which its cluster keeps`,
      fix: `pulumi config set databaseUsername ${masterUsername}`,
    });
  }
  return problems;
}

/** How to ask for a snapshot: AWS lists those of some types only where the type is named. */
export function snapshotQuery(id: string): { snapshotType?: string; includeShared?: boolean } {
  const name = id.replace(/^arn:.*:cluster-snapshot:/, "");
  if (name.startsWith("rds:")) {
    return { snapshotType: "automated" };
  }
  return name.startsWith("awsbackup:") ? { snapshotType: "awsbackup" } : { includeShared: id !== name };
}
