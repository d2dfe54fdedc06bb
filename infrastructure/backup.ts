import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Component, globalArn, physicalName, Surroundings, trustPolicy } from "@selfhosted/common";
import { Config } from "./config";

export interface BackupArgs {
  config: Config;
  where: Surroundings;
  keyArn: pulumi.Input<string>;
  /** The tag by which AWS Backup finds what to keep. */
  selection: { key: string; value: string };
}

/** AWS-managed policies: to back up and restore clusters, and to do so with buckets. */
const policies = [
  "service-role/AWSBackupServiceRolePolicyForBackup",
  "service-role/AWSBackupServiceRolePolicyForRestores",
  "AWSBackupServiceRolePolicyForS3Backup",
  "AWSBackupServiceRolePolicyForS3Restore",
];

/** AWS Backup of the database and the data buckets into a vault of their own. */
export class Backup extends Component {
  constructor(
    private readonly name: string,
    private readonly args: BackupArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("infrastructure", "Backup", name, opts);
    const { selection } = args;

    const plan = this.plan(this.vault());
    new aws.backup.Selection(
      `${name}-selection`,
      {
        name: physicalName("backupVault", name),
        planId: plan.id,
        iamRoleArn: this.role().arn,
        selectionTags: [{ type: "STRINGEQUALS", ...selection }],
      },
      { parent: this },
    );
    this.registerOutputs({});
  }

  private vault(): aws.backup.Vault {
    const { name } = this;
    const { config, keyArn } = this.args;
    const vault = new aws.backup.Vault(
      `${name}-vault`,
      { name: physicalName("backupVault", name), kmsKeyArn: keyArn, forceDestroy: config.ephemeral },
      { parent: this, protect: !config.ephemeral },
    );
    if (config.backupLockMinDays !== undefined) {
      new aws.backup.VaultLockConfiguration(
        `${name}-lock`,
        {
          backupVaultName: vault.name,
          minRetentionDays: config.backupLockMinDays,
          maxRetentionDays: config.backupLockMaxDays,
          changeableForDays: config.backupLockGraceDays,
        },
        { parent: this },
      );
    }
    return vault;
  }

  private plan(vault: aws.backup.Vault): aws.backup.Plan {
    const { config } = this.args;
    const copy = config.backupCopyVaultArn;
    return new aws.backup.Plan(
      `${this.name}-plan`,
      {
        name: physicalName("backupVault", this.name),
        rules: [
          {
            ruleName: "scheduled",
            targetVaultName: vault.name,
            schedule: config.backupSchedule,
            lifecycle: { deleteAfter: config.backupRetentionDays },
            ...(copy && {
              copyActions: [
                {
                  destinationVaultArn: copy,
                  lifecycle: { deleteAfter: config.backupCopyRetentionDays ?? config.backupRetentionDays },
                },
              ],
            }),
          },
        ],
      },
      { parent: this },
    );
  }

  private role(): aws.iam.Role {
    const { name } = this;
    const { where, config } = this.args;
    const role = new aws.iam.Role(
      `${name}-role`,
      {
        name: physicalName("role", name),
        description: "AWS Backup of the database and the buckets",
        assumeRolePolicy: trustPolicy("backup", where.accountId),
        permissionsBoundary: config.permissionsBoundaryArn,
      },
      { parent: this },
    );
    for (const policy of policies) {
      new aws.iam.RolePolicyAttachment(
        `${name}-${policy.replace("service-role/", "")}`,
        { role: role.name, policyArn: globalArn(where.partition, "iam", `policy/${policy}`, "aws") },
        { parent: this },
      );
    }
    return role;
  }
}
