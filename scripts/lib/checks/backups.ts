import {
  paginateListRecoveryPointsByBackupVault,
  type Backup,
  type RecoveryPointByBackupVault,
} from "@aws-sdk/client-backup";
import type { BackupOutputs } from "@selfhosted/common";
import { longestIntervalDays } from "../../../infrastructure/backup-schedule";
import { finding, type Finding } from "../report";

const dayMs = 24 * 60 * 60 * 1000;

/** Each resource has a complete backup that is younger than two runs of the plan, once there was time for those. */
export async function checkBackups(backup: Backup, outputs: BackupOutputs): Promise<Finding[]> {
  const { vaultName: BackupVaultName, planId: BackupPlanId } = outputs;
  const vault = await backup.describeBackupVault({ BackupVaultName });
  const points: RecoveryPointByBackupVault[] = [];
  for await (const page of paginateListRecoveryPointsByBackupVault({ client: backup }, { BackupVaultName })) {
    points.push(...(page.RecoveryPoints ?? []));
  }
  // A resource that is added or taken out makes the selection anew.
  const { BackupSelectionsList: selections = [] } = BackupPlanId
    ? await backup.listBackupSelections({ BackupPlanId })
    : {};
  const begun = [vault, ...selections].map(({ CreationDate }) => CreationDate?.getTime() ?? 0);
  const facts = {
    begunAt: new Date(Math.max(...begun)),
    lockedDays: vault.Locked ? vault.MinRetentionDays : undefined,
    points,
  };
  return backupFindings(outputs, facts, new Date());
}

/** What AWS says of a vault. */
export interface VaultFacts {
  /** When both the vault and the selection of what is backed up into it were there. */
  begunAt: Date;
  /** Days for which its lock keeps backups; undefined where it isn't locked. */
  lockedDays?: number;
  points: RecoveryPointByBackupVault[];
}

export function backupFindings(
  { vaultName, schedule, resourceArns, lockMinDays }: BackupOutputs,
  { begunAt, lockedDays, points }: VaultFacts,
  now: Date,
): Finding[] {
  const days = 2 * longestIntervalDays(schedule);
  const since = new Date(Math.max(0, now.getTime() - days * dayMs));
  const backups = resourceArns.map((arn): Finding => {
    const name = `backup of ${arn.split(":").at(-1) ?? arn}`;
    const complete = points.filter(({ ResourceArn, Status }) => ResourceArn === arn && Status === "COMPLETED");
    const last = complete.map(({ CreationDate }) => CreationDate?.getTime() ?? 0).sort((a, b) => b - a)[0];
    if (last === undefined && begunAt > since) {
      const evidence = `none yet: the plan has its resources since ${minute(begunAt)} UTC; a first backup may take days`;
      return { name, verdict: "skip", evidence };
    }
    return finding(
      name,
      last !== undefined && last > since.getTime(),
      last === undefined ? `none in vault ${vaultName}` : `last of ${minute(new Date(last))} UTC in vault ${vaultName}`,
      `expected one within ${days} days: \`aws backup list-backup-jobs --by-resource-arn ${arn}\` says why there is none`,
    );
  });
  return lockMinDays === undefined
    ? backups
    : [
        ...backups,
        finding(
          "backup vault lock",
          lockedDays !== undefined && lockedDays >= lockMinDays,
          lockedDays === undefined ? `vault ${vaultName} is NOT locked` : `keeps each backup for ${lockedDays} days`,
          "`pulumi refresh` and `pulumi up` in infrastructure/ locks it again; then see in CloudTrail who lifted the lock",
        ),
      ];
}

function minute(date: Date): string {
  return date.toISOString().slice(0, 16).replace("T", " ");
}
