import { awsError } from "@selfhosted/common/testing";
import { expect } from "chai";
import { type Answers, lookUp, withCluster } from "../../account";

/** The key and the beginning of each warning. */
async function warnings(config: object, aws?: Answers): Promise<string> {
  const { errors, warnings: found } = await lookUp({ config: { ...config }, aws });
  expect(errors).to.deep.equal([]);
  return found.join("\n");
}

describe("What can't be undone is a warning, until it is deployed:", () => {
  it("an installation that loses its protection", async () => {
    const ephemeral = { ephemeral: true };
    expect(await warnings(ephemeral, withCluster({ DeletionProtection: true }))).to.match(
      /^ephemeral: found true, but pulumi-prod-database-cluster is protected against deletion: /,
    );
    expect(await warnings({}, withCluster({ DeletionProtection: true }))).to.equal("");
    expect(await warnings(ephemeral, withCluster({ DeletionProtection: false }))).to.equal("");
    expect(await warnings(ephemeral)).to.equal("");
  });

  it("backups of the database that are deleted", async () => {
    const days = { databaseBackupRetentionDays: 1 };
    expect(await warnings(days, withCluster({ BackupRetentionPeriod: 30 }))).to.match(
      /^databaseBackupRetentionDays: found 1, but the database keeps 30: .* \| pulumi config set databaseBackupRetentionDays 30$/,
    );
    expect(await warnings(days, withCluster({ BackupRetentionPeriod: 1 }))).to.equal("");
  });

  it("a lock of what is written to the checkpoint bucket", async () => {
    const lock = { bucketObjectLockDays: 3650, bucketObjectLockMode: "COMPLIANCE" };
    const locked = (Mode: string, Days: number): Answers => ({
      "s3:GetObjectLockConfiguration": ({ Bucket }) =>
        Bucket === "pulumi-checkpoint-prod-111122223333-eu-central-1"
          ? { ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode, Days } } } }
          : {},
    });
    const sentence = /^bucketObjectLockMode: found COMPLIANCE for 3650 days: nobody, not even AWS, can delete/;
    expect(await warnings(lock)).to.match(sentence);
    expect(await warnings(lock, locked("COMPLIANCE", 30))).to.match(sentence);
    expect(await warnings(lock, locked("GOVERNANCE", 3650))).to.match(sentence);
    expect(await warnings(lock, locked("COMPLIANCE", 3650))).to.equal("");
    expect(await warnings({ ...lock, bucketObjectLockMode: "GOVERNANCE" })).to.equal("");
    const missing = (name: string): Answers => ({
      "s3:GetObjectLockConfiguration": () => {
        throw awsError(name, "no");
      },
    });
    expect(await warnings(lock, missing("NoSuchBucket"))).to.match(sentence);
    expect(await warnings(lock, missing("AccessDenied"))).to.equal("");
  });

  it("a lock of the vault for good", async () => {
    const lock = { backupEnabled: true, backupRetentionDays: 36500, backupLockMinDays: 36500, backupLockGraceDays: 3 };
    const vaults = (BackupVaultName: string, values: object): Answers => ({
      "backup:ListBackupVaults": () => ({ BackupVaultList: [{ BackupVaultName, MinRetentionDays: 36500, ...values }] }),
    });
    const sentence =
      /^backupLockGraceDays: found 3: once so many days are over, nobody, .* before it is 36500 days old \| /;
    const locked = { Locked: true, LockDate: new Date() };
    expect(await warnings(lock)).to.match(sentence);
    expect(await warnings(lock, vaults("somebody-elses", locked))).to.match(sentence);
    expect(await warnings(lock, vaults("pulumi-prod-backup-1a2b3c4d", { Locked: true }))).to.match(sentence);
    expect(await warnings(lock, vaults("pulumi-prod-backup-1a2b3c4d", locked))).to.equal("");
    expect(await warnings({ ...lock, backupLockGraceDays: undefined })).to.equal("");
  });
});
