import { Backup, type BackupVaultListMember, type GetBackupPlanOutput } from "@aws-sdk/client-backup";
import type { PlanArgs, SelectionArgs, VaultArgs, VaultLockConfigurationArgs } from "@pulumi/aws/backup";
import type { Unwrap } from "@pulumi/pulumi";
import { allOf, between, type Check, each, matching, required, valueAt } from "../checks";
import type { Properties, ResourceType, Service } from "../resource";
import type { Account } from "./account";
import { unlessMissing } from "./errors";
import { fromAws, toAws } from "./fields";
import { exists, keyExists, roleExists } from "./references";
import { tagChanges, taggable, type Tagged, type Tags } from "./tags";

type VaultInputs = Tagged<Unwrap<VaultArgs>> & { name: string };
type LockInputs = Unwrap<VaultLockConfigurationArgs>;
type PlanInputs = Tagged<Unwrap<PlanArgs>> & { name: string };
type SelectionInputs = Unwrap<SelectionArgs> & { name: string };

const vaultName = matching("name", /^[A-Za-z0-9_-]{2,50}$/, "2 to 50 letters, digits, hyphens or underscores");

const vaultType: ResourceType<Account, VaultInputs> = {
  autoname: "name",
  replaceOn: ["kmsKeyArn", "name"],
  updateOn: ["forceDestroy"],
  check: vaultName,
  checkReferences: ({ kmsKeyArn }, { account }) => keyExists("kmsKeyArn", kmsKeyArn, account),
  find: async ({ name }, { account }) => (await describeVault(name, account))?.BackupVaultName,
  async create(inputs, { account }) {
    await account.client(Backup).createBackupVault({
      BackupVaultName: inputs.name,
      BackupVaultTags: inputs.tagsAll,
      EncryptionKeyArn: inputs.kmsKeyArn,
    });
    return { id: inputs.name };
  },
  async read(id, _known, { account }) {
    const found = await describeVault(id, account);
    if (!found) return undefined;
    return {
      arn: found.BackupVaultArn,
      kmsKeyArn: found.EncryptionKeyArn,
      name: found.BackupVaultName,
      recoveryPoints: found.NumberOfRecoveryPoints ?? 0,
    };
  },
  update: (id, inputs, olds, { account }) =>
    retag(account.arn("backup", `backup-vault:${id}`), olds.tagsAll, inputs.tagsAll, account),
  async delete(id, { forceDestroy }, { account }) {
    if (!(await describeVault(id, account))) return;
    if (forceDestroy) await deleteRecoveryPoints(id, account);
    await account.client(Backup).deleteBackupVault({ BackupVaultName: id });
  },
};

const lockType: ResourceType<Account, LockInputs> = {
  replaceOn: ["backupVaultName", "changeableForDays", "maxRetentionDays", "minRetentionDays"],
  updateOn: [],
  check: allOf(
    required("backupVaultName"),
    between("changeableForDays", 3, 36_500),
    between("minRetentionDays", 1, 36_500),
    between("maxRetentionDays", 1, 36_500),
  ),
  checkReferences: ({ backupVaultName }, { account }) =>
    exists("backupVaultName", backupVaultName, describeVault(backupVaultName, account)),
  async create({ backupVaultName, changeableForDays, maxRetentionDays, minRetentionDays }, { account }) {
    await account.client(Backup).putBackupVaultLockConfiguration({
      BackupVaultName: backupVaultName,
      ChangeableForDays: changeableForDays,
      MaxRetentionDays: maxRetentionDays,
      MinRetentionDays: minRetentionDays,
    });
    return { id: backupVaultName };
  },
  async read(id, _known, { account }) {
    const found = await describeVault(id, account);
    if (!found?.Locked) return undefined;
    return {
      backupVaultArn: found.BackupVaultArn,
      backupVaultName: id,
      maxRetentionDays: found.MaxRetentionDays,
      minRetentionDays: found.MinRetentionDays,
    };
  },
  async delete(id, _olds, { account }) {
    await unlessMissing(account.client(Backup).deleteBackupVaultLockConfiguration({ BackupVaultName: id }));
  },
};

const planType: ResourceType<Account, PlanInputs> = {
  autoname: "name",
  replaceOn: ["name"],
  updateOn: ["rules"],
  check: allOf(
    required("rules"),
    each(
      "rules",
      allOf(
        required("ruleName", "targetVaultName"),
        matching("schedule", /^(cron|rate)\(.+\)$/, "a schedule such as cron(0 5 * * ? *)"),
        between("startWindow", 60, 43_200),
        between("completionWindow", 60, 43_200),
        between("lifecycle.deleteAfter", 1, 36_500),
        coldLongEnough,
      ),
    ),
  ),
  async checkReferences({ rules }, { account }) {
    const problems = rules.map(({ targetVaultName: name }) =>
      exists("rules.targetVaultName", name, describeVault(name, account)),
    );
    return (await Promise.all(problems)).flat();
  },
  async find({ name }, { account }) {
    const { BackupPlansList } = await account.client(Backup).listBackupPlans({});
    return BackupPlansList?.find(({ BackupPlanName }) => BackupPlanName === name)?.BackupPlanId;
  },
  async create(inputs, { account }) {
    const { BackupPlanId = "" } = await account.client(Backup).createBackupPlan({
      BackupPlan: { BackupPlanName: inputs.name, Rules: inputs.rules.map(toRule) },
      BackupPlanTags: inputs.tagsAll,
    });
    return { id: BackupPlanId };
  },
  async read(id, _known, { account }) {
    const found = await getPlan(id, account);
    return found && { arn: found.BackupPlanArn, name: found.BackupPlan?.BackupPlanName, version: found.VersionId };
  },
  async update(id, { name, rules, tagsAll }, olds, { account }) {
    const BackupPlan = { BackupPlanName: name, Rules: rules.map(toRule) };
    await account.client(Backup).updateBackupPlan({ BackupPlanId: id, BackupPlan });
    await retag(account.arn("backup", `backup-plan:${id}`), olds.tagsAll, tagsAll, account);
  },
  async delete(id, _olds, { account }) {
    await unlessMissing(account.client(Backup).deleteBackupPlan({ BackupPlanId: id }));
  },
};

const selectionFields = { iamRoleArn: "IamRoleArn", name: "SelectionName", resources: "Resources" } as const;

/** What a plan backs up. Nothing of one can be changed. */
const selectionType: ResourceType<Account, SelectionInputs> = {
  autoname: "name",
  replaceOn: ["iamRoleArn", "name", "planId", "resources"],
  updateOn: [],
  check: allOf(
    required("iamRoleArn", "planId", "resources"),
    matching("name", /^[A-Za-z0-9._-]{1,50}$/, "1 to 50 letters, digits, hyphens, dots or underscores"),
  ),
  async checkReferences({ iamRoleArn, planId, resources = [] }, { account }) {
    const unfit = resources.filter((arn) => !/^arn:aws[\w-]*:(rds:.*:cluster:|s3:::)/.test(arn));
    return [
      ...(await roleExists("iamRoleArn", iamRoleArn, account)),
      ...(await exists("planId", planId, getPlan(planId, account))),
      ...unfit.map((arn) => ({
        property: "resources",
        reason: `names ${arn}, which is no database cluster or bucket`,
      })),
    ];
  },
  async create(inputs, { account }) {
    const { SelectionId = "" } = await account.client(Backup).createBackupSelection({
      BackupPlanId: inputs.planId,
      BackupSelection: toAws(selectionFields, inputs),
    });
    return { id: SelectionId };
  },
  async read(id, { planId }, { account }) {
    const answer = account.client(Backup).getBackupSelection({ BackupPlanId: planId, SelectionId: id });
    const found = await unlessMissing(answer);
    return found && { ...fromAws(selectionFields, found.BackupSelection), planId: found.BackupPlanId };
  },
  async delete(id, { planId }, { account }) {
    await unlessMissing(account.client(Backup).deleteBackupSelection({ BackupPlanId: planId, SelectionId: id }));
  },
};

/** AWS Backup, as far as the emulated account has it. It misreads the question for tags, so they are taken as asked. */
export const service: Service<Account> = {
  resources: {
    "aws:backup/plan:Plan": taggable(planType),
    "aws:backup/selection:Selection": selectionType,
    "aws:backup/vault:Vault": taggable(vaultType),
    "aws:backup/vaultLockConfiguration:VaultLockConfiguration": lockType,
  },
};

/** From the list, because the description leaves the key and the lock out. */
async function describeVault(name: string, account: Account): Promise<BackupVaultListMember | undefined> {
  const { BackupVaultList } = await account.client(Backup).listBackupVaults({});
  return BackupVaultList?.find(({ BackupVaultName }) => BackupVaultName === name);
}

async function getPlan(id: string, account: Account): Promise<GetBackupPlanOutput | undefined> {
  const found = await unlessMissing(account.client(Backup).getBackupPlan({ BackupPlanId: id }));
  return found?.DeletionDate ? undefined : found;
}

async function deleteRecoveryPoints(name: string, account: Account): Promise<void> {
  const client = account.client(Backup);
  const ofVault = { BackupVaultName: name };
  const { RecoveryPoints = [] } = await client.listRecoveryPointsByBackupVault(ofVault);
  for (const { RecoveryPointArn } of RecoveryPoints) {
    await client.deleteRecoveryPoint({ ...ofVault, RecoveryPointArn });
  }
}

async function retag(arn: string, olds: Tags, news: Tags, account: Account): Promise<void> {
  const client = account.client(Backup);
  const { set, removed } = tagChanges(olds, news);
  if (removed.length) await client.untagResource({ ResourceArn: arn, TagKeyList: removed });
  if (Object.keys(set).length) await client.tagResource({ ResourceArn: arn, Tags: set });
}

function toRule(rule: PlanInputs["rules"][number]) {
  return {
    CompletionWindowMinutes: rule.completionWindow,
    CopyActions: rule.copyActions?.map(({ destinationVaultArn, lifecycle }) => ({
      DestinationBackupVaultArn: destinationVaultArn,
      Lifecycle: toLifecycle(lifecycle),
    })),
    EnableContinuousBackup: rule.enableContinuousBackup,
    Lifecycle: toLifecycle(rule.lifecycle),
    RecoveryPointTags: rule.recoveryPointTags,
    RuleName: rule.ruleName,
    ScheduleExpression: rule.schedule,
    StartWindowMinutes: rule.startWindow,
    TargetBackupVaultName: rule.targetVaultName,
  };
}

function toLifecycle(lifecycle: { coldStorageAfter?: number; deleteAfter?: number } | undefined) {
  return (
    lifecycle && { DeleteAfterDays: lifecycle.deleteAfter, MoveToColdStorageAfterDays: lifecycle.coldStorageAfter }
  );
}

function coldLongEnough(rule: Properties): ReturnType<Check> {
  const [cold, gone] = [valueAt(rule, "lifecycle.coldStorageAfter"), valueAt(rule, "lifecycle.deleteAfter")];
  if (typeof cold !== "number" || typeof gone !== "number" || gone >= cold + 90) return [];
  return [
    {
      property: "lifecycle.deleteAfter",
      reason: `must be 90 days or more after coldStorageAfter ${cold}, found ${gone}`,
    },
  ];
}
