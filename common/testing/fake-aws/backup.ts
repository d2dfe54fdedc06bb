import type { AwsAnswers } from ".";

/** AWS Backup is opted in for databases and buckets, and has vaults `pulumi` and `copies` without a lock in every region. */
export function backup(): AwsAnswers {
  return {
    "backup:DescribeRegionSettings": () => ({ ResourceTypeOptInPreference: { Aurora: true, S3: true } }),
    "backup:ListBackupVaults": () => ({
      BackupVaultList: ["pulumi", "copies"].map((BackupVaultName) => ({ BackupVaultName })),
    }),
  };
}
