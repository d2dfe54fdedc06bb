import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import {
  BackupOutputs,
  Component,
  DeepInput,
  globalArn,
  physicalName,
  Surroundings,
  trustPolicy,
} from "@selfhosted/common";
import { backupWindows } from "./backup-schedule";
import { Config } from "./config";

export interface BackupArgs {
  config: Config;
  where: Surroundings;
  keyArn: pulumi.Input<string>;
  /** ARNs of what is backed up. */
  resourceArns: pulumi.Input<string>[];
}

/** Length of the random suffix in names, which is written in hexadecimal digits. */
const suffixBytes = 4;

/** AWS-managed policies: to back up and restore clusters, and to do so with buckets. */
const policies = [
  "service-role/AWSBackupServiceRolePolicyForBackup",
  "service-role/AWSBackupServiceRolePolicyForRestores",
  "AWSBackupServiceRolePolicyForS3Backup",
  "AWSBackupServiceRolePolicyForS3Restore",
];

/**
 * AWS Backup of the database and the data buckets into a vault of their own. Turned off, it leaves the vault with its backups,
 * its lock, and the role with which they expire; a random suffix in their names keeps new ones apart.
 */
export class Backup extends Component {
  readonly outputs: DeepInput<BackupOutputs>;
  private readonly suffix: random.RandomId;

  constructor(
    private readonly name: string,
    private readonly args: BackupArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("infrastructure", "Backup", name, opts);
    const { config, resourceArns } = args;

    this.suffix = new random.RandomId(`${name}-suffix`, { byteLength: suffixBytes }, { parent: this });
    const vault = this.vault();
    const plan = this.plan(vault);
    new aws.backup.Selection(
      `${name}-selection`,
      {
        name: physicalName("backupVault", name),
        planId: plan.id,
        iamRoleArn: this.role().arn,
        // By their names: what is found by tags alone is left out, without a word, where the region's settings don't opt in.
        // https://docs.aws.amazon.com/aws-backup/latest/devguide/API_UpdateRegionSettings.html
        resources: resourceArns,
      },
      { parent: this, deleteBeforeReplace: true },
    );
    this.outputs = {
      vaultName: vault.name,
      planId: plan.id,
      schedule: config.backupSchedule,
      resourceArns,
      ...(config.backupLockMinDays !== undefined && { lockMinDays: config.backupLockMinDays }),
      ...(config.backupCopyVaultArn !== undefined && { copyVaultArn: config.backupCopyVaultArn }),
    };
    this.registerOutputs(this.outputs);
  }

  private vault(): aws.backup.Vault {
    const { name } = this;
    const { config, keyArn } = this.args;
    const vault = new aws.backup.Vault(
      `${name}-vault`,
      { name: this.suffixed("backupVault"), kmsKeyArn: keyArn, forceDestroy: config.ephemeral },
      { parent: this, ...this.left },
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
        {
          parent: this,
          // It stays with a vault that is left, and lets go of one that is to be emptied.
          deletedWith: config.ephemeral ? undefined : vault,
          // A changed lock replaces the old one, whose deletion afterwards would unlock the vault.
          deleteBeforeReplace: true,
        },
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
            ...backupWindows,
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
        name: this.suffixed("role"),
        description: "AWS Backup of the database and the buckets",
        assumeRolePolicy: trustPolicy("backup", where.accountId),
        permissionsBoundary: config.permissionsBoundaryArn,
      },
      { parent: this, ...this.left },
    );
    for (const policy of policies) {
      new aws.iam.RolePolicyAttachment(
        `${name}-${policy.replace("service-role/", "")}`,
        { role: role.name, policyArn: globalArn(where.partition, "iam", `policy/${policy}`, "aws") },
        { parent: this, retainOnDelete: !config.ephemeral },
      );
    }
    return role;
  }

  private suffixed(thing: "backupVault" | "role"): pulumi.Output<string> {
    return this.suffix.hex.apply((hex) => physicalName(thing, `${this.name}-${hex}`));
  }

  /** Options of what stays in AWS. What has a name already keeps it. */
  private get left(): pulumi.CustomResourceOptions {
    return { retainOnDelete: !this.args.config.ephemeral, ignoreChanges: ["name"] };
  }
}

/** Whether a vault has a name that one of this component has or had: with a random suffix, or in earlier releases without. */
export function isVaultOf(name: string, vaultName: string): boolean {
  const suffix = vaultName.slice(-2 * suffixBytes);
  return [name, `${name}-${suffix}`].some((each) => physicalName("backupVault", each) === vaultName);
}
