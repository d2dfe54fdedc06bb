import * as pulumi from "@pulumi/pulumi";
import { Outcome, Recorded, Values } from "@selfhosted/common/testing";
import { expect } from "chai";
import { subscriptionNames } from "../database-events";
import { runLayer } from "./layer";
import { statements } from "./policies";

const cluster = (outcome: Outcome): Recorded => outcome.the("aws:rds/cluster:Cluster");
const instances = (outcome: Outcome): Recorded[] => outcome.ofType("aws:rds/clusterInstance:ClusterInstance");
const parameters = (outcome: Outcome): Record<string, string> => {
  const group = outcome.the("aws:rds/clusterParameterGroup:ClusterParameterGroup");
  const list = group.inputs["parameters"] as { name: string; value: string }[];
  return Object.fromEntries(list.map(({ name, value }) => [name, value]));
};
const run = (config?: Values): Promise<Outcome> => runLayer({ config });

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
      kmsKeyId: standard.outputs["dataKeyArn"],
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

  it("has a writer and a standby in different zones, neither reachable from outside", () => {
    expect(instances(standard).map(({ inputs }) => inputs["availabilityZone"])).to.deep.equal([
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
        performanceInsightsKmsKeyId: standard.outputs["dataKeyArn"],
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

  it("sits in the isolated subnets behind a group without any rule", () => {
    expect(standard.the("aws:rds/subnetGroup:SubnetGroup").inputs["subnetIds"]).to.have.length(3);
    const group = standard.the("aws:ec2/securityGroup:SecurityGroup", "-database-access");
    expect(group.inputs).to.not.have.any.keys("ingress", "egress");
    expect(standard.ofType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")).to.deep.equal([]);
    expect(standard.outputs["database"]).to.deep.include({ securityGroupId: `${group.name}-id` });
  });

  it("takes strict tables, and writes an audit and a slow log", () => {
    expect(parameters(standard)).to.deep.include({
      slow_query_log: "1",
      long_query_time: "1",
      server_audit_logging: "1",
    });
    expect(parameters(standard)["sql_mode"]?.split(",")).to.include("STRICT_TRANS_TABLES");
    expect(parameters(standard)["server_audit_events"]).to.not.match(/DML|(^|,)QUERY(,|$)/);
  });

  it("asks for no parameter that equals Aurora's default, which RDS would not keep", async () => {
    const configured = [
      standard,
      await run({ databaseLogExports: "error" }),
      await run({ databaseSlowQuerySeconds: 10 }),
    ];
    for (const outcome of configured) {
      for (const [parameter, value] of Object.entries(auroraDefaults)) {
        expect(parameters(outcome)[parameter], parameter).to.not.equal(value);
      }
    }
    expect(Object.keys(parameters(configured[1] ?? standard))).to.deep.equal(["sql_mode"]);
  });

  it("keeps its logs for a year, encrypted, in groups that are there before it", () => {
    const groups = standard.ofType("aws:cloudwatch/logGroup:LogGroup");
    expect(groups.map(({ inputs }) => inputs["name"])).to.have.members(
      ["audit", "error", "slowquery"].map((log) => `/aws/rds/cluster/pulumi-prod-database-cluster/${log}`),
    );
    for (const group of groups) {
      expect(group.inputs).to.deep.include({ retentionInDays: 365, kmsKeyId: standard.outputs["dataKeyArn"] });
      expect(cluster(standard).dependsOn).to.include(group.urn);
    }
  });

  it("has random credentials that nobody sees outside of Secrets Manager", () => {
    const secret = standard.the("aws:secretsmanager/secret:Secret");
    expect(secret.inputs).to.deep.include({ kmsKeyId: standard.outputs["dataKeyArn"], recoveryWindowInDays: 30 });
    expect(secret.protect).to.equal(true);
    const version = standard.the("aws:secretsmanager/secretVersion:SecretVersion");
    expect(version.secretInputs).to.deep.equal(["secretString"]);
    expect(JSON.parse(String(version.inputs["secretString"]))).to.deep.equal({
      username: "pulumi_admin",
      password: "Generated-0-Password!",
    });
    expect(cluster(standard).secretInputs).to.include("masterPassword");
    expect(JSON.stringify(standard.outputs)).to.not.contain("Generated-0-Password!");
  });

  it("gets a new password when its version is raised, and only then", async () => {
    const keepers = (outcome: Outcome): unknown =>
      outcome.the("random:index/randomPassword:RandomPassword").inputs["keepers"];
    expect(keepers(await run({ databasePasswordVersion: 2 }))).to.not.deep.equal(keepers(standard));
    expect(keepers(await run({ databaseInstanceCount: 3, size: "large" }))).to.deep.equal(keepers(standard));
  });

  it("lets AWS install minor versions without going back on them", async () => {
    expect(cluster(standard).ignoreChanges).to.include("engineVersion");
    const pinned = await run({ databaseAutoMinorUpgrade: false, databaseEngineVersion: "8.0.mysql_aurora.3.10.5" });
    expect(cluster(pinned).ignoreChanges).to.not.include("engineVersion");
    expect(cluster(pinned).inputs["engineVersion"]).to.equal("8.0.mysql_aurora.3.10.5");
    expect(instances(pinned).every(({ inputs }) => inputs["autoMinorVersionUpgrade"] === false)).to.equal(true);
  });

  it("demands TLS where the service has the CA, and only there", async () => {
    const withCa = await run({ databaseCaCertificate: certificate });
    expect(parameters(withCa)).to.deep.include({ require_secure_transport: "ON" });
    expect(withCa.outputs["database"]).to.deep.include({ caCertificate: certificate });
    expect(parameters(standard)).to.not.have.property("require_secure_transport");
    expect(standard.outputs["database"]).to.deep.include({ caCertificate: undefined });
  });

  it("grows by instances alone", async () => {
    const three = await run({ databaseInstanceCount: 3 });
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
      expect(instances(await runLayer({ config: { databaseInstanceCount: 1 } }))).to.have.length(1);
    } finally {
      Object.assign(pulumi.log, { warn });
    }
    expect(warnings).to.deep.equal([
      "databaseInstanceCount is 1: without a standby, the loss of its zone stops the service.",
    ]);
  });

  it("follows the size, unless a class is given", async () => {
    const classOf = (outcome: Outcome): unknown => instances(outcome)[0]?.inputs["instanceClass"];
    expect(classOf(await run({ size: "large" }))).to.equal("db.r6g.4xlarge");
    expect(classOf(await run({ size: "large", databaseInstanceClass: "db.r7g.large" }))).to.equal("db.r7g.large");
  });

  it("can be serverless", async () => {
    const serverless = await run({ databaseServerless: true, databaseMaxCapacity: 24.5 });
    expect(cluster(serverless).inputs["serverlessv2ScalingConfiguration"]).to.deep.equal({
      minCapacity: 2,
      maxCapacity: 24.5,
    });
    expect(instances(serverless)[0]?.inputs["instanceClass"]).to.equal("db.serverless");
    expect(cluster(standard).inputs).to.not.have.property("serverlessv2ScalingConfiguration");
  });

  it("can begin with a snapshot, and keeps what the snapshot has", async () => {
    const restored = await runLayer({
      config: { databaseRestoreFromSnapshot: "before-the-fire" },
      resource: (type) => (type === "aws:rds/cluster:Cluster" ? { masterUsername: "old_admin" } : undefined),
    });
    expect(cluster(restored).inputs["snapshotIdentifier"]).to.equal("before-the-fire");
    // After the setting is gone, too: a change would replace the cluster.
    for (const each of [restored, standard]) {
      expect(cluster(each).ignoreChanges).to.include.members(["snapshotIdentifier", "masterUsername", "databaseName"]);
    }
    const version = restored.the("aws:secretsmanager/secretVersion:SecretVersion");
    expect(JSON.parse(String(version.inputs["secretString"]))).to.deep.include({ username: "old_admin" });
    expect(cluster(standard).inputs).to.not.have.property("snapshotIdentifier");
  });

  it("takes the bounds of the size where they aren't given, if they fit", async () => {
    const bounds = async (config: Values): Promise<unknown> =>
      cluster(await run({ databaseServerless: true, ...config })).inputs["serverlessv2ScalingConfiguration"];
    expect(await bounds({ size: "large" })).to.deep.equal({ minCapacity: 8, maxCapacity: 128 });
    expect(await bounds({ databaseMinCapacity: 16 })).to.deep.equal({ minCapacity: 16, maxCapacity: 16 });
    expect(await bounds({ size: "large", databaseMaxCapacity: 8 })).to.deep.equal({ minCapacity: 8, maxCapacity: 8 });
  });

  it("has the wanted mode of Database Insights, which AWS takes with Performance Insights of the whole cluster", async () => {
    const advanced = await run({ databaseInsightsMode: "advanced", databasePerformanceInsightsDays: 465 });
    expect(cluster(advanced).inputs).to.deep.include({
      databaseInsightsMode: "advanced",
      performanceInsightsEnabled: true,
      performanceInsightsKmsKeyId: advanced.outputs["dataKeyArn"],
      performanceInsightsRetentionPeriod: 465,
    });
    expect(instances(advanced)[0]?.inputs).to.include({ performanceInsightsRetentionPeriod: 465 });
    expect(cluster(await run({ databaseInsightsMode: "standard" })).inputs).to.include({
      databaseInsightsMode: "standard",
      performanceInsightsRetentionPeriod: 7,
    });
    expect(cluster(standard).inputs).to.not.have.any.keys("databaseInsightsMode", "performanceInsightsEnabled");
  });

  it("goes back from I/O-optimised to standard storage by AWS's name of it", async () => {
    expect(cluster(await run({ databaseStorageType: "aurora" })).inputs["storageType"]).to.equal("aurora");
  });

  it("takes every other setting as it is given", async () => {
    const outcome = await run({
      databaseStorageType: "aurora-iopt1",
      databaseBacktrackHours: 24,
      databasePort: 3307,
      databaseUsername: "keeper",
      databaseBackupRetentionDays: 7,
      databaseBackupWindow: "23:30-00:30",
      databaseMaintenanceWindow: "sat:05:00-sat:06:00",
      databaseApplyImmediately: true,
      databaseIamAuthentication: false,
      databaseSlowQuerySeconds: 0.5,
      databaseParameters: { max_connections: 900 },
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
    expect(parameters(outcome)).to.deep.include({ long_query_time: "0.5", max_connections: "900" });
    expect(cluster(standard).inputs).to.not.have.property("storageType");
  });

  it("leaves out what is turned off", async () => {
    const bare = await run({
      databaseLogExports: "error",
      databasePerformanceInsights: false,
      databaseMonitoringSeconds: 0,
      databaseEvents: false,
    });
    expect(bare.ofType("aws:cloudwatch/logGroup:LogGroup")).to.have.length(1);
    expect(parameters(bare)).to.not.have.any.keys("slow_query_log", "server_audit_logging");
    expect(instances(bare)[0]?.inputs).to.deep.include({ performanceInsightsEnabled: false, monitoringInterval: 0 });
    expect(instances(bare)[0]?.inputs).to.not.have.any.keys("performanceInsightsKmsKeyId", "monitoringRoleArn");
    expect(bare.resources.some(({ name }) => /database-(monitoring|events)/.test(name))).to.equal(false);
  });

  it("is left to a quick end in a throw-away installation", async () => {
    const ephemeral = await run({ ephemeral: true });
    expect(cluster(ephemeral).inputs).to.deep.include({
      deletionProtection: false,
      deleteAutomatedBackups: true,
      skipFinalSnapshot: true,
    });
    expect(ephemeral.the("aws:secretsmanager/secret:Secret").inputs["recoveryWindowInDays"]).to.equal(0);
    expect(ephemeral.resources.filter(({ protect }) => protect)).to.deep.equal([]);
  });
});

describe("The database's events", () => {
  it("go to an encrypted topic of the installation, which sends them to the addresses", async () => {
    const outcome = await run({ databaseEventEmails: ["ops@example.com"] });
    const topic = outcome.the("aws:sns/topic:Topic");
    expect(topic.inputs["kmsMasterKeyId"]).to.equal(outcome.outputs["dataKeyArn"]);
    expect(statements(outcome.the("aws:sns/topicPolicy:TopicPolicy"))["DatabaseEvents"]).to.deep.include({
      Principal: { Service: "events.rds.amazonaws.com" },
      Condition: { StringEquals: { "aws:SourceAccount": "111122223333" } },
    });
    expect(outcome.the("aws:sns/topicSubscription:TopicSubscription").inputs).to.deep.include({
      protocol: "email",
      endpoint: "ops@example.com",
    });
    const subscriptions = outcome.ofType("aws:rds/eventSubscription:EventSubscription");
    expect(subscriptions.map(({ inputs }) => inputs["sourceIds"]).filter(Boolean)).to.deep.equal([
      ["pulumi-prod-database-cluster"],
      ["pulumi-prod-database-instance-1"],
      ["pulumi-prod-database-instance-2"],
    ]);
  });

  it("report changed parameter groups and security groups, as AWS's controls RDS.21 and RDS.22 ask", async () => {
    const subscriptions = (await run()).ofType("aws:rds/eventSubscription:EventSubscription");
    const categories = (source: string): unknown =>
      subscriptions.find(({ inputs }) => inputs["sourceType"] === source)?.inputs["eventCategories"];
    expect(categories("db-parameter-group")).to.deep.equal(["configuration change"]);
    expect(categories("db-security-group")).to.deep.equal(["configuration change", "failure"]);
  });

  it("have the subscriptions that the preflight counts", async () => {
    for (const databaseInstanceCount of [1, 3]) {
      const made = (await run({ databaseInstanceCount })).ofType("aws:rds/eventSubscription:EventSubscription");
      expect(subscriptionNames("pulumi-prod-database-events", { databaseInstanceCount })).to.have.members(
        made.map(({ inputs }) => inputs["name"]),
      );
    }
  });

  it("go to a topic that the customer brings", async () => {
    const topic = "arn:aws:sns:eu-central-1:111122223333:operations";
    const outcome = await run({ databaseEventTopicArn: topic });
    expect(outcome.ofType("aws:sns/topic:Topic")).to.deep.equal([]);
    for (const { inputs } of outcome.ofType("aws:rds/eventSubscription:EventSubscription")) {
      expect(inputs["snsTopic"]).to.equal(topic);
    }
  });
});

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Reference.ParameterGroups.html */
const auroraDefaults: Record<string, string> = {
  general_log: "0",
  log_output: "FILE",
  long_query_time: "10",
  require_secure_transport: "OFF",
  server_audit_events: "",
  server_audit_logging: "0",
  slow_query_log: "0",
  sql_mode: "0",
  tls_version: "TLSv1.2,TLSv1.3",
};

/** A CA certificate like those of RDS; its key is nowhere. */
const certificate = `-----BEGIN CERTIFICATE-----
MIIBezCCASGgAwIBAgIUXHm6v1lLzUosgGGbt7vs5QOM/iUwCgYIKoZIzj0EAwIw
EjEQMA4GA1UEAwwHdGVzdCBDQTAgFw0yNjExMjIwOTA2MDdaGA8yMTI2MTAyOTA5
MDYwN1owEjEQMA4GA1UEAwwHdGVzdCBDQTBZMBMGByqGSM49AgEGCCqGSM49AwEH
A0IABEi80/SuHtxUwPXjXm9YJs/2qu1EeZX7uGG8Znxl166F80LG9q3mu3FVEJLD
VXEwbYu+p7NDmHIoosBL8QeCSUajUzBRMB0GA1UdDgQWBBQNvH7oS9F6nhKi7CZp
h5FksBCdkjAfBgNVHSMEGDAWgBQNvH7oS9F6nhKi7CZph5FksBCdkjAPBgNVHRMB
Af8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIQDJEQNH58E5hJc8KcpgZmbgorng
3YAWTsEVCIkISS57mgIgdsgTSJwAtM90SsPto3A0Q9sC4YvehLnAiu4UHQ8FY9o=
-----END CERTIFICATE-----
`;
