import { type DBInstance, RDS, waitUntilDBInstanceAvailable, waitUntilDBInstanceDeleted } from "@aws-sdk/client-rds";
import type { ClusterInstanceArgs } from "@pulumi/aws/rds";
import type { Unwrap } from "@pulumi/pulumi";
import { allOf, between, matching, oneOf, required, rule } from "../checks";
import type { Problem, Properties, ResourceType } from "../resource";
import type { Account } from "./account";
import { unlessMissing } from "./errors";
import { fromAws, toAws } from "./fields";
import { describeCluster, identifier, patience, retag } from "./rds-common";
import { roleExists } from "./references";
import { type Tagged, tagList, tagMap } from "./tags";

type Inputs = Tagged<Unwrap<ClusterInstanceArgs>> & { identifier: string };

const settings = {
  autoMinorVersionUpgrade: "AutoMinorVersionUpgrade",
  copyTagsToSnapshot: "CopyTagsToSnapshot",
  dbParameterGroupName: "DBParameterGroupName",
  instanceClass: "DBInstanceClass",
  monitoringInterval: "MonitoringInterval",
  monitoringRoleArn: "MonitoringRoleArn",
  performanceInsightsEnabled: "EnablePerformanceInsights",
  performanceInsightsKmsKeyId: "PerformanceInsightsKMSKeyId",
  performanceInsightsRetentionPeriod: "PerformanceInsightsRetentionPeriod",
  preferredMaintenanceWindow: "PreferredMaintenanceWindow",
  promotionTier: "PromotionTier",
  publiclyAccessible: "PubliclyAccessible",
} as const;

const returned = {
  arn: "DBInstanceArn",
  autoMinorVersionUpgrade: "AutoMinorVersionUpgrade",
  availabilityZone: "AvailabilityZone",
  clusterIdentifier: "DBClusterIdentifier",
  dbiResourceId: "DbiResourceId",
  engine: "Engine",
  engineVersionActual: "EngineVersion",
  identifier: "DBInstanceIdentifier",
  instanceClass: "DBInstanceClass",
  kmsKeyId: "KmsKeyId",
  promotionTier: "PromotionTier",
  publiclyAccessible: "PubliclyAccessible",
  storageEncrypted: "StorageEncrypted",
};

export const clusterInstance: ResourceType<Account, Inputs> = {
  autoname: "identifier",
  replaceOn: ["identifier", "clusterIdentifier", "engine", "availabilityZone", "dbSubnetGroupName"],
  updateOn: [
    ...(Object.keys(settings) as (keyof typeof settings)[]),
    ...(["applyImmediately", "caCertIdentifier", "engineVersion", "forceDestroy"] as const),
  ],
  defaults: (inputs) => ({ promotionTier: 0, publiclyAccessible: false, autoMinorVersionUpgrade: true, ...inputs }),
  check: allOf(
    required("clusterIdentifier", "engine", "instanceClass"),
    identifier("identifier"),
    oneOf("engine", ["aurora-mysql", "aurora-postgresql"]),
    matching(
      "instanceClass",
      /^db\.(serverless|[a-z]\d[a-z]*\.(\d*x?large|medium|small|micro))$/,
      "a class such as db.r6g.large",
    ),
    between("promotionTier", 0, 15),
    oneOf("monitoringInterval", [0, 1, 5, 10, 15, 30, 60]),
    rule("monitoringInterval", (interval, { monitoringRoleArn }) =>
      interval !== 0 && monitoringRoleArn === undefined ? "needs monitoringRoleArn" : undefined,
    ),
  ),
  async checkReferences({ clusterIdentifier, engine, instanceClass, monitoringRoleArn }, { account }) {
    const cluster = await describeCluster(clusterIdentifier, account);
    if (!cluster) return [{ property: "clusterIdentifier", reason: `names ${clusterIdentifier}, which doesn't exist` }];
    const problems: Problem[] = [];
    if (cluster.Engine !== engine)
      problems.push({ property: "engine", reason: `must be the cluster's, ${cluster.Engine}` });
    if (instanceClass === "db.serverless" && !cluster.ServerlessV2ScalingConfiguration) {
      problems.push({ property: "instanceClass", reason: "needs serverlessv2ScalingConfiguration on the cluster" });
    }
    return [...problems, ...(await roleExists("monitoringRoleArn", monitoringRoleArn, account))];
  },
  find: async ({ identifier: id }, { account }) => (await describeInstance(id, account))?.DBInstanceIdentifier,
  async create(inputs, { account }) {
    const request = {
      ...toAws(settings, inputs),
      DBInstanceIdentifier: inputs.identifier,
      DBClusterIdentifier: inputs.clusterIdentifier,
      DBInstanceClass: inputs.instanceClass,
      Engine: inputs.engine,
      EngineVersion: inputs.engineVersion,
      AvailabilityZone: inputs.availabilityZone,
      CACertificateIdentifier: inputs.caCertIdentifier,
      DBSubnetGroupName: inputs.dbSubnetGroupName,
      Tags: tagList(inputs.tagsAll),
    };
    await account.client(RDS).createDBInstance(request);
    return { id: inputs.identifier };
  },
  async settle(id, _inputs, call) {
    await waitUntilDBInstanceAvailable(patience(call), { DBInstanceIdentifier: id });
  },
  async read(id, _known, { account }) {
    const found = await describeInstance(id, account);
    return found && outputs(found, account);
  },
  async update(id, inputs, olds, { account }) {
    const request = {
      ...toAws(settings, inputs),
      DBInstanceIdentifier: id,
      CACertificateIdentifier: inputs.caCertIdentifier,
      ApplyImmediately: true,
    };
    await account.client(RDS).modifyDBInstance(request);
    await retag(account.arn("rds", `db:${id}`), olds.tagsAll, inputs.tagsAll, account);
  },
  async delete(id, _olds, call) {
    if (!(await describeInstance(id, call.account))) return;
    const request = { DBInstanceIdentifier: id, SkipFinalSnapshot: true };
    await call.account.client(RDS).deleteDBInstance(request);
    await waitUntilDBInstanceDeleted(patience(call), { DBInstanceIdentifier: id });
  },
};

async function describeInstance(id: string, account: Account): Promise<DBInstance | undefined> {
  const describe = account.client(RDS).describeDBInstances({ DBInstanceIdentifier: id });
  return (await unlessMissing(describe))?.DBInstances?.[0];
}

async function outputs(found: DBInstance, account: Account): Promise<Properties> {
  const cluster = await describeCluster(found.DBClusterIdentifier ?? "", account);
  const member = cluster?.DBClusterMembers?.find((one) => one.DBInstanceIdentifier === found.DBInstanceIdentifier);
  return {
    ...fromAws(returned, found),
    endpoint: found.Endpoint?.Address,
    port: found.Endpoint?.Port,
    writer: member?.IsClusterWriter ?? false,
    tagsAll: tagMap(found.TagList),
  };
}
