import type { Backup, BackupRuleInput } from "@aws-sdk/client-backup";
import type { PlanArgs, SelectionArgs, VaultArgs, VaultLockConfigurationArgs } from "@pulumi/aws/backup";
import type { Unwrap } from "@pulumi/pulumi";
import type { Service } from "../resource";
import type { Account } from "./account";
import { fromAws, namesFromAws, namesToAws, toAws } from "./fields";
import { type Inputs, typesOf } from "./table";

const backup = typesOf(async () => (await import("@aws-sdk/client-backup")).Backup, {
  read: async (aws, ResourceArn) => (await aws.listTags({ ResourceArn })).Tags ?? {},
  tag: (aws, ResourceArn, Tags) => aws.tagResource({ ResourceArn, Tags }),
  untag: (aws, ResourceArn, TagKeyList) => aws.untagResource({ ResourceArn, TagKeyList }),
});

const ruleNames = {
  coldStorageAfter: "MoveToColdStorageAfterDays",
  completionWindow: "CompletionWindowMinutes",
  deleteAfter: "DeleteAfterDays",
  destinationVaultArn: "DestinationBackupVaultArn",
  schedule: "ScheduleExpression",
  startWindow: "StartWindowMinutes",
  targetVaultName: "TargetBackupVaultName",
};
const selectionNames = { iamRoleArn: "IamRoleArn", name: "SelectionName", resources: "Resources" } as const;

/** AWS Backup. */
export const service: Service<Account> = {
  resources: {
    "aws:backup/vault:Vault": backup<Inputs<VaultArgs, "name">>({
      autoname: "name",
      replaceOn: ["kmsKeyArn", "name"],
      updateOn: ["forceDestroy"],
      async create(aws, { name: BackupVaultName, kmsKeyArn: EncryptionKeyArn, tagsAll: BackupVaultTags }) {
        await aws.createBackupVault({ BackupVaultName, EncryptionKeyArn, BackupVaultTags });
        return BackupVaultName;
      },
      async get(aws, name) {
        const found = await describeVault(aws, name);
        return found && { arn: found.BackupVaultArn, kmsKeyArn: found.EncryptionKeyArn, name };
      },
      async delete(aws, BackupVaultName, { forceDestroy }) {
        if (forceDestroy) await empty(aws, BackupVaultName);
        await aws.deleteBackupVault({ BackupVaultName });
      },
    }),

    "aws:backup/vaultLockConfiguration:VaultLockConfiguration": backup<Unwrap<VaultLockConfigurationArgs>>({
      tagged: false,
      replaceOn: ["backupVaultName", "changeableForDays", "maxRetentionDays", "minRetentionDays"],
      updateOn: [],
      async create(aws, { backupVaultName, changeableForDays, maxRetentionDays, minRetentionDays }) {
        await aws.putBackupVaultLockConfiguration({
          BackupVaultName: backupVaultName,
          ChangeableForDays: changeableForDays,
          MaxRetentionDays: maxRetentionDays,
          MinRetentionDays: minRetentionDays,
        });
        return backupVaultName;
      },
      async get(aws, name) {
        const found = await describeVault(aws, name);
        const days = { maxRetentionDays: found?.MaxRetentionDays, minRetentionDays: found?.MinRetentionDays };
        return found?.Locked ? { backupVaultArn: found.BackupVaultArn, backupVaultName: name, ...days } : undefined;
      },
      delete: (aws, BackupVaultName) => aws.deleteBackupVaultLockConfiguration({ BackupVaultName }),
    }),

    "aws:backup/plan:Plan": backup<Inputs<PlanArgs, "name">>({
      autoname: "name",
      replaceOn: ["name"],
      updateOn: ["rules"],
      async create(aws, inputs) {
        const request = { BackupPlan: plan(inputs), BackupPlanTags: inputs.tagsAll };
        return (await aws.createBackupPlan(request)).BackupPlanId ?? "";
      },
      async get(aws, BackupPlanId) {
        const found = await aws.getBackupPlan({ BackupPlanId });
        if (found.DeletionDate) return undefined;
        const rules = namesFromAws(found.BackupPlan?.Rules, ruleNames);
        return { arn: found.BackupPlanArn, name: found.BackupPlan?.BackupPlanName, rules, version: found.VersionId };
      },
      update: (aws, BackupPlanId, inputs) => aws.updateBackupPlan({ BackupPlanId, BackupPlan: plan(inputs) }),
      delete: (aws, BackupPlanId) => aws.deleteBackupPlan({ BackupPlanId }),
    }),

    /** What a plan backs up. Nothing of one can be changed. */
    "aws:backup/selection:Selection": backup<Inputs<SelectionArgs, "name">>({
      tagged: false,
      autoname: "name",
      replaceOn: ["iamRoleArn", "name", "planId", "resources"],
      updateOn: [],
      async create(aws, inputs) {
        const BackupSelection = toAws(selectionNames, inputs);
        const { SelectionId } = await aws.createBackupSelection({ BackupPlanId: inputs.planId, BackupSelection });
        return `${inputs.planId}|${SelectionId}`;
      },
      async get(aws, id) {
        const found = await aws.getBackupSelection(selection(id));
        return { ...fromAws(selectionNames, found.BackupSelection), planId: found.BackupPlanId };
      },
      delete: (aws, id) => aws.deleteBackupSelection(selection(id)),
    }),
  },
};

/** From the list, because the emulated account leaves the key and the lock out of the description. */
async function describeVault(aws: Backup, name: string) {
  const { BackupVaultList } = await aws.listBackupVaults({});
  return BackupVaultList?.find(({ BackupVaultName }) => BackupVaultName === name);
}

async function empty(aws: Backup, BackupVaultName: string): Promise<void> {
  const { RecoveryPoints = [] } = await aws.listRecoveryPointsByBackupVault({ BackupVaultName });
  for (const { RecoveryPointArn } of RecoveryPoints) {
    await aws.deleteRecoveryPoint({ BackupVaultName, RecoveryPointArn });
  }
}

function plan({ name, rules }: Inputs<PlanArgs, "name">) {
  return { BackupPlanName: name, Rules: namesToAws(rules, ruleNames) as BackupRuleInput[] };
}

/** What the id of a selection, `plan|selection`, names. */
function selection(id: string): { BackupPlanId: string; SelectionId: string } {
  const [BackupPlanId = "", SelectionId = ""] = id.split("|");
  return { BackupPlanId, SelectionId };
}
