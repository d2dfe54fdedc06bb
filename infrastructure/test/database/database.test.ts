import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { bucketsIn, type Tags, unitTags } from "@selfhosted/common";
import { expect } from "chai";
import { type Outcome, runLayer, runWith } from "../layer";

const cluster = (outcome: Outcome) => outcome.the(aws.rds.Cluster);
const instances = (outcome: Outcome) => outcome.ofType(aws.rds.ClusterInstance);

describe("The database", () => {
  let standard: Outcome;
  before(async () => {
    standard = await runLayer();
  });

  it("is an encrypted, backed up and deletion-protected cluster", () => {
    expect(cluster(standard).inputs).to.deep.include({
      engine: "aurora-mysql",
      engineVersion: "8.0.mysql_aurora.3.10.4",
      databaseName: "pulumi",
      port: 3306,
      storageEncrypted: true,
      kmsKeyId: standard.outputs.dataKeyArn,
      iamDatabaseAuthenticationEnabled: true,
      copyTagsToSnapshot: true,
      backupRetentionPeriod: 30,
      deletionProtection: true,
      deleteAutomatedBackups: false,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: "pulumi-prod-database-cluster-final-0a1b2c3d",
      enabledCloudwatchLogsExports: ["audit", "error", "slowquery"],
      backtrackWindow: 0,
    });
    expect(cluster(standard).protect).to.equal(true);
  });

  it("carries what its snapshots are one unit with, as their tags: the buckets, the customer's own too, and the service key", async () => {
    const own = await runWith({ bucketPolicyName: "my-policies" });
    for (const outcome of [standard, own]) {
      const { buckets, serviceKeyArn } = outcome.outputs;
      expect(cluster(outcome).inputs.tags).to.deep.equal(unitTags(buckets, serviceKeyArn));
    }
    expect(bucketsIn(cluster(own).inputs.tags as Tags)).to.include({ policy: "my-policies" });
  });

  it("has a writer and a standby in different zones, neither reachable from outside", () => {
    expect(instances(standard).map(({ inputs }) => inputs.availabilityZone)).to.deep.equal([
      "eu-central-1a",
      "eu-central-1b",
    ]);
    for (const { inputs } of instances(standard)) {
      expect(inputs).to.deep.include({
        instanceClass: "db.r6g.large",
        publiclyAccessible: false,
        autoMinorVersionUpgrade: true,
        copyTagsToSnapshot: true,
        monitoringInterval: 60,
        performanceInsightsEnabled: true,
        performanceInsightsKmsKeyId: standard.outputs.dataKeyArn,
        performanceInsightsRetentionPeriod: 7,
      });
    }
    expect(instances(standard)[1]?.dependsOn).to.include(instances(standard)[0]?.urn);
  });

  it("stays in its zones when the subnets change", () => {
    for (const instance of instances(standard)) {
      expect(instance.ignoreChanges).to.include("availabilityZone");
    }
  });

  it("is in the isolated subnets, behind a group to which the layers below add their tasks", () => {
    expect(standard.the(aws.rds.SubnetGroup).inputs.subnetIds).to.have.length(3);
    const group = standard.the(aws.ec2.SecurityGroup, "-database-access");
    expect(cluster(standard).inputs.vpcSecurityGroupIds).to.deep.equal([`${group.name}-id`]);
    expect(standard.outputs.database.securityGroupId).to.equal(`${group.name}-id`);
  });

  it("writes its logs to groups that are there before it", () => {
    const groups = standard.ofType(aws.cloudwatch.LogGroup);
    expect(groups.map(({ inputs }) => inputs.name)).to.have.members(
      ["audit", "error", "slowquery"].map((log) => `/aws/rds/cluster/pulumi-prod-database-cluster/${log}`),
    );
    expect(cluster(standard).dependsOn).to.include.members(groups.map(({ urn }) => urn));
  });

  it("lets AWS install minor versions without going back on them", async () => {
    expect(cluster(standard).ignoreChanges).to.include("engineVersion");
    const pinned = await runWith({ databaseAutoMinorUpgrade: false, databaseEngineVersion: "8.0.mysql_aurora.3.10.5" });
    expect(cluster(pinned).ignoreChanges).to.not.include("engineVersion");
    expect(cluster(pinned).inputs.engineVersion).to.equal("8.0.mysql_aurora.3.10.5");
    expect(instances(pinned).every(({ inputs }) => inputs.autoMinorVersionUpgrade === false)).to.equal(true);
  });

  it("grows by instances alone", async () => {
    const three = await runWith({ databaseInstanceCount: 3 });
    const names = new Set(standard.resources.map(({ urn }) => urn));
    const added = three.resources.filter(({ urn }) => !names.has(urn)).map(({ name }) => name);
    expect(added).to.have.members(["pulumi-prod-database-instance-3", "pulumi-prod-database-events-instance-3"]);
    for (const resource of standard.resources) {
      const same = three.resources.find(({ urn }) => urn === resource.urn);
      expect(same?.inputs, resource.name).to.deep.equal(resource.inputs);
    }
  });

  it("may have a single instance, not without a warning", async () => {
    const warnings: string[] = [];
    const { warn } = pulumi.log;
    Object.assign(pulumi.log, { warn: (message: string) => void warnings.push(message) });
    try {
      expect(instances(await runWith({ databaseInstanceCount: 1 }))).to.have.length(1);
    } finally {
      Object.assign(pulumi.log, { warn });
    }
    expect(warnings).to.deep.equal([
      "databaseInstanceCount is 1: without a standby, the loss of its zone stops the service.",
    ]);
  });

  it("follows the size, unless a class is given", async () => {
    const classOf = (outcome: Outcome): string | undefined => instances(outcome)[0]?.inputs.instanceClass;
    expect(classOf(await runWith({ size: "large" }))).to.equal("db.r6g.4xlarge");
    expect(classOf(await runWith({ size: "large", databaseInstanceClass: "db.r7g.large" }))).to.equal("db.r7g.large");
  });

  it("can be serverless", async () => {
    const serverless = await runWith({ databaseServerless: true, databaseMaxCapacity: 24.5 });
    expect(cluster(serverless).inputs.serverlessv2ScalingConfiguration).to.deep.equal({
      minCapacity: 2,
      maxCapacity: 24.5,
    });
    expect(instances(serverless)[0]?.inputs.instanceClass).to.equal("db.serverless");
    expect(cluster(standard).inputs.serverlessv2ScalingConfiguration).to.equal(undefined);
  });

  it("has the wanted mode of Database Insights, which AWS takes with Performance Insights of the whole cluster", async () => {
    const advanced = await runWith({ databaseInsightsMode: "advanced", databasePerformanceInsightsDays: 465 });
    expect(cluster(advanced).inputs).to.deep.include({
      databaseInsightsMode: "advanced",
      performanceInsightsEnabled: true,
      performanceInsightsKmsKeyId: advanced.outputs.dataKeyArn,
      performanceInsightsRetentionPeriod: 465,
    });
    expect(instances(advanced)[0]?.inputs).to.include({ performanceInsightsRetentionPeriod: 465 });
    expect(cluster(await runWith({ databaseInsightsMode: "standard" })).inputs).to.include({
      databaseInsightsMode: "standard",
      performanceInsightsRetentionPeriod: 7,
    });
    const { databaseInsightsMode, performanceInsightsEnabled } = cluster(standard).inputs;
    expect([databaseInsightsMode, performanceInsightsEnabled]).to.deep.equal([undefined, undefined]);
  });

  it("goes back from I/O-optimised to standard storage by AWS's name of it", async () => {
    expect(cluster(await runWith({ databaseStorageType: "aurora" })).inputs.storageType).to.equal("aurora");
  });

  it("takes every other setting as it is given", async () => {
    const outcome = await runWith({
      databaseStorageType: "aurora-iopt1",
      databaseBacktrackHours: 24,
      databasePort: 3307,
      databaseUsername: "keeper",
      databaseBackupRetentionDays: 7,
      databaseBackupWindow: "23:30-00:30",
      databaseMaintenanceWindow: "sat:05:00-sat:06:00",
      databaseApplyImmediately: true,
      databaseIamAuthentication: false,
    });
    expect(cluster(outcome).inputs).to.deep.include({
      storageType: "aurora-iopt1",
      backtrackWindow: 86400,
      port: 3307,
      masterUsername: "keeper",
      backupRetentionPeriod: 7,
      preferredBackupWindow: "23:30-00:30",
      preferredMaintenanceWindow: "sat:05:00-sat:06:00",
      applyImmediately: true,
      iamDatabaseAuthenticationEnabled: false,
    });
    expect(cluster(standard).inputs.storageType).to.equal(undefined);
  });

  it("leaves out what is turned off", async () => {
    const bare = await runWith({
      databaseLogExports: "error",
      databasePerformanceInsights: false,
      databaseMonitoringSeconds: 0,
      databaseEvents: false,
      alarmsEnabled: false,
    });
    expect(bare.ofType(aws.cloudwatch.LogGroup)).to.have.length(1);
    for (const { inputs } of instances(bare)) {
      expect(inputs).to.include({ performanceInsightsEnabled: false, monitoringInterval: 0 });
      expect([inputs.performanceInsightsKmsKeyId, inputs.monitoringRoleArn]).to.deep.equal([undefined, undefined]);
    }
    expect(bare.resources.some(({ name }) => /database-(monitoring|events|alarms)/.test(name))).to.equal(false);
  });

  it("is left to a quick end in a throw-away installation", async () => {
    const ephemeral = await runWith({ ephemeral: true });
    expect(cluster(ephemeral).inputs).to.deep.include({
      deletionProtection: false,
      deleteAutomatedBackups: true,
      skipFinalSnapshot: true,
    });
    expect(ephemeral.the(aws.secretsmanager.Secret).inputs.recoveryWindowInDays).to.equal(0);
    expect(ephemeral.resources.filter(({ protect }) => protect)).to.deep.equal([]);
  });
});
