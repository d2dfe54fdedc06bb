import { ConfigOf, ConfigProblem, flag, integer, Rule, text } from "@selfhosted/common";
import { longestIntervalDays } from "../backup-schedule";
import { onlyWith } from "./only-with";

/** AWS Backup of the database and the data buckets, beside the database's own backups and the buckets' versions. */
export const backupSettings = {
  backupEnabled: flag({
    description:
      "Backs up the database and the installation's own data buckets together with AWS Backup, into a vault of their own. Vault " +
      "and backups stay in AWS when this is turned off.",
  }),
  backupSchedule: text({
    description: "When backups start, in UTC, as AWS Backup writes it. Default: every day at five.",
    example: "cron(0 5 ? * * *)",
    default: "cron(0 5 ? * * *)",
    pattern: /^cron\(\S+( \S+){5}\)$/,
    allowed: "a cron expression of six fields, such as cron(0 5 ? * * *)",
  }),
  backupRetentionDays: integer({
    description: "Days that a backup is kept.",
    default: 35,
    min: 1,
    max: 36500,
  }),
  backupLockMinDays: integer({
    description: "Locks the vault: nobody can delete a backup before it is this many days old.",
    min: 1,
    max: 36500,
    optional: true,
  }),
  backupLockMaxDays: integer({
    description: "The most days that a locked vault keeps a backup.",
    min: 1,
    max: 36500,
    optional: true,
  }),
  backupLockGraceDays: integer({
    description:
      "Days after which the lock can never be lifted again, not even by AWS. Leave it out for a lock that an administrator can " +
      "lift.",
    min: 3,
    max: 36500,
    optional: true,
  }),
  backupCopyVaultArn: text({
    description:
      "A vault in another region or account that gets a copy of each backup. The data key then admits that account; one of your " +
      "own (dataKeyId) must do so by its policy.",
    example: "arn:aws:backup:eu-west-1:111122223333:backup-vault:pulumi",
    pattern: /^arn:[\w-]+:backup:[\w-]+:\d{12}:backup-vault:[\w-]{2,50}$/,
    allowed: "the ARN of a backup vault",
    optional: true,
  }),
  backupCopyRetentionDays: integer({
    description: "Days that a copy is kept. Default: as long as the backup itself.",
    min: 1,
    max: 36500,
    optional: true,
  }),
};

type Config = ConfigOf<typeof backupSettings>;

export const backupRules: Rule<Config>[] = [
  onlyWith(backupSettings, "backupEnabled"),
  onlyWith(backupSettings, "backupCopyVaultArn", ["backupCopyRetentionDays"]),
  onlyWith(backupSettings, "backupLockMinDays", ["backupLockMaxDays", "backupLockGraceDays"]),
  retentionFitsLock,
  scheduleIsReadable,
];

/** `make verify` reads from it when a backup is missing. */
function scheduleIsReadable({ backupSchedule }: Config): ConfigProblem[] {
  try {
    longestIntervalDays(backupSchedule);
    return [];
  } catch (error) {
    const reason = `found "${backupSchedule}", of which ${String(error instanceof Error ? error.message : error)}`;
    return [{ key: "backupSchedule", reason: `${reason}; allowed: ${backupSettings.backupSchedule.allowed}` }];
  }
}

function retentionFitsLock({ backupRetentionDays, backupLockMinDays, backupLockMaxDays }: Config): ConfigProblem[] {
  const least = backupLockMinDays ?? 1;
  const most = backupLockMaxDays ?? 36500;
  if (least > most) {
    return [{ key: "backupLockMaxDays", reason: `found ${most}; allowed: at least backupLockMinDays, ${least}` }];
  }
  return least <= backupRetentionDays && backupRetentionDays <= most
    ? []
    : [
        {
          key: "backupRetentionDays",
          reason: `found ${backupRetentionDays}; the lock of the vault takes backups of ${least} to ${most} days only`,
        },
      ];
}
