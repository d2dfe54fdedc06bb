import {
  type ConfigOf,
  cronExpression,
  flag,
  integer,
  isoDate,
  onlyWith,
  parseArn,
  pattern,
  type Rule,
  setCommand,
  text,
} from "@selfhosted/common";
import { lastRun, longestIntervalDays, runsInHour } from "../backup/schedule";
import type { InstallationConfig } from "./installation";
import { partitionOf } from "./placement";

/** AWS Backup of the database and the data buckets, beside the database's own backups and the buckets' versions. */
export const backupSettings = {
  backupEnabled: flag({
    description:
      "Backs up the database and the installation's own data buckets together with AWS Backup, into a vault of their own. Vault " +
      "and backups stay in AWS when this is turned off.",
  }),
  backupSchedule: text({
    description:
      "When backups start, in UTC, as AWS Backup writes it, once an hour at most. Default: every day at five.",
    default: "cron(0 5 ? * * *)",
    shape: cronExpression,
  }),
  backupRetentionDays: integer({
    description: "Days that a backup is kept.",
    default: 35,
    unit: "days",
    min: 1,
    max: 36500,
  }),
  backupLockMinDays: integer({
    description: "Locks the vault: no backup can be deleted before it is this many days old.",
    unit: "days",
    min: 1,
    max: 36500,
    optional: true,
  }),
  backupLockMaxDays: integer({
    description: "Maximum retention of a backup in a locked vault.",
    unit: "days",
    min: 1,
    max: 36500,
    optional: true,
  }),
  backupLockGraceDays: integer({
    description:
      "Days after which the lock can never be lifted again, not even by AWS. Leave it out for a lock that an administrator can " +
      "lift.",
    unit: "days",
    min: 3,
    max: 36500,
    optional: true,
    change: "Nothing of the lock can be changed once these days are over.",
  }),
  backupCopyVaultArn: text({
    description:
      "A vault in another region or account that gets a copy of each backup. The data key then admits that account; one of your " +
      "own (dataKeyId) must do so by its policy.",
    example: "arn:aws:backup:eu-west-1:111122223333:backup-vault:pulumi",
    shape: pattern(/^arn:[\w-]+:backup:[\w-]+:\d{12}:backup-vault:[\w-]{2,50}$/, "the ARN of a backup vault"),
    optional: true,
  }),
  backupCopyRetentionDays: integer({
    description: "Days that a copy is kept. Default: as long as the backup itself.",
    unit: "days",
    min: 1,
    max: 36500,
    optional: true,
  }),
};

export type BackupConfig = ConfigOf<typeof backupSettings>;

const feature = "backupEnabled";
const options = Object.keys(backupSettings).filter((key) => key !== feature) as (keyof BackupConfig)[];

const lockHasRoom: Rule<BackupConfig> = ({ backupLockMinDays: least = 1, backupLockMaxDays: most = 36500 }) =>
  least > most && {
    key: "backupLockMaxDays",
    reason: `found ${most}; allowed: at least backupLockMinDays, ${least}`,
  };

const retentionFitsLock: Rule<BackupConfig> = ({
  backupRetentionDays: found,
  backupLockMinDays: least = 1,
  backupLockMaxDays: most = 36500,
}) =>
  least <= most &&
  (least > found || found > most) && {
    key: "backupRetentionDays",
    reason: `found ${found}; the lock of the vault takes backups of ${least} to ${most} days only`,
    fix: setCommand("backupRetentionDays", found < least ? least : most),
  };

const scheduleComes: Rule<BackupConfig> = ({ backupSchedule }) =>
  !comesAgain(backupSchedule) && {
    key: "backupSchedule",
    reason: `found ${backupSchedule}, on no day from today on`,
  };

const dayMs = 24 * 60 * 60 * 1000;

function comesAgain(schedule: string): boolean {
  return (lastRun(schedule) ?? 0) > Date.now() - dayMs;
}

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/plan-options-and-configuration.html */
const scheduleHourly: Rule<BackupConfig> = ({ backupSchedule }) => {
  const runs = runsInHour(backupSchedule);
  const reason = `found ${backupSchedule}, ${runs} times in an hour; AWS Backup makes backups once an hour at most`;
  const fix = setCommand("backupSchedule", backupSchedule.replace(/(?<=^cron\()\S+/, "0"));
  return runs > 1 && { key: "backupSchedule", reason, fix };
};

/** Runs are checked up to the year 2099. A schedule without an end has one in the last ten years, even one for 29 February. */
const scheduleGoesOn: Rule<BackupConfig> = ({ backupSchedule }) => {
  const last = lastRun(backupSchedule) ?? 0;
  return (
    comesAgain(backupSchedule) &&
    last < Date.UTC(2090, 0) && {
      key: "backupSchedule",
      reason: `found ${backupSchedule}, for the last time on ${isoDate(new Date(last))}; after that day there are no backups`,
      severity: "warning",
    }
  );
};

const scheduleLeavesNoGap: Rule<BackupConfig> = ({ backupEnabled, backupSchedule, backupRetentionDays }) => {
  const interval = backupEnabled ? longestIntervalDays(backupSchedule) : 0;
  return (
    interval > backupRetentionDays &&
    interval < Infinity && {
      key: "backupRetentionDays",
      reason: `found ${backupRetentionDays}, but from one backup to the next it takes up to ${interval} days: in between there may be none`,
      severity: "warning",
    }
  );
};

/** AWS copies nothing from one partition to another. */
const copiesWithinPartition: Rule<BackupConfig & Pick<InstallationConfig, "aws:region">> = ({
  "aws:region": location,
  backupCopyVaultArn: vault,
}) => {
  const [from, to] = [partitionOf(location), vault && parseArn(vault)?.partition];
  return (
    from !== undefined &&
    to !== undefined &&
    from !== to && {
      key: "backupCopyVaultArn",
      reason: `found ${vault}, in the partition ${to}; allowed: a vault in that of ${location}, ${from}`,
    }
  );
};

export const backupRules: Rule<BackupConfig>[] = [
  onlyWith(options, feature),
  onlyWith(["backupCopyRetentionDays"], "backupCopyVaultArn"),
  onlyWith(["backupLockMaxDays", "backupLockGraceDays"], "backupLockMinDays"),
  lockHasRoom,
  retentionFitsLock,
  scheduleComes,
  scheduleHourly,
  scheduleGoesOn,
  scheduleLeavesNoGap,
];

export const backupPlacement: Rule<BackupConfig & Pick<InstallationConfig, "aws:region">>[] = [copiesWithinPartition];
