import { type Backup, type BackupVaultListMember, paginateListBackupVaults } from "@aws-sdk/client-backup";
import { type AwsClients, type InfrastructureOutputs, logicalName } from "@selfhosted/common";
import { isVaultOf, keyDeletionDays } from "../../infrastructure/operations";
import type { StateResource } from "../pulumi/stacks";
import { databaseSnapshots } from "./snapshots";

/** What of an installation outlives its destruction, and whether the key to read it does so too. */
export interface Remains {
  /** Manual snapshots of the database, which upgrades make. */
  snapshots: string[];
  /** Backup vaults that an earlier configuration left, with their number of backups. */
  vaults: { name: string; backups: number }[];
  /** ARN of the data key. */
  keyArn: string;
  /** Whether the data key goes with the installation. */
  keyIsDeleted: boolean;
}

/** Looks up what stays in AWS of what is encrypted with the data key. */
export async function findRemains(
  { rds, backup }: Pick<AwsClients, "rds" | "backup">,
  env: string,
  { installation, database, dataKeyArn, backup: own }: Partial<InfrastructureOutputs> & Known,
  resources: StateResource[],
): Promise<Remains> {
  const [snapshots, vaults] = await Promise.all([
    database === undefined ? [] : databaseSnapshots(rds, database.clusterIdentifier, "manual"),
    vaultsOf(backup, logicalName(installation.name, env, "backup"), dataKeyArn),
  ]);
  return {
    snapshots: snapshots.flatMap(({ DBClusterSnapshotIdentifier: id }) => id ?? []),
    vaults: vaults.filter(({ name }) => name !== own?.vaultName),
    keyArn: dataKeyArn,
    keyIsDeleted: deletesKey(resources, dataKeyArn),
  };
}

type Known = Pick<InfrastructureOutputs, "dataKeyArn" | "installation">;

/** The vaults of a stack, by the logical name of its backup: a key of the customer's may encrypt those of others too. */
async function vaultsOf(backup: Backup, name: string, keyArn: string): Promise<Remains["vaults"]> {
  const vaults: BackupVaultListMember[] = [];
  for await (const { BackupVaultList = [] } of paginateListBackupVaults({ client: backup }, {})) {
    vaults.push(...BackupVaultList);
  }
  return vaults
    .filter(({ EncryptionKeyArn }) => EncryptionKeyArn === keyArn)
    .map(({ BackupVaultName = "", NumberOfRecoveryPoints: backups = 0 }) => ({ name: BackupVaultName, backups }))
    .filter((vault) => isVaultOf(name, vault.name));
}

/** Whether the stack made the key, and doesn't leave it in AWS. */
function deletesKey(resources: StateResource[], arn: string): boolean {
  const key = resources.find(({ type, outputs }) => type === "aws:kms/key:Key" && outputs?.["arn"] === arn);
  return key !== undefined && !key.retainOnDelete;
}

/** What stays, what it needs, and how to keep that, one line each. */
export function describeRemains(
  env: string,
  { snapshots, vaults, keyArn, keyIsDeleted }: Remains,
  today: Date,
): string[] {
  const gone = new Date(today.getTime() + keyDeletionDays * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
  const region = keyArn.split(":")[3];
  return [
    ...(snapshots.length > 0 ? [`stays: ${snapshots.length} database snapshots: ${snapshots.join(", ")}`] : []),
    ...vaults.map(({ name, backups }) => `stays: backup vault ${name} with ${backups} backups`),
    ...(keyIsDeleted
      ? [
          `stays for ${keyDeletionDays} days: the data key ${keyArn}. From ${gone} on, no snapshot, backup or object that it ` +
            "encrypted can be read any more. To keep it:",
          `  before: cd infrastructure && pulumi config set retainDataKey true --stack ${env} && pulumi up --stack ${env}`,
          `  after, until that day: aws kms cancel-key-deletion --region ${region} --key-id ${keyArn}, then the same with enable-key`,
        ]
      : [`stays: the data key ${keyArn}`]),
  ];
}
