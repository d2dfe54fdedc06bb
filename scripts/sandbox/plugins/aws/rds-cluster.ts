import {
  type CreateDBClusterMessage,
  type DBCluster,
  RDS,
  waitUntilDBClusterAvailable,
  waitUntilDBClusterDeleted,
} from "@aws-sdk/client-rds";
import type { ClusterArgs } from "@pulumi/aws/rds";
import type { Unwrap } from "@pulumi/pulumi";
import type { Problem, Properties, ResourceType } from "../resource";
import type { Account } from "./account";
import { fromAws, toAws } from "./fields";
import { clusterCheck } from "./rds-cluster-check";
import { describeCluster, patience, retag } from "./rds-common";
import { describeSubnetGroup } from "./rds-groups";
import { exists, keyExists, securityGroupsExist } from "./references";
import { type Tagged, tagList, tagMap } from "./tags";

type Inputs = Tagged<Unwrap<ClusterArgs>> & { clusterIdentifier: string };

/** Settings that RDS takes on creation, restoration and modification alike. */
const settings = {
  engineVersion: "EngineVersion",
  port: "Port",
  backtrackWindow: "BacktrackWindow",
  copyTagsToSnapshot: "CopyTagsToSnapshot",
  dbClusterParameterGroupName: "DBClusterParameterGroupName",
  deletionProtection: "DeletionProtection",
  iamDatabaseAuthenticationEnabled: "EnableIAMDatabaseAuthentication",
  vpcSecurityGroupIds: "VpcSecurityGroupIds",
} as const;

/** Settings that a restoration takes from the snapshot; where the program has others, they are set right after it. */
const ownSettings = {
  backupRetentionPeriod: "BackupRetentionPeriod",
  databaseInsightsMode: "DatabaseInsightsMode",
  manageMasterUserPassword: "ManageMasterUserPassword",
  masterPassword: "MasterUserPassword",
  masterUserSecretKmsKeyId: "MasterUserSecretKmsKeyId",
  monitoringInterval: "MonitoringInterval",
  monitoringRoleArn: "MonitoringRoleArn",
  performanceInsightsEnabled: "EnablePerformanceInsights",
  performanceInsightsKmsKeyId: "PerformanceInsightsKMSKeyId",
  performanceInsightsRetentionPeriod: "PerformanceInsightsRetentionPeriod",
  preferredBackupWindow: "PreferredBackupWindow",
  preferredMaintenanceWindow: "PreferredMaintenanceWindow",
} as const;

const placement = {
  availabilityZones: "AvailabilityZones",
  dbSubnetGroupName: "DBSubnetGroupName",
  engine: "Engine",
  engineMode: "EngineMode",
  kmsKeyId: "KmsKeyId",
} as const;

const contents = {
  databaseName: "DatabaseName",
  masterUsername: "MasterUsername",
  storageEncrypted: "StorageEncrypted",
} as const;

/** What RDS returns; performance insights, log exports and passwords aren't among it in the emulator. */
const returned = {
  ...contents,
  arn: "DBClusterArn",
  backtrackWindow: "BacktrackWindow",
  backupRetentionPeriod: "BackupRetentionPeriod",
  clusterIdentifier: "DBClusterIdentifier",
  clusterResourceId: "DbClusterResourceId",
  copyTagsToSnapshot: "CopyTagsToSnapshot",
  dbClusterParameterGroupName: "DBClusterParameterGroup",
  dbSubnetGroupName: "DBSubnetGroup",
  deletionProtection: "DeletionProtection",
  endpoint: "Endpoint",
  engine: "Engine",
  engineMode: "EngineMode",
  engineVersion: "EngineVersion",
  engineVersionActual: "EngineVersion",
  hostedZoneId: "HostedZoneId",
  iamDatabaseAuthenticationEnabled: "IAMDatabaseAuthenticationEnabled",
  kmsKeyId: "KmsKeyId",
  port: "Port",
  preferredBackupWindow: "PreferredBackupWindow",
  preferredMaintenanceWindow: "PreferredMaintenanceWindow",
  readerEndpoint: "ReaderEndpoint",
} as const;

export const cluster: ResourceType<Account, Inputs> = {
  autoname: "clusterIdentifier",
  replaceOn: [
    ...(["clusterIdentifier", "engine", "engineMode", "dbSubnetGroupName", "kmsKeyId", "availabilityZones"] as const),
    ...(["storageEncrypted", "databaseName", "masterUsername", "snapshotIdentifier"] as const),
  ],
  updateOn: [
    ...(Object.keys(settings) as (keyof typeof settings)[]),
    ...(Object.keys(ownSettings) as (keyof typeof ownSettings)[]),
    "storageType",
    ...(["enabledCloudwatchLogsExports", "serverlessv2ScalingConfiguration", "applyImmediately"] as const),
    ...(["allowMajorVersionUpgrade", "skipFinalSnapshot", "finalSnapshotIdentifier"] as const),
    "deleteAutomatedBackups",
  ],
  secrets: ["masterPassword"],
  defaults: (inputs) => ({ backupRetentionPeriod: 1, engineMode: "provisioned", ...inputs }),
  check: clusterCheck,
  async checkReferences(inputs, { account }) {
    const { dbSubnetGroupName, dbClusterParameterGroupName, snapshotIdentifier, vpcSecurityGroupIds = [] } = inputs;
    const client = account.client(RDS);
    const group = dbSubnetGroupName && (await describeSubnetGroup(dbSubnetGroupName, account));
    const missing: Problem[] =
      dbSubnetGroupName && !group
        ? [{ property: "dbSubnetGroupName", reason: `names ${dbSubnetGroupName}, which doesn't exist` }]
        : [];
    return [
      ...missing,
      ...(group ? await securityGroupsExist("vpcSecurityGroupIds", vpcSecurityGroupIds, group.VpcId, account) : []),
      ...(await keyExists("kmsKeyId", inputs.kmsKeyId, account)),
      ...(dbClusterParameterGroupName
        ? await exists(
            "dbClusterParameterGroupName",
            dbClusterParameterGroupName,
            client.describeDBClusterParameterGroups({ DBClusterParameterGroupName: dbClusterParameterGroupName }),
          )
        : []),
      ...(snapshotIdentifier
        ? await exists(
            "snapshotIdentifier",
            snapshotIdentifier,
            client.describeDBClusterSnapshots({ DBClusterSnapshotIdentifier: snapshotIdentifier }),
          )
        : []),
    ];
  },
  find: async ({ clusterIdentifier }, { account }) =>
    (await describeCluster(clusterIdentifier, account))?.DBClusterIdentifier,
  leftToAws: ({ snapshotIdentifier }) =>
    snapshotIdentifier ? ["databaseName", "engineVersion", "masterUsername", "storageEncrypted"] : [],
  async create(inputs, { account }) {
    const client = account.client(RDS);
    const request = {
      ...sharedSettings(inputs),
      ...toAws(placement, inputs),
      DBClusterIdentifier: inputs.clusterIdentifier,
      Engine: inputs.engine,
      EnableCloudwatchLogsExports: inputs.enabledCloudwatchLogsExports,
      Tags: tagList(inputs.tagsAll),
    };
    const { snapshotIdentifier: SnapshotIdentifier } = inputs;
    if (SnapshotIdentifier) await client.restoreDBClusterFromSnapshot({ ...request, SnapshotIdentifier });
    else {
      const own = { ...toAws(ownSettings, inputs), ...toAws(contents, inputs) };
      await client.createDBCluster({ ...request, ...own } as CreateDBClusterMessage);
    }
    return { id: inputs.clusterIdentifier };
  },
  async settle(id, inputs, call) {
    await waitUntilDBClusterAvailable(patience(call), { DBClusterIdentifier: id });
    const own = { ...sharedSettings(inputs), ...toAws(ownSettings, inputs) };
    if (inputs.snapshotIdentifier) await modify(id, own, call.account);
  },
  async read(id, known, { account }) {
    const found = await describeCluster(id, account);
    return found && { ...outputsOfCluster(found), storageType: storage(found, known) };
  },
  async update(id, inputs, olds, { account }) {
    const held = olds.enabledCloudwatchLogsExports ?? [];
    const wanted = inputs.enabledCloudwatchLogsExports ?? [];
    const changed = {
      ...sharedSettings(inputs),
      ...toAws(ownSettings, inputs),
      AllowMajorVersionUpgrade: inputs.allowMajorVersionUpgrade,
      CloudwatchLogsExportConfiguration: {
        EnableLogTypes: wanted.filter((log) => !held.includes(log)),
        DisableLogTypes: held.filter((log) => !wanted.includes(log)),
      },
    };
    await modify(id, changed, account);
    await retag(account.arn("rds", `cluster:${id}`), olds.tagsAll, inputs.tagsAll, account);
  },
  async delete(id, { skipFinalSnapshot, finalSnapshotIdentifier, deleteAutomatedBackups }, call) {
    const { account } = call;
    const found = await describeCluster(id, account);
    if (!found) return;
    if (!skipFinalSnapshot && !finalSnapshotIdentifier) {
      throw new Error(`RDS doesn't delete cluster ${id} without finalSnapshotIdentifier, or else skipFinalSnapshot.`);
    }
    const request = {
      DBClusterIdentifier: id,
      SkipFinalSnapshot: skipFinalSnapshot ?? false,
      FinalDBSnapshotIdentifier: skipFinalSnapshot ? undefined : finalSnapshotIdentifier,
      DeleteAutomatedBackups: deleteAutomatedBackups,
    };
    await account.client(RDS).deleteDBCluster(request);
    await waitUntilDBClusterDeleted(patience(call), { DBClusterIdentifier: id });
  },
};

/** The settings that creation, restoration and modification share. The provider doesn't send a storage type of "". */
function sharedSettings(inputs: Inputs) {
  const { storageType, serverlessv2ScalingConfiguration: scaling } = inputs;
  return {
    ...toAws(settings, inputs),
    StorageType: storageType,
    ServerlessV2ScalingConfiguration: scaling && { MinCapacity: scaling.minCapacity, MaxCapacity: scaling.maxCapacity },
  };
}

async function modify(id: string, changed: object, account: Account): Promise<void> {
  const request = { ...changed, DBClusterIdentifier: id, ApplyImmediately: true };
  await account.client(RDS).modifyDBCluster(request);
}

/** Aurora's standard storage, which the provider spells "" unless the program says `aurora`, or the other kind. */
function storage({ StorageType }: DBCluster, known: Inputs): string | undefined {
  if (StorageType === "aurora-iopt1") return StorageType;
  return known.storageType === "aurora" ? "aurora" : "";
}

/** The cluster as AWS has it. */
function outputsOfCluster(found: DBCluster): Properties {
  const scaling = found.ServerlessV2ScalingConfiguration;
  return {
    ...fromAws(returned, found),
    vpcSecurityGroupIds: found.VpcSecurityGroups?.map(({ VpcSecurityGroupId }) => VpcSecurityGroupId),
    clusterMembers: found.DBClusterMembers?.map(({ DBInstanceIdentifier }) => DBInstanceIdentifier),
    ...(scaling && {
      serverlessv2ScalingConfiguration: { minCapacity: scaling.MinCapacity, maxCapacity: scaling.MaxCapacity },
    }),
    ...(found.MasterUserSecret && {
      masterUserSecrets: [
        {
          secretArn: found.MasterUserSecret.SecretArn,
          secretStatus: found.MasterUserSecret.SecretStatus,
          kmsKeyId: found.MasterUserSecret.KmsKeyId,
        },
      ],
    }),
    tagsAll: tagMap(found.TagList),
  };
}
