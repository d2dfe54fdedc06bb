import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import {
  type BackupOutputs,
  Component,
  type Context,
  type DeepInput,
  globalArn,
  physicalName,
} from "@selfhosted/common";
import { eventNotice, type OnCall, ServiceRole } from "@selfhosted/common/components";
import type { BackupConfig } from "../config/backup";
import { backupWindows } from "./schedule";

export interface BackupArgs {
  context: Context;
  config: BackupConfig;
  keyArn: pulumi.Input<string>;
  /** ARNs of what is backed up. */
  resourceArns: pulumi.Input<string>[];
  /** Who is called for failures. Default: nobody. */
  onCall?: OnCall;
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

  constructor(name: string, args: BackupArgs, opts: pulumi.ComponentResourceOptions) {
    super("infrastructure", "Backup", name, opts);
    const { context, config, keyArn, resourceArns } = args;
    const { ephemeral } = context.installation;
    const parent = { parent: this };
    // Of what stays in AWS. What has a name already keeps it.
    const retained = { ...parent, retainOnDelete: !ephemeral, ignoreChanges: ["name"] };
    const { hex } = new random.RandomId(`${name}-suffix`, { byteLength: suffixBytes }, parent);

    const vault = new aws.backup.Vault(
      `${name}-vault`,
      {
        name: hex.apply((suffix) => physicalName("backupVault", `${name}-${suffix}`)),
        kmsKeyArn: keyArn,
        forceDestroy: ephemeral,
      },
      retained,
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
          ...parent,
          // It stays with a vault that is left, and lets go of one that is to be emptied.
          deletedWith: ephemeral ? undefined : vault,
          // A changed lock replaces the old one, whose deletion afterwards would unlock the vault.
          deleteBeforeReplace: true,
        },
      );
    }
    const plan = new aws.backup.Plan(
      `${name}-plan`,
      { name: physicalName("backupVault", name), rules: [backupRule(vault, config)] },
      parent,
    );
    const role = new ServiceRole(
      `${name}-role`,
      {
        context,
        name: hex.apply((suffix) => physicalName("role", `${name}-${suffix}`)),
        description: "AWS Backup of the database and the buckets",
        services: "backup",
        ownAccountOnly: true,
      },
      retained,
    );
    for (const policy of policies) {
      const policyArn = globalArn(context.location.partition, "iam", `policy/${policy}`, "aws");
      new aws.iam.RolePolicyAttachment(
        `${name}-${policy.replace("service-role/", "")}`,
        { role: role.name, policyArn },
        { ...parent, retainOnDelete: !ephemeral },
      );
    }
    new aws.backup.Selection(
      `${name}-selection`,
      {
        name: physicalName("backupVault", name),
        planId: plan.id,
        iamRoleArn: role.arn,
        // By their names: what is found by tags alone is silently left out where the region's settings don't opt in.
        // https://docs.aws.amazon.com/aws-backup/latest/devguide/API_UpdateRegionSettings.html
        resources: resourceArns,
      },
      { ...parent, deleteBeforeReplace: true },
    );
    if (args.onCall !== undefined) {
      noticeOfFailures(`${name}-failed`, vault, args.onCall, parent);
    }
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
}

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/eventbridge.html */
function noticeOfFailures(
  name: string,
  vault: aws.backup.Vault,
  onCall: OnCall,
  opts: pulumi.CustomResourceOptions,
): void {
  const call = {
    means:
      "A backup, or the copy of one, has failed. Users notice nothing; what could be restored is older than it should be.",
    look: "the job in AWS Backup says why; `make verify` says how old the last complete backup is.",
    runbook: "backup.md#a-backup-failed",
  };
  const pattern = {
    source: ["aws.backup"],
    "detail-type": ["Backup Job State Change", "Copy Job State Change"],
    detail: {
      state: ["FAILED", "ABORTED", "EXPIRED"],
      $or: [{ backupVaultName: [vault.name] }, { sourceBackupVaultArn: [vault.arn] }],
    },
  };
  eventNotice(name, { ...call, pattern, detail: "$.detail.statusMessage", ...onCall }, opts);
}

function backupRule(vault: aws.backup.Vault, config: BackupConfig): aws.types.input.backup.PlanRule {
  const { backupRetentionDays: days, backupCopyVaultArn: copy, backupCopyRetentionDays: copyDays = days } = config;
  return {
    ruleName: "scheduled",
    targetVaultName: vault.name,
    schedule: config.backupSchedule,
    ...backupWindows,
    lifecycle: { deleteAfter: days },
    ...(copy && { copyActions: [{ destinationVaultArn: copy, lifecycle: { deleteAfter: copyDays } }] }),
  };
}

/** Whether a vault has a name that one of this component has or had: with a random suffix, or in earlier releases without. */
export function isVaultOf(name: string, vaultName: string): boolean {
  const suffix = vaultName.slice(-2 * suffixBytes);
  return [name, `${name}-${suffix}`].some((each) => physicalName("backupVault", each) === vaultName);
}
