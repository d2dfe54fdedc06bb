import {
  type Backup,
  type CopyJob,
  paginateListCopyJobs,
  paginateListRecoveryPointsByBackupVault,
  type RecoveryPointByBackupVault,
} from "@aws-sdk/client-backup";
import type { BackupOutputs } from "@selfhosted/common";
import { backupWindows, longestIntervalDays } from "../../infrastructure/operations";
import { type CheckResult, checkResult } from "../report";

const dayMs = 24 * 60 * 60 * 1000;
const firstBackupDays = (backupWindows.startWindow + backupWindows.completionWindow) / (24 * 60);

export async function describeBackups(
  backup: Backup,
  { vaultName: BackupVaultName, planId: BackupPlanId, copyVaultArn }: BackupOutputs,
): Promise<DescribedVault> {
  const vault = await backup.describeBackupVault({ BackupVaultName });
  const points: RecoveryPointByBackupVault[] = [];
  for await (const page of paginateListRecoveryPointsByBackupVault({ client: backup }, { BackupVaultName })) {
    points.push(...(page.RecoveryPoints ?? []));
  }
  const copies: CopyJob[] = [];
  if (copyVaultArn !== undefined) {
    const query = { ByDestinationVaultArn: copyVaultArn };
    for await (const page of paginateListCopyJobs({ client: backup }, query)) {
      copies.push(...(page.CopyJobs ?? []));
    }
  }
  // A resource that is added or taken out makes the selection anew.
  const { BackupSelectionsList: selections = [] } = BackupPlanId
    ? await backup.listBackupSelections({ BackupPlanId })
    : {};
  const begun = [vault, ...selections].map(({ CreationDate }) => CreationDate?.getTime() ?? 0);
  return {
    begunAt: new Date(Math.max(...begun)),
    lockedDays: vault.Locked ? vault.MinRetentionDays : undefined,
    points,
    copies,
  };
}

/** A vault as AWS describes it. */
export interface DescribedVault {
  /** When both the vault and the selection of what is backed up into it were there. */
  begunAt: Date;
  /** Days for which its lock keeps backups; undefined where it isn't locked. */
  lockedDays?: number;
  points: RecoveryPointByBackupVault[];
  /** Jobs that copy backups to the other vault, where there is one. */
  copies: CopyJob[];
}

/** Each resource has a complete backup that is younger than two runs of the plan, and a copy of one, once there was time for those. */
export function checkBackups(
  { vaultName, schedule, resourceArns, lockMinDays, copyVaultArn }: BackupOutputs,
  { begunAt, lockedDays, points, copies }: DescribedVault,
  now = new Date(),
): CheckResult[] {
  const interval = longestIntervalDays(schedule);
  const ago = (days: number): number => now.getTime() - days * dayMs;
  // The first backup of a bucket with many objects may use up the time that the plan gives it.
  const isYoung = begunAt.getTime() > ago(Math.max(2 * interval, interval + firstBackupDays));
  const check = (name: string, complete: Date[], vault: string, command: string): CheckResult => {
    const last = Math.max(...complete.map((at) => at.getTime()));
    if (complete.length === 0 && isYoung) {
      const detail = `none yet: the plan has its resources since ${minute(begunAt)} UTC; a first backup may take days`;
      return { name, verdict: "skip", detail };
    }
    return checkResult(
      name,
      complete.length > 0 && last > ago(2 * interval),
      complete.length === 0 ? `none in vault ${vault}` : `last of ${minute(new Date(last))} UTC in vault ${vault}`,
      `expected one within ${2 * interval} days: \`aws backup ${command}\` says why there is none`,
    );
  };
  const backups = resourceArns.flatMap((arn): CheckResult[] => {
    const resource = arn.split(":").at(-1) ?? arn;
    const made = points.filter(({ ResourceArn, Status }) => ResourceArn === arn && Status === "COMPLETED");
    const copied = copies.filter(({ ResourceArn, State }) => ResourceArn === arn && State === "COMPLETED");
    const times = (jobs: { CreationDate?: Date }[]): Date[] => jobs.flatMap(({ CreationDate: at }) => at ?? []);
    return [
      check(`backup of ${resource}`, times(made), vaultName, `list-backup-jobs --by-resource-arn ${arn}`),
      ...(copyVaultArn
        ? [check(`backup copy of ${resource}`, times(copied), copyVaultArn, `list-copy-jobs --by-resource-arn ${arn}`)]
        : []),
    ];
  });
  if (lockMinDays === undefined) {
    return backups;
  }
  const lock = checkResult(
    "backup vault lock",
    lockedDays !== undefined && lockedDays >= lockMinDays,
    lockedDays === undefined ? `vault ${vaultName} is NOT locked` : `keeps each backup for ${lockedDays} days`,
    "`pulumi refresh` and `pulumi up` in infrastructure/ locks it again; then see in CloudTrail who lifted the lock",
  );
  return [...backups, lock];
}

function minute(date: Date): string {
  return date.toISOString().slice(0, 16).replace("T", " ");
}
