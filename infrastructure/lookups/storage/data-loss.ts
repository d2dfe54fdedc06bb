import type { DefaultRetention } from "@aws-sdk/client-s3";
import {
  type AwsClients,
  type Check,
  type ConfigProblem,
  lookUp,
  lookUpIfAllowed,
  nothingToCheck,
  resultOf,
  setCommand,
  unlessError,
} from "@selfhosted/common";
import { isVaultOf } from "../../backup/backup";
import type { Config } from "../../config";
import type { Clusters } from "../database/clusters";
import { listVaults } from "./backup";

export interface DataLossQuery {
  clusters: Promise<Check<Clusters>>;
  /** Name of the installation's own bucket for checkpoints. */
  checkpointBucket: () => string;
  /** Logical name of the component that makes the vault. */
  backup: () => string;
}

/** What can't be undone once it is deployed: a warning for each, for as long as AWS doesn't have it so. */
export function lookUpDataLoss(config: Config, aws: AwsClients, query: DataLossQuery): Promise<Check>[] {
  return [
    lookUp({ name: "protection", key: "ephemeral", what: "the database" }, async () => {
      const { own } = await resultOf(query.clusters);
      return config.ephemeral && own?.DeletionProtection
        ? { problems: [unprotects(String(own.DBClusterIdentifier))] }
        : nothingToCheck;
    }),
    lookUp({ name: "database backups", key: "databaseBackupRetentionDays", what: "the database" }, async () => {
      const { own } = await resultOf(query.clusters);
      const { databaseBackupRetentionDays: days } = config;
      const kept = own?.BackupRetentionPeriod ?? 0;
      return { detail: own ? `${days} days` : "", problems: kept > days ? [forgets(days, kept)] : [] };
    }),
    lookUpIfAllowed(
      { name: "object lock", key: "bucketObjectLockMode", what: () => `the lock of ${query.checkpointBucket()}` },
      async () => {
        const { bucketObjectLockDays: days, bucketObjectLockMode: mode, bucketCheckpointName: existing } = config;
        if (days === 0 || mode !== "COMPLIANCE" || existing !== undefined) {
          return nothingToCheck;
        }
        const { Mode, Days = 0 } = await lockOf(aws.s3, query.checkpointBucket());
        const isLocked = Mode === mode && Days >= days;
        return { detail: `${mode} for ${days} days`, problems: isLocked ? [] : [locksObjects(days)] };
      },
    ),
    lookUpIfAllowed({ name: "vault lock", key: "backupLockGraceDays", what: "the backup vaults" }, async () => {
      const { backupEnabled, backupLockMinDays: least, backupLockMaxDays: most, backupLockGraceDays: grace } = config;
      if (!backupEnabled || least === undefined || grace === undefined) {
        return nothingToCheck;
      }
      const vaults = await listVaults(aws.backup);
      const isLocked = vaults.some(
        ({ BackupVaultName: name = "", LockDate: date, MinRetentionDays, MaxRetentionDays }) =>
          isVaultOf(query.backup(), name) && date && MinRetentionDays === least && MaxRetentionDays === most,
      );
      return { detail: `from ${least} days on`, problems: isLocked ? [] : [locksVault(least, grace)] };
    }),
  ];
}

function unprotects(cluster: string): ConfigProblem {
  return {
    key: "ephemeral",
    reason:
      `found true, but ${cluster} is protected against deletion: this takes the protection off it and the buckets, and \`pulumi destroy\` ` +
      "then deletes them with all that they hold, without a final snapshot",
    fix: "pulumi config rm ephemeral",
    severity: "warning",
  };
}

function forgets(days: number, kept: number): ConfigProblem {
  const key = "databaseBackupRetentionDays";
  return {
    key,
    reason: `found ${days}, but the database keeps ${kept}: AWS deletes the older backups at once, for good`,
    fix: setCommand(key, kept),
    severity: "warning",
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html */
function locksObjects(days: number): ConfigProblem {
  return {
    key: "bucketObjectLockMode",
    reason:
      `found COMPLIANCE for ${days} days: nobody, not even AWS, can delete or shorten that for what is written from then on; it is ` +
      "stored and paid for so long, and the bucket with it",
    fix: "try it with GOVERNANCE first: pulumi config set bucketObjectLockMode GOVERNANCE",
    severity: "warning",
  };
}

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html */
function locksVault(least: number, grace: number): ConfigProblem {
  return {
    key: "backupLockGraceDays",
    reason:
      `found ${grace}: once so many days are over, nobody, not even AWS, can lift the lock, or delete a backup before it is ${least} ` +
      "days old",
    fix: "for a lock that an administrator can lift: pulumi config rm backupLockGraceDays",
    severity: "warning",
  };
}

/** Empty where the bucket has no lock, or isn't there yet. */
async function lockOf(s3: AwsClients["s3"], Bucket: string): Promise<DefaultRetention> {
  const found = await unlessError(/NoSuchBucket|NotFound/, s3.getObjectLockConfiguration({ Bucket }));
  return found?.ObjectLockConfiguration?.Rule?.DefaultRetention ?? {};
}
