import {
  cronExpression,
  flag,
  integer,
  onlyWith,
  pattern,
  placeOf,
  setCommand,
  text,
  type ConfigOf,
  type ConfigProblem,
  type Rule,
} from "@selfhosted/common";
import { lastRun, longestIntervalDays, runsInHour } from "../backup-schedule";
import { partitionOf } from "./arns";
import type { InstallationConfig } from "./installation";

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
    description: "Locks the vault: nobody can delete a backup before it is this many days old.",
    unit: "days",
    min: 1,
    max: 36500,
    optional: true,
  }),
  backupLockMaxDays: integer({
    description: "The most days that a locked vault keeps a backup.",
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

type Config = ConfigOf<typeof backupSettings>;

const feature = "backupEnabled";
const options = Object.keys(backupSettings).filter((key) => key !== feature) as (keyof Config)[];

export const backupRules: Rule<Config>[] = [
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

export const backupPlacement: Rule<Config & Pick<InstallationConfig, "aws:region">>[] = [copiesWithinPartition];

function lockHasRoom({ backupLockMinDays: least = 1, backupLockMaxDays: most = 36500 }: Config): ConfigProblem[] {
  return least > most
    ? [{ key: "backupLockMaxDays", reason: `found ${most}; allowed: at least backupLockMinDays, ${least}` }]
    : [];
}

function retentionFitsLock({
  backupRetentionDays: found,
  backupLockMinDays: least = 1,
  backupLockMaxDays: most = 36500,
}: Config): ConfigProblem[] {
  return least > most || (least <= found && found <= most)
    ? []
    : [
        {
          key: "backupRetentionDays",
          reason: `found ${found}; the lock of the vault takes backups of ${least} to ${most} days only`,
          fix: setCommand("backupRetentionDays", found < least ? least : most),
        },
      ];
}

function scheduleComes({ backupSchedule }: Config): ConfigProblem[] {
  return comesAgain(backupSchedule)
    ? []
    : [{ key: "backupSchedule", reason: `found ${backupSchedule}, on no day from today on` }];
}

const dayMs = 24 * 60 * 60 * 1000;

function comesAgain(schedule: string): boolean {
  return (lastRun(schedule) ?? 0) > Date.now() - dayMs;
}

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/plan-options-and-configuration.html */
function scheduleHourly({ backupSchedule }: Config): ConfigProblem[] {
  const runs = runsInHour(backupSchedule);
  const reason = `found ${backupSchedule}, ${runs} times in an hour; AWS Backup makes backups once an hour at most`;
  const fix = setCommand("backupSchedule", backupSchedule.replace(/(?<=^cron\()\S+/, "0"));
  return runs > 1 ? [{ key: "backupSchedule", reason, fix }] : [];
}

/** A schedule without an end still runs in the last ten years that are looked at: even one for 29 February does. */
function scheduleGoesOn({ backupSchedule }: Config): ConfigProblem[] {
  const last = lastRun(backupSchedule) ?? 0;
  return comesAgain(backupSchedule) && last < Date.UTC(2090, 0)
    ? [
        {
          key: "backupSchedule",
          reason: `found ${backupSchedule}, for the last time on ${new Date(last).toISOString().slice(0, 10)}; after that day there are no backups`,
          severity: "warning",
        },
      ]
    : [];
}

function scheduleLeavesNoGap({ backupEnabled, backupSchedule, backupRetentionDays }: Config): ConfigProblem[] {
  const interval = backupEnabled ? longestIntervalDays(backupSchedule) : 0;
  return interval > backupRetentionDays && interval < Infinity
    ? [
        {
          key: "backupRetentionDays",
          reason: `found ${backupRetentionDays}, but from one backup to the next it takes up to ${interval} days: in between there may be none`,
          severity: "warning",
        },
      ]
    : [];
}

/** AWS copies nothing from one partition to another. */
function copiesWithinPartition({
  "aws:region": here,
  backupCopyVaultArn: vault,
}: Config & Pick<InstallationConfig, "aws:region">): ConfigProblem[] {
  const [from, to] = [partitionOf(here), vault && placeOf(vault)?.partition];
  return from === undefined || to === undefined || from === to
    ? []
    : [
        {
          key: "backupCopyVaultArn",
          reason: `found ${vault}, in the partition ${to}; allowed: a vault in that of ${here}, ${from}`,
        },
      ];
}
