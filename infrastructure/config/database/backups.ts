import { type ConfigOf, integer, pattern, type Rule, text } from "@selfhosted/common";
import type { InstallationConfig } from "../installation";
import { inRegion } from "../placement";

/** The cluster's own backups; those of AWS Backup are settings of their own. */
export const backupsSettings = {
  databaseBackupRetentionDays: integer({
    description: "Days for which the database can be restored to any second (point-in-time recovery).",
    default: 30,
    unit: "days",
    min: 1,
    max: 35,
    change: "With fewer days, AWS deletes the older backups at once.",
  }),
  databaseBacktrackHours: integer({
    description: "Backtrack: hours that the cluster can be rewound in place. 0 turns it off.",
    default: 0,
    unit: "hours",
    min: 0,
    max: 72,
    change: "Can be set to other hours, and turned off for good: AWS turns it on only for a cluster that it makes.",
  }),
  databaseRestoreFromSnapshot: text({
    description:
      "Name or ARN of a cluster snapshot to begin with in place of an empty database. Read only when the cluster is made. " +
      "databaseEngineVersion must be that of the snapshot or newer, and databaseUsername that of the snapshot.",
    example: "pulumi-prod-database-cluster-final-1a2b3c4d",
    shape: pattern(
      /^(arn:[\w-]+:rds:[\w-]+:\d{12}:cluster-snapshot:)?((rds|awsbackup):)?[A-Za-z][\w-]{0,254}$/,
      "the name or ARN of a cluster snapshot",
    ),
    change: "Nothing happens: it is read only when the cluster is made.",
    optional: true,
  }),
};

type Config = ConfigOf<typeof backupsSettings> & Pick<InstallationConfig, "aws:region">;

export const backupsPlacement: Rule<Config>[] = [inRegion("databaseRestoreFromSnapshot")];
