import { itRefuses, itWarns } from "./problems";

describe("A configuration of AWS Backup with a mistake", () => {
  itRefuses([
    [
      "a backup setting without backup",
      { backupRetentionDays: 7 },
      /backupRetentionDays: has no effect without backupEnabled/,
    ],
    [
      "a schedule in words",
      { backupEnabled: true, backupSchedule: "daily" },
      /backupSchedule: found "daily", .*; allowed: a cron/,
    ],
    [
      "a schedule on a day that no month has",
      { backupEnabled: true, backupSchedule: "cron(0 5 32 * ? *)" },
      /backupSchedule: found "cron\(0 5 32 \* \? \*\)", .*"32" for the day of the month.*; allowed: a cron/,
    ],
    [
      "a schedule as Unix has it",
      { backupEnabled: true, backupSchedule: "0 5 * * *" },
      /^backupSchedule: found "0 5 \* \* \*", .*\n fix: pulumi config set backupSchedule 'cron\(0 5 \* \* \? \*\)'$/,
    ],
    [
      "a schedule more than once an hour, which AWS Backup doesn't have",
      { backupEnabled: true, backupSchedule: "cron(0/5 * * * ? *)" },
      /^backupSchedule: found .*, 12 times in an hour; .*\n fix: pulumi config set backupSchedule 'cron\(0 \* \* \* \? \*\)'$/,
    ],
    [
      "a schedule of the past",
      { backupEnabled: true, backupSchedule: "cron(0 5 1 1 ? 2020)" },
      /^backupSchedule: found cron\(0 5 1 1 \? 2020\), on no day from today on$/,
    ],
    [
      "a schedule on a day that February never has",
      { backupEnabled: true, backupSchedule: "cron(0 5 30 2 ? *)" },
      /^backupSchedule: found .*, on no day from today on$/,
    ],
    [
      "copies of backups in another partition",
      { backupEnabled: true, backupCopyVaultArn: "arn:aws-cn:backup:cn-north-1:111122223333:backup-vault:x1" },
      /^backupCopyVaultArn: found .*, in the partition aws-cn; allowed: a vault in that of eu-central-1, aws$/,
    ],
    [
      "backups shorter than the lock",
      { backupEnabled: true, backupRetentionDays: 7, backupLockMinDays: 14 },
      /backupRetentionDays: found 7; the lock of the vault takes backups of 14 to 36500 days only\n fix: pulumi config set backupRetentionDays 14$/,
    ],
    [
      "a lock upside down",
      { backupEnabled: true, backupLockMinDays: 30, backupLockMaxDays: 7 },
      /backupLockMaxDays: found 7; allowed: at least backupLockMinDays, 30/,
    ],
    [
      "a grace without a lock",
      { backupEnabled: true, backupLockGraceDays: 3 },
      /backupLockGraceDays: has no effect without backupLockMinDays/,
    ],
    [
      "a copy kept without a copy",
      { backupEnabled: true, backupCopyRetentionDays: 3 },
      /backupCopyRetentionDays: has no effect without backupCopyVaultArn/,
    ],
  ]);
});

describe("A doubtful configuration of AWS Backup", () => {
  itWarns([
    [
      "backups that end with a year",
      { backupEnabled: true, backupSchedule: "cron(0 5 1 1 ? 2050)" },
      /^backupSchedule: found .*, for the last time on 2050-01-01; after that day there are no backups$/,
    ],
    [
      "backups that expire before the next one",
      { backupEnabled: true, backupSchedule: "cron(0 5 1 * ? *)", backupRetentionDays: 7 },
      /^backupRetentionDays: found 7, but from one backup to the next it takes up to 31 days/,
    ],
  ]);
});
