import { expect } from "chai";
import { describePlan } from "../../adoption/plan";
import { plan, settingsOf } from "./planned";
import * as recorded from "./recorded";

/** Where the encryption of a bucket is kept as it is. */
const encryption = (use: string): string =>
  `resourceOverrides["buckets-${use}-encryption"].rules[0].applyServerSideEncryptionByDefault`;

describe("The plan for what the vendor's installer leaves", () => {
  const standard = plan();

  it("has no problem", () => {
    expect(standard.problems).to.deep.equal([]);
  });

  it("takes the cluster, its instance, its subnet group and the buckets over", () => {
    expect(standard.imports.map(({ name, id }) => `${name} ${id}`)).to.deep.equal([
      "database-subnets pulumi-db-subnets-0d41c9a",
      "database-cluster pulumi-db-6f0c1a2",
      "database-instance-1 pulumi-db-instance-77b1e0d",
      "buckets-checkpoint-bucket pulumi-checkpoints-5b0e7f1",
      "buckets-policy-bucket pulumi-policypacks-91c2d44",
      "buckets-metadata-bucket pulumi-service-metadata-3e8a6b0",
    ]);
  });

  it("configures what AWS can't change as it is", () => {
    expect(settingsOf(standard)).to.deep.equal({
      databasePassword: "as-it-is-7Q",
      databaseInstanceClass: "db.t3.medium",
      databasePerformanceInsights: "false",
      databaseUsername: "pulumi",
      databaseExtraSecurityGroupIds: "sg-0a1b2c3d4e5f60718",
      'resourceOverrides["database-cluster"].clusterIdentifier': "pulumi-db-6f0c1a2",
      'resourceOverrides["database-cluster"].kmsKeyId': recorded.keyOfDatabase,
      'resourceOverrides["database-subnets"].name': "pulumi-db-subnets-0d41c9a",
      'resourceOverrides["database-instance-1"].identifier': "pulumi-db-instance-77b1e0d",
      'resourceOverrides["database-instance-1"].dbParameterGroupName': "default.aurora-mysql8.0",
      'resourceOverrides["database-instance-2"].availabilityZone': "eu-central-1a",
      'resourceOverrides["buckets-checkpoint-bucket"].bucket': "pulumi-checkpoints-5b0e7f1",
      'resourceOverrides["buckets-policy-bucket"].bucket': "pulumi-policypacks-91c2d44",
      'resourceOverrides["buckets-metadata-bucket"].bucket': "pulumi-service-metadata-3e8a6b0",
      ...Object.fromEntries(
        ["checkpoint", "policy", "metadata"].map((use) => [`${encryption(use)}.sseAlgorithm`, "AES256"]),
      ),
      serviceKeyId: recorded.facts.serviceKey?.Arn ?? "",
    });
  });

  it("never flips the storage of engine events", () => {
    const events = (answers: Record<string, string>) => settingsOf(plan({ answers, api: undefined }), "application");
    const [older, newer] = [
      { engineEventsSchemaV2: "false", engineEventsLegacyWrite: "true" },
      { engineEventsSchemaV2: "true", engineEventsLegacyWrite: "false" },
    ];
    expect(events({})).to.deep.equal(older);
    expect(events({ engineEventsSchemaV2: "true" })).to.deep.equal(newer);
    const both = { engineEventsSchemaV2: "true", engineEventsLegacyWrite: "true" };
    expect(events(both)).to.deep.equal(both);
  });

  it("has the hosts' records lead on to the new load balancers", () => {
    expect(settingsOf(standard, "dns")).to.deep.equal({ overwriteRecords: "true" });
  });

  it("says what the first deployment changes in place", () => {
    const text = standard.changes.join("\n");
    for (const change of [
      "pulumi-db-6f0c1a2: protected against deletion",
      "pulumi-db-6f0c1a2: backups are kept for 30 days, not 7",
      "with strict tables, in place of default.aurora-mysql8.0",
      "pulumi-db-6f0c1a2: 2 instances in different zones, not 1",
      "pulumi-checkpoints-5b0e7f1: versioned",
      "pulumi-checkpoints-5b0e7f1: closed to the public",
    ]) {
      expect(text).to.include(change);
    }
  });

  it("says which old versions and log events are deleted, by the settings in force", () => {
    const text = plan({
      checkpoint: { versioned: true },
      database: { logs: ["error"] },
      infrastructure: { bucketNoncurrentDays: 90, logRetentionDays: "30" },
    }).changes.join("\n");
    expect(text)
      .to.include("pulumi-checkpoints-5b0e7f1: old versions of more than 90 days are DELETED")
      .and.include("pulumi config set bucketNoncurrentDays")
      .and.include("/error: what is older than 30 days is DELETED");
  });

  it("names what else the API that runs has, and not its values", () => {
    const lacks = (keys: string[]) => plan({ application: { keys } }).lacks;
    const [server, password] = [
      "smtpServer: the API that runs has SMTP_SERVER",
      "smtpPassword: the API that runs has SMTP_PASSWORD",
    ];
    expect(lacks([])).to.deep.equal([server, password]);
    expect(lacks(["smtpServer"])).to.deep.equal([password]);
  });

  it("is shown without the password", () => {
    const text = describePlan(standard).join("\n");
    expect(text).to.include("databasePassword: (secret)").and.not.include("as-it-is-7Q");
    expect(text).to.include("pulumi-checkpoints-5b0e7f1 (aws:s3/bucket:Bucket)");
  });
});

describe("The plan for another installation", () => {
  it("keeps all instances, with classes of their own, and records as they are", () => {
    const insights = { PerformanceInsightsEnabled: true, PerformanceInsightsKMSKeyId: "arn:of-insights" };
    const parameters = { DBParameterGroups: [{ DBParameterGroupName: "default.aurora-mysql8.0" }] };
    const settings = settingsOf(
      plan({
        instances: ["writer", "reader-1", "reader-2"].map((DBInstanceIdentifier, index) => ({
          ...{ DBInstanceIdentifier, ...insights, ...parameters, PerformanceInsightsRetentionPeriod: 31 },
          DBInstanceClass: index === 2 ? "db.r6g.large" : "db.r6g.xlarge",
        })),
      }),
    );
    expect(settings).to.include({
      databaseInstanceCount: "3",
      databaseInstanceClass: "db.r6g.xlarge",
      databasePerformanceInsightsDays: "31",
      'resourceOverrides["database-instance-1"].identifier': "writer",
      'resourceOverrides["database-instance-3"].instanceClass': "db.r6g.large",
      'resourceOverrides["database-instance-3"].performanceInsightsKmsKeyId': "arn:of-insights",
    });
    expect(settings).to.not.have.property('resourceOverrides["database-instance-2"].instanceClass');
    expect(Object.keys(settings).join()).to.not.include("dbParameterGroupName");
  });

  it("keeps longer backups, backtrack, the port and a serverless capacity", () => {
    const settings = settingsOf(
      plan({
        cluster: {
          ...{ BackupRetentionPeriod: 35, BacktrackWindow: 86_400, Port: 3307 },
          ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 16 },
        },
        instances: [{ DBInstanceClass: "db.serverless" }],
      }),
    );
    expect(settings).to.include({
      databaseBackupRetentionDays: "35",
      databaseBacktrackHours: "24",
      databasePort: "3307",
      databaseServerless: "true",
      databaseMinCapacity: "0.5",
      databaseMaxCapacity: "16",
    });
    expect(settings).to.not.have.property("databaseInstanceClass");
  });

  it("leaves an administrator whom the setting doesn't take", () => {
    expect(settingsOf(plan({ cluster: { MasterUsername: "admin" } }))).to.not.have.property("databaseUsername");
  });

  it("lies in the subnets of its group where others are configured", () => {
    const { isolatedSubnetIds } = settingsOf(plan({ infrastructure: { isolatedSubnetIds: ["subnet-4a5b6c7d"] } }));
    expect(isolatedSubnetIds).to.equal("subnet-4a5b6c7d,subnet-5a6b7c8d");
  });

  it("takes the log groups over that the database writes to", () => {
    const { imports } = plan({ database: { logs: ["error", "general"] } });
    const groups = imports.filter(({ type }) => type === "aws:cloudwatch/logGroup:LogGroup");
    expect(groups.map(({ name, id }) => [name, id])).to.deep.equal([
      ["database-logs-error", "/aws/rds/cluster/pulumi-db-6f0c1a2/error"],
    ]);
  });

  it("keeps the encryption of a bucket, which those that write to it now may use, and says which policies it replaces", () => {
    const part = plan({
      checkpoint: { algorithm: "aws:kms", keyArn: "arn:of-bucket", hasPolicy: true, lifecycleRules: 1 },
    });
    expect(settingsOf(part)).to.include({
      bucketKeyArns: "arn:of-bucket",
      [`${encryption("checkpoint")}.sseAlgorithm`]: "aws:kms",
      [`${encryption("checkpoint")}.kmsMasterKeyId`]: "arn:of-bucket",
    });
    expect(part.changes.join("\n"))
      .to.include("by a policy IN PLACE OF the one that it has")
      .and.include("by rules IN PLACE OF those that it has");
  });

  it("leaves the database out where that begins with a snapshot", () => {
    const part = plan({ infrastructure: { restoresSnapshot: true }, facts: { database: undefined } });
    expect(part.problems).to.deep.equal([]);
    expect(part.imports.map(({ type }) => type)).to.deep.equal(Array(3).fill("aws:s3/bucket:Bucket"));
    expect(Object.keys(settingsOf(part)).join()).to.not.include("database");
  });

  it("needs no service that runs, and says that nothing was compared", () => {
    const part = plan({ api: undefined });
    expect(part.problems).to.deep.equal([]);
    const text = describePlan(part).join("\n");
    expect(text).to.include("no ECS service in eu-central-1 names the database's endpoint");
    expect(describePlan(plan()).join("\n")).to.not.include("No API that runs");
    const restored = plan({ api: undefined, infrastructure: { restoresSnapshot: true } });
    expect(restored.unchecked?.join()).to.include("the database begins with a snapshot");
  });

  it("says that a password is set which was compared with nothing", () => {
    const line = "pulumi-db-6f0c1a2: the administrator's password is set to the one that you gave";
    const text = describePlan(plan({ facts: { password: "unknown" } })).join("\n");
    expect(text).to.include(line).and.not.include("the one that it has: what uses it now goes on");
    expect(plan().changes.join("\n")).to.not.include("password");
  });
});
