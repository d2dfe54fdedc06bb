import type {
  CreateDBClusterMessage,
  DBCluster,
  ModifyDBClusterMessage,
  RestoreDBClusterFromSnapshotMessage,
} from "@aws-sdk/client-rds";
import type { ClusterArgs } from "@pulumi/aws/rds";
import { waitWith } from "../../../aws/wait";
import type { Properties } from "../resource";
import { fromAws, inputsOf, toAws } from "./fields";
import { changed, patience, rds } from "./rds-common";
import type { Inputs } from "./table";
import { tagList } from "./tags";

type ClusterInputs = Inputs<ClusterArgs, "clusterIdentifier">;

const placement = {
  clusterIdentifier: "DBClusterIdentifier",
  dbSubnetGroupName: "DBSubnetGroupName",
  engine: "Engine",
  kmsKeyId: "KmsKeyId",
} as const;
/** What a restoration takes from the snapshot. */
const contents = {
  databaseName: "DatabaseName",
  masterUsername: "MasterUsername",
  storageEncrypted: "StorageEncrypted",
} as const;
/** Settings of a creation, a restoration and a modification alike. */
const settings = {
  backtrackWindow: "BacktrackWindow",
  copyTagsToSnapshot: "CopyTagsToSnapshot",
  dbClusterParameterGroupName: "DBClusterParameterGroupName",
  deletionProtection: "DeletionProtection",
  engineVersion: "EngineVersion",
  iamDatabaseAuthenticationEnabled: "EnableIAMDatabaseAuthentication",
  port: "Port",
  storageType: "StorageType",
  vpcSecurityGroupIds: "VpcSecurityGroupIds",
} as const;
/** Settings that a restoration takes from the snapshot; where the program has others, they are set right after it. */
const ownSettings = {
  backupRetentionPeriod: "BackupRetentionPeriod",
  databaseInsightsMode: "DatabaseInsightsMode",
  masterPassword: "MasterUserPassword",
  performanceInsightsEnabled: "EnablePerformanceInsights",
  performanceInsightsKmsKeyId: "PerformanceInsightsKMSKeyId",
  performanceInsightsRetentionPeriod: "PerformanceInsightsRetentionPeriod",
  preferredBackupWindow: "PreferredBackupWindow",
  preferredMaintenanceWindow: "PreferredMaintenanceWindow",
} as const;

/** What RDS returns, which is everything but the password, by names that partly differ. */
const { masterPassword: _, ...returnedSettings } = ownSettings;
const returned = {
  ...placement,
  ...contents,
  ...settings,
  ...returnedSettings,
  arn: "DBClusterArn",
  clusterResourceId: "DbClusterResourceId",
  dbClusterParameterGroupName: "DBClusterParameterGroup",
  dbSubnetGroupName: "DBSubnetGroup",
  enabledCloudwatchLogsExports: "EnabledCloudwatchLogsExports",
  endpoint: "Endpoint",
  engineVersionActual: "EngineVersion",
  iamDatabaseAuthenticationEnabled: "IAMDatabaseAuthenticationEnabled",
  performanceInsightsEnabled: "PerformanceInsightsEnabled",
  readerEndpoint: "ReaderEndpoint",
};

export const clusterType = rds<ClusterInputs>({
  autoname: "clusterIdentifier",
  replaceOn: [...inputsOf(placement), ...inputsOf(contents), "snapshotIdentifier"],
  updateOn: [
    ...inputsOf(settings),
    ...inputsOf(ownSettings),
    "allowMajorVersionUpgrade",
    "applyImmediately",
    "deleteAutomatedBackups",
    "enabledCloudwatchLogsExports",
    "finalSnapshotIdentifier",
    "serverlessv2ScalingConfiguration",
    "skipFinalSnapshot",
  ],
  secrets: ["masterPassword"],
  defaults: (inputs) => ({ backupRetentionPeriod: 1, ...inputs }),
  leftToAws: ({ snapshotIdentifier }) => (snapshotIdentifier ? [...inputsOf(contents), "engineVersion"] : []),
  async create(aws, inputs) {
    const { snapshotIdentifier: SnapshotIdentifier } = inputs;
    const request = {
      ...toAws({ ...placement, ...settings }, inputs),
      EnableCloudwatchLogsExports: inputs.enabledCloudwatchLogsExports,
      ServerlessV2ScalingConfiguration: scaling(inputs),
      Tags: tagList(inputs.tagsAll),
    };
    if (SnapshotIdentifier) {
      const restoration = { ...request, SnapshotIdentifier } as RestoreDBClusterFromSnapshotMessage;
      await aws.restoreDBClusterFromSnapshot(restoration);
    } else {
      const own = toAws({ ...contents, ...ownSettings }, inputs);
      await aws.createDBCluster({ ...request, ...own } as CreateDBClusterMessage);
    }
    return inputs.clusterIdentifier;
  },
  async settle(aws, DBClusterIdentifier, inputs, call, olds) {
    const { waitUntilDBClusterAvailable } = await import("@aws-sdk/client-rds");
    await waitWith(aws, (given) =>
      waitUntilDBClusterAvailable({ ...given, ...patience(call) }, { DBClusterIdentifier }),
    );
    if (olds || !inputs.snapshotIdentifier) return;
    const own = { DBClusterIdentifier, ...toAws(ownSettings, inputs), ApplyImmediately: true };
    await aws.modifyDBCluster(own as ModifyDBClusterMessage);
    await waitWith(aws, (given) =>
      waitUntilDBClusterAvailable({ ...given, ...patience(call) }, { DBClusterIdentifier }),
    );
  },
  async get(aws, DBClusterIdentifier) {
    const found = (await aws.describeDBClusters({ DBClusterIdentifier })).DBClusters?.[0];
    return found && outputs(found);
  },
  async update(aws, DBClusterIdentifier, inputs, olds) {
    const news = changed(inputs, olds);
    const [before = [], after = []] = [olds.enabledCloudwatchLogsExports, inputs.enabledCloudwatchLogsExports];
    await aws.modifyDBCluster({
      DBClusterIdentifier,
      ...toAws({ ...settings, ...ownSettings }, news),
      AllowMajorVersionUpgrade: inputs.allowMajorVersionUpgrade,
      ApplyImmediately: inputs.applyImmediately,
      CloudwatchLogsExportConfiguration: {
        DisableLogTypes: before.filter((log) => !after.includes(log)),
        EnableLogTypes: after.filter((log) => !before.includes(log)),
      },
      ServerlessV2ScalingConfiguration: scaling(news),
    } as ModifyDBClusterMessage);
  },
  async delete(aws, DBClusterIdentifier, olds, call) {
    const { deleteAutomatedBackups, finalSnapshotIdentifier, skipFinalSnapshot } = olds;
    if (!skipFinalSnapshot && !finalSnapshotIdentifier) {
      throw new Error(
        `Cluster ${DBClusterIdentifier} isn't deleted without a finalSnapshotIdentifier, or else skipFinalSnapshot.`,
      );
    }
    await aws.deleteDBCluster({
      DBClusterIdentifier,
      SkipFinalSnapshot: skipFinalSnapshot ?? false,
      FinalDBSnapshotIdentifier: skipFinalSnapshot ? undefined : finalSnapshotIdentifier,
      DeleteAutomatedBackups: deleteAutomatedBackups,
    });
    const { waitUntilDBClusterDeleted } = await import("@aws-sdk/client-rds");
    await waitWith(aws, (given) => waitUntilDBClusterDeleted({ ...given, ...patience(call) }, { DBClusterIdentifier }));
  },
});

function scaling({ serverlessv2ScalingConfiguration: scaling }: Partial<ClusterInputs>) {
  return scaling && { MinCapacity: scaling.minCapacity, MaxCapacity: scaling.maxCapacity };
}

function outputs(found: DBCluster): Properties {
  const { MinCapacity: minCapacity, MaxCapacity: maxCapacity } = found.ServerlessV2ScalingConfiguration ?? {};
  return {
    ...fromAws(returned, found),
    ...(maxCapacity !== undefined && { serverlessv2ScalingConfiguration: { minCapacity, maxCapacity } }),
    vpcSecurityGroupIds: found.VpcSecurityGroups?.map(({ VpcSecurityGroupId }) => VpcSecurityGroupId),
  };
}
