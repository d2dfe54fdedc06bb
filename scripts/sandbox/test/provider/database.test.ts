import { RDS } from "@aws-sdk/client-rds";
import { expect } from "chai";
import type { Properties } from "../../provider/resource";
import type { Seeded } from "../../seed";
import { Deployment, emulator, type Made } from "../account";
import { type Life, live } from "../life";

const clusterType = "aws:rds/cluster:Cluster";
const instanceType = "aws:rds/clusterInstance:ClusterInstance";
const groupType = "aws:rds/subnetGroup:SubnetGroup";
const parametersType = "aws:rds/clusterParameterGroup:ClusterParameterGroup";
const version = "8.0.mysql_aurora.3.08.2";

describe("databases", () => {
  let stack: Deployment;
  let client: RDS;
  let seeded: Seeded;
  let subnets: Made;
  let parameters: Made;
  let cluster: Made;
  let topic: Made;

  const inputs = (): Properties => ({
    engine: "aurora-mysql",
    engineVersion: version,
    databaseName: "pulumi",
    masterUsername: "pulumi",
    masterPassword: "correct-horse-battery",
    storageEncrypted: true,
    kmsKeyId: seeded.serviceKeyArn,
    backupRetentionPeriod: 7,
    preferredBackupWindow: "03:00-04:00",
    preferredMaintenanceWindow: "sun:05:00-sun:06:00",
    enabledCloudwatchLogsExports: ["audit", "error"],
    dbSubnetGroupName: subnets.id,
    dbClusterParameterGroupName: parameters.id,
    serverlessv2ScalingConfiguration: { minCapacity: 0.5, maxCapacity: 4 },
    iamDatabaseAuthenticationEnabled: true,
    applyImmediately: true,
    copyTagsToSnapshot: true,
    deletionProtection: false,
    skipFinalSnapshot: true,
  });
  const parameter = (name: string, value: string) => ({ name, value, applyMethod: "immediate" });

  before(async () => {
    stack = await Deployment.open();
    client = stack.account.client(RDS);
    seeded = (await emulator()).account;
    topic = await stack.create("aws:sns/topic:Topic", "events", {});
    subnets = await stack.create(groupType, "db", { description: "isolated", subnetIds: seeded.subnetIds.isolated });
    parameters = await stack.create(parametersType, "db", { description: "strict", family: "aurora-mysql8.0" });
    await client.createDBParameterGroup({
      ...{ DBParameterGroupName: "strict-tables", DBParameterGroupFamily: "aurora-mysql8.0", Description: "strict" },
    });
    cluster = await stack.create(clusterType, "db", { ...inputs(), deletionProtection: true });
  });

  const lives = (what: string, token: string, life: () => Life) => it(what, () => live(stack, token, life()));

  lives("have a subnet group", groupType, () => ({
    inputs: { subnetIds: seeded.subnetIds.isolated },
    changed: { description: "isolated" },
    replaced: { name: "others" },
  }));

  lives("have a parameter group", parametersType, () => ({
    inputs: {
      family: "aurora-mysql8.0",
      parameters: [parameter("sql_mode", "STRICT_TRANS_TABLES"), parameter("require_secure_transport", "ON")],
    },
    changed: { parameters: [parameter("sql_mode", "TRADITIONAL")] },
    replaced: { family: "aurora-mysql5.7" },
  }));

  lives("have a cluster", clusterType, () => ({
    inputs: inputs(),
    changed: {
      backupRetentionPeriod: 14,
      databaseInsightsMode: "advanced",
      enabledCloudwatchLogsExports: ["error", "slowquery"],
      iamDatabaseAuthenticationEnabled: false,
      performanceInsightsEnabled: true,
      performanceInsightsKmsKeyId: seeded.serviceKeyArn,
      performanceInsightsRetentionPeriod: 465,
      serverlessv2ScalingConfiguration: { minCapacity: 1, maxCapacity: 8 },
      storageType: "aurora-iopt1",
    },
    replaced: { masterUsername: "other" },
    known: ["applyImmediately", "masterPassword", "skipFinalSnapshot"],
  }));

  lives("have an instance", instanceType, () => ({
    inputs: {
      clusterIdentifier: cluster.id,
      dbSubnetGroupName: subnets.id,
      dbParameterGroupName: "strict-tables",
      engine: "aurora-mysql",
      instanceClass: "db.serverless",
      availabilityZone: `${seeded.region}b`,
      applyImmediately: true,
      copyTagsToSnapshot: true,
      preferredMaintenanceWindow: "sun:05:00-sun:06:00",
    },
    changed: {
      // Of those that AWS has from the beginning.
      dbParameterGroupName: "default.aurora-mysql8.0",
      instanceClass: "db.r6g.large",
      performanceInsightsEnabled: true,
      performanceInsightsKmsKeyId: seeded.serviceKeyArn,
      performanceInsightsRetentionPeriod: 7,
      promotionTier: 1,
    },
    replaced: { availabilityZone: `${seeded.region}a` },
    known: ["applyImmediately"],
  }));

  lives("have a subscription to events", "aws:rds/eventSubscription:EventSubscription", () => ({
    inputs: {
      snsTopic: topic.outputs.arn,
      sourceType: "db-cluster",
      sourceIds: [cluster.id],
      eventCategories: ["failure"],
    },
    changed: { eventCategories: ["failover", "failure"] },
    replaced: { name: "other" },
  }));

  it("have endpoints, and keep their password to themselves", async () => {
    expect(cluster.outputs.endpoint).to.match(/rds\.amazonaws\.com$/);
    expect(cluster.outputs.readerEndpoint).to.match(/rds\.amazonaws\.com$/);
    expect((await stack.refresh({ ...cluster, inputs: {}, outputs: {} }))?.outputs).not.to.have.property(
      "masterPassword",
    );
  });

  it("don't go back to a version from which AWS has moved on", async () => {
    const newer = "8.0.mysql_aurora.3.10.0";
    await client.modifyDBCluster({ DBClusterIdentifier: cluster.id, EngineVersion: newer, ApplyImmediately: true });
    cluster = (await stack.refresh(cluster)) ?? cluster;
    expect(cluster.inputs.engineVersion).to.equal(newer);
    // As with `ignoreChanges`: the engine sends what the state has.
    const held = { ...cluster, inputs: { ...cluster.inputs, engineVersion: version } };
    await stack.update(held, { backupRetentionPeriod: 9 });
    const { DBClusters } = await client.describeDBClusters({ DBClusterIdentifier: cluster.id });
    expect(DBClusters?.[0]).to.include({ BackupRetentionPeriod: 9, EngineVersion: newer });
  });

  it("don't take parameters that RDS has by itself, which the provider would never see", async () => {
    const refused = await stack.refusal(parametersType, {
      family: "aurora-mysql8.0",
      parameters: [parameter("general_log", "0"), parameter("slow_query_log", "1")],
    });
    expect(refused).to.match(/doesn't hold what was asked: parameters\.$/);
  });

  it("run on the classes that AWS offers for a version and a kind of storage", async () => {
    const request = { Engine: "aurora-mysql", EngineVersion: "8.0.mysql_aurora.3.10.4" };
    const { OrderableDBInstanceOptions: offered = [] } = await client.describeOrderableDBInstanceOptions(request);
    const storage = (type: string) =>
      offered.filter(({ DBInstanceClass }) => DBInstanceClass === type).map(({ StorageType }) => StorageType);
    expect(storage("db.r7g.large")).to.have.members(["aurora", "aurora-iopt1"]);
    expect(storage("db.x1.large")).to.deep.equal([]);
  });

  it("come back from a snapshot with the settings of the program", async () => {
    const snapshot = { DBClusterIdentifier: cluster.id, DBClusterSnapshotIdentifier: "before-upgrade" };
    await client.createDBClusterSnapshot(snapshot);
    const restored = await stack.create(clusterType, "restored", {
      ...inputs(),
      engineVersion: undefined,
      masterUsername: "other",
      snapshotIdentifier: snapshot.DBClusterSnapshotIdentifier,
    });
    expect(restored.outputs).to.include({
      backupRetentionPeriod: 7,
      dbSubnetGroupName: subnets.id,
      masterUsername: "pulumi",
    });
    await stack.delete(restored);
    await client.deleteDBClusterSnapshot(snapshot);
  });

  it("go with a final snapshot only, and not while they are protected", async () => {
    const reason = async () => stack.delete(cluster).then(String, (error: Error) => error.message);
    expect(await reason()).to.match(/DeleteDBCluster/);
    cluster = (await stack.refresh(cluster)) ?? cluster;
    cluster = await stack.update(cluster, { deletionProtection: false, skipFinalSnapshot: false });
    expect(await reason()).to.match(/without a finalSnapshotIdentifier/);
    cluster = await stack.update(cluster, { finalSnapshotIdentifier: "db-final" });
    for (const made of [cluster, parameters, subnets, topic]) await stack.delete(made);
    expect(await stack.read(cluster)).to.equal(undefined);
    const { DBClusterSnapshots } = await client.describeDBClusterSnapshots({ DBClusterSnapshotIdentifier: "db-final" });
    expect(DBClusterSnapshots).to.have.length(1);
  });
});
