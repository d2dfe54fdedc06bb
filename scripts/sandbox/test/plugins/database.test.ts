import { RDS } from "@aws-sdk/client-rds";
import { expect } from "chai";
import { service as rds } from "../../plugins/aws/rds";
import { service as sns } from "../../plugins/aws/sns";
import type { Properties } from "../../plugins/resource";
import type { Seeded } from "../../seed";
import { Deployment, emulator, type Made } from "../account";

const clusterType = "aws:rds/cluster:Cluster";
const instanceType = "aws:rds/clusterInstance:ClusterInstance";
const groupType = "aws:rds/subnetGroup:SubnetGroup";
const parametersType = "aws:rds/clusterParameterGroup:ClusterParameterGroup";

describe("databases", () => {
  let stack: Deployment;
  let seeded: Seeded;
  let subnets: Made;
  let parameters: Made;
  let cluster: Made;
  let writer: Made;

  const inputs = (): Properties => ({
    engine: "aurora-mysql",
    engineVersion: "8.0.mysql_aurora.3.08.2",
    databaseName: "pulumi",
    masterUsername: "pulumi",
    masterPassword: "correct-horse-battery",
    storageEncrypted: true,
    backupRetentionPeriod: 7,
    preferredBackupWindow: "03:00-04:00",
    preferredMaintenanceWindow: "sun:05:00-sun:06:00",
    enabledCloudwatchLogsExports: ["audit", "error"],
    dbSubnetGroupName: subnets.id,
    dbClusterParameterGroupName: parameters.id,
    serverlessv2ScalingConfiguration: { minCapacity: 0.5, maxCapacity: 4 },
    deletionProtection: true,
    copyTagsToSnapshot: true,
    tags: { team: "platform" },
  });

  before(async () => {
    stack = await Deployment.of({ rds, sns });
    seeded = (await emulator()).account;
    subnets = await stack.create(groupType, "db", { description: "isolated", subnetIds: seeded.subnetIds.isolated });
    parameters = await stack.create(parametersType, "db", {
      description: "strict",
      family: "aurora-mysql8.0",
      parameters: [
        { name: "sql_mode", value: "STRICT_TRANS_TABLES", applyMethod: "immediate" },
        { name: "require_secure_transport", value: "ON", applyMethod: "immediate" },
      ],
    });
    cluster = await stack.create(clusterType, "db", inputs());
    writer = await stack.create(instanceType, "db-0", {
      clusterIdentifier: cluster.id,
      engine: "aurora-mysql",
      instanceClass: "db.serverless",
      promotionTier: 1,
    });
  });

  it("keep what was asked, have endpoints, and have nothing to change afterwards", async () => {
    expect(cluster.outputs.endpoint).to.match(/rds\.amazonaws\.com$/);
    expect(cluster.outputs.readerEndpoint).to.match(/rds\.amazonaws\.com$/);
    expect(cluster.outputs).to.deep.include({ masterPassword: "correct-horse-battery", tagsAll: { team: "platform" } });
    expect(writer.outputs).to.deep.include({ writer: true, clusterIdentifier: cluster.id });
    for (const made of [subnets, parameters, cluster, writer]) expect(await stack.preview(made, {})).to.equal("none");
  });

  it("change in place what RDS changes in place", async () => {
    expect(await stack.preview(cluster, { backupRetentionPeriod: 14 })).to.equal("update");
    expect(await stack.preview(cluster, { masterUsername: "other" })).to.equal("replace");
    cluster = await stack.update(cluster, {
      backupRetentionPeriod: 14,
      serverlessv2ScalingConfiguration: { minCapacity: 1, maxCapacity: 8 },
      tags: { team: "data" },
    });
    expect(await stack.read(cluster)).to.deep.include({
      backupRetentionPeriod: 14,
      serverlessv2ScalingConfiguration: { minCapacity: 1, maxCapacity: 8 },
      tagsAll: { team: "data" },
    });
    const transport = { name: "require_secure_transport", value: "ON", applyMethod: "immediate" };
    const mode = { name: "sql_mode", value: "TRADITIONAL", applyMethod: "immediate" };
    parameters = await stack.update(parameters, { parameters: [mode, transport] });
    expect((await stack.read(parameters))?.parameters).to.have.deep.members([mode, transport]);
    parameters = await stack.update(parameters, { parameters: [mode] });
    expect((await stack.read(parameters))?.parameters).to.deep.equal([mode]);
  });

  it("don't take parameters that RDS has by itself, which the provider would never see", async () => {
    const refused = await stack.refusal(parametersType, {
      description: "defaults",
      family: "aurora-mysql8.0",
      parameters: [
        { name: "general_log", value: "0", applyMethod: "immediate" },
        { name: "slow_query_log", value: "1", applyMethod: "immediate" },
      ],
    });
    expect(refused).to.equal("RDS has the values of general_log by itself; leave them out.");
  });

  it("take the advanced mode of Database Insights, and give it up", async () => {
    const advanced = { performanceInsightsEnabled: true, performanceInsightsRetentionPeriod: 465 };
    cluster = await stack.update(cluster, { databaseInsightsMode: "advanced", ...advanced });
    expect(cluster.outputs).to.include({ databaseInsightsMode: "advanced", ...advanced });
    cluster = await stack.update(cluster, { databaseInsightsMode: "standard", performanceInsightsRetentionPeriod: 7 });
    expect(cluster.outputs).to.include({ databaseInsightsMode: "standard" });
  });

  it("go back to Aurora's standard storage by its name only", async () => {
    cluster = await stack.update(cluster, { storageType: "aurora-iopt1" });
    const unnamed = await stack.update(cluster, { storageType: "" }).catch((error: Error) => error.message);
    expect(unnamed).to.match(/storageType must be one of/);
    cluster = await stack.update(cluster, { storageType: "aurora" });
    expect((await stack.read(cluster))?.storageType).to.equal("aurora");
  });

  it("are seen in the account as they were asked", async () => {
    const client = stack.account.client(RDS);
    const { DBClusters } = await client.describeDBClusters({ DBClusterIdentifier: cluster.id });
    expect(DBClusters?.[0]).to.include({ EngineVersion: "8.0.mysql_aurora.3.08.2", MasterUsername: "pulumi" });
    const { DBInstances } = await client.describeDBInstances({ DBInstanceIdentifier: writer.id });
    expect(DBInstances?.[0]).to.include({
      DBClusterIdentifier: cluster.id,
      DBInstanceClass: "db.serverless",
      AvailabilityZone: writer.outputs["availabilityZone"],
    });
  });

  it("run on the classes that AWS offers for a version and a kind of storage", async () => {
    const request = { Engine: "aurora-mysql", EngineVersion: "8.0.mysql_aurora.3.10.4" };
    const { OrderableDBInstanceOptions: offered = [] } = await stack.account
      .client(RDS)
      .describeOrderableDBInstanceOptions(request);
    const storage = (type: string) =>
      offered.filter(({ DBInstanceClass }) => DBInstanceClass === type).map(({ StorageType }) => StorageType);
    expect(storage("db.r7g.large")).to.have.members(["aurora", "aurora-iopt1"]);
    expect(storage("db.x1.large")).to.deep.equal([]);
  });

  it("send events, by subscriptions whose tags change alone", async () => {
    const topic = await stack.create("aws:sns/topic:Topic", "events", {});
    const subscription = await stack.create("aws:rds/eventSubscription:EventSubscription", "events", {
      snsTopic: topic.outputs.arn,
      sourceType: "db-parameter-group",
      eventCategories: ["configuration change"],
      tags: { team: "platform" },
    });
    const retagged = await stack.update(subscription, { tags: { team: "data" } });
    expect(await stack.read(retagged)).to.deep.include({ tagsAll: { team: "data" } });
    await stack.delete(retagged);
    await stack.delete(topic);
  });

  it("stay while deletion protection is on, and while something uses them", async () => {
    const reason = async (made: Made) => stack.delete(made).then(String, (error: Error) => error.message);
    expect(await reason(cluster)).to.match(/DeleteDBCluster|finalSnapshotIdentifier/);
    expect(await reason(subnets)).to.match(/uses it/);
    expect(await reason(parameters)).to.match(/uses it/);
    expect(await stack.read(cluster)).to.not.equal(undefined);
  });

  it("come back from a snapshot with the settings of the program", async () => {
    const snapshot = { DBClusterIdentifier: cluster.id, DBClusterSnapshotIdentifier: "before-upgrade" };
    await stack.account.client(RDS).createDBClusterSnapshot(snapshot);
    const asked = {
      ...inputs(),
      masterUsername: "other",
      snapshotIdentifier: snapshot.DBClusterSnapshotIdentifier,
      deletionProtection: false,
      skipFinalSnapshot: true,
    };
    const restored = await stack.create(clusterType, "restored", asked);
    expect(restored.outputs).to.include({
      backupRetentionPeriod: 7,
      dbSubnetGroupName: subnets.id,
      masterUsername: "pulumi",
    });
    await stack.delete(restored);
    await stack.account.client(RDS).deleteDBClusterSnapshot(snapshot);
  });

  it("are refused where RDS would refuse them", async () => {
    const refusal = (changed: Properties) => stack.refusal(clusterType, { ...inputs(), ...changed });
    expect(await refusal({ clusterIdentifier: cluster.id })).to.match(/exists already/);
    expect(await refusal({ clusterIdentifier: "Bad_Name" })).to.match(/clusterIdentifier must be/);
    expect(await refusal({ storageType: "" })).to.match(/storageType/);
    expect(await refusal({ backupRetentionPeriod: 99 })).to.match(/from 1 to 35, found 99/);
    expect(await refusal({ serverlessv2ScalingConfiguration: { minCapacity: 8, maxCapacity: 2 } })).to.match(
      /minCapacity/,
    );
    expect(await refusal({ databaseInsightsMode: "advanced", performanceInsightsEnabled: true })).to.match(
      /465 or more/,
    );
    expect(await refusal({ masterPassword: "p@ss/word" }))
      .to.match(/8 to 41/)
      .and.not.match(/p@ss/);
    expect(await refusal({ dbSubnetGroupName: "none" })).to.match(/none, which doesn't exist/);
    expect(await refusal({ kmsKeyId: "arn:aws:kms:us-east-1:123456789012:key/none" })).to.match(/doesn't exist/);
    expect(await stack.refusal(groupType, { subnetIds: [seeded.subnetIds.isolated[0]] })).to.match(
      /two availability zones/,
    );
    expect(
      await stack.refusal(instanceType, {
        clusterIdentifier: "none",
        engine: "aurora-mysql",
        instanceClass: "db.r6g.large",
      }),
    ).to.match(/none, which doesn't exist/);
  });

  it("go in order, with a final snapshot", async () => {
    cluster = await stack.update(cluster, { deletionProtection: false, finalSnapshotIdentifier: "db-final" });
    await stack.delete(writer);
    await stack.delete(cluster);
    await stack.delete(cluster);
    await stack.delete(parameters);
    await stack.delete(subnets);
    expect(await stack.read(cluster)).to.equal(undefined);
  });
});
