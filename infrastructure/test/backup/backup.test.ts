import * as aws from "@pulumi/aws";
import { arnOf } from "@selfhosted/common/testing";
import { expect } from "chai";
import { runWith } from "../layer";
import { bucketArns } from "../storage/data-buckets";

describe("AWS Backup", () => {
  it("keeps the cluster and the data buckets, each by its name, so that no setting of the region leaves one out", async () => {
    const outcome = await runWith({ backupEnabled: true });
    const selection = outcome.the(aws.backup.Selection);
    expect(selection.inputs.resources).to.deep.equal([arnOf(outcome.the(aws.rds.Cluster)), ...bucketArns]);
    expect(selection.inputs.selectionTags).to.equal(undefined);
  });

  it("leaves existing buckets to their owner", async () => {
    const outcome = await runWith({ backupEnabled: true, bucketCheckpointName: "mine" });
    const { resources } = outcome.the(aws.backup.Selection).inputs;
    expect(resources).to.have.length(4);
    expect(resources?.join()).to.not.contain("mine");
    expect(outcome.outputs.backup).to.deep.equal({
      vaultName: "pulumi-prod-backup-0a1b2c3d",
      planId: "pulumi-prod-backup-plan-id",
      schedule: "cron(0 5 ? * * *)",
      resourceArns: resources,
    });
  });

  it("goes every day into an encrypted vault, for as long as is wanted", async () => {
    const outcome = await runWith({ backupEnabled: true, backupRetentionDays: 90 });
    expect(outcome.the(aws.backup.Vault).inputs).to.deep.include({
      name: "pulumi-prod-backup-0a1b2c3d",
      kmsKeyArn: outcome.outputs.dataKeyArn,
      forceDestroy: false,
    });
    expect(outcome.the(aws.backup.Plan).inputs.rules).to.deep.equal([
      {
        ruleName: "scheduled",
        targetVaultName: "pulumi-prod-backup-0a1b2c3d",
        schedule: "cron(0 5 ? * * *)",
        startWindow: 480,
        completionWindow: 10080,
        lifecycle: { deleteAfter: 90 },
      },
    ]);
    expect(outcome.ofType(aws.backup.VaultLockConfiguration)).to.deep.equal([]);
  });

  it("leaves vault, lock and role behind when it is turned off, and makes others when it is turned on again", async () => {
    const outcome = await runWith({ backupEnabled: true, backupLockMinDays: 7 });
    const vault = outcome.the(aws.backup.Vault);
    const role = outcome.the(aws.iam.Role, "-backup-role");
    for (const left of [vault, role]) {
      expect(left, left.name).to.deep.include({ protect: false, retainOnDelete: true, ignoreChanges: ["name"] });
      expect(left.inputs.name).to.match(/-0a1b2c3d$/);
    }
    expect(outcome.the(aws.backup.VaultLockConfiguration).deletedWith).to.equal(vault.urn);
    expect(outcome.outputs.backup).to.include({ lockMinDays: 7 });
    const attachments = outcome.ofType(aws.iam.RolePolicyAttachment);
    for (const { name, retainOnDelete } of attachments.filter(({ parent }) => parent === role.parent)) {
      expect(retainOnDelete, name).to.equal(true);
    }
  });

  it("goes with a throw-away installation", async () => {
    const outcome = await runWith({ backupEnabled: true, backupLockMinDays: 7, ephemeral: true });
    // A locked vault can't be emptied.
    expect(outcome.the(aws.backup.VaultLockConfiguration).deletedWith).to.equal("");
    const vault = outcome.the(aws.backup.Vault);
    expect(vault.retainOnDelete).to.equal(false);
    expect(vault.inputs.forceDestroy).to.equal(true);
    expect(outcome.the(aws.iam.Role, "-backup-role").retainOnDelete).to.equal(false);
  });

  it("can lock the vault and copy to another region or account", async () => {
    const copy = "arn:aws:backup:eu-west-1:444455556666:backup-vault:elsewhere";
    const outcome = await runWith({
      backupEnabled: true,
      backupLockMinDays: 7,
      backupLockMaxDays: 90,
      backupLockGraceDays: 3,
      backupCopyVaultArn: copy,
      backupCopyRetentionDays: 60,
    });
    expect(outcome.the(aws.backup.VaultLockConfiguration).inputs).to.deep.include({
      minRetentionDays: 7,
      maxRetentionDays: 90,
      changeableForDays: 3,
    });
    const [rule] = outcome.the(aws.backup.Plan).inputs.rules;
    expect(rule?.copyActions).to.deep.equal([{ destinationVaultArn: copy, lifecycle: { deleteAfter: 60 } }]);
    expect(outcome.outputs.backup).to.include({ copyVaultArn: copy });
  });
});
