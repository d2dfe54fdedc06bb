import type { DBCluster } from "@aws-sdk/client-rds";
import * as aws from "@pulumi/aws";
import * as random from "@pulumi/random";
import { keyArn, parseJson, type Values, vpcId } from "@selfhosted/common/testing";
import { expect } from "chai";
import { withCluster } from "../account";
import { runLayer } from "../layer";

/** The cluster as the program registers it where there is one already. */
const registered = async (existing: Partial<DBCluster>, config: Values = {}) =>
  (await runLayer({ config, aws: withCluster(existing) })).the(aws.rds.Cluster);

describe("The version of a cluster that exists", () => {
  const ignored = async (running: string, config: Values): Promise<string[]> =>
    (await registered({ EngineVersion: `8.0.mysql_aurora.${running}` }, config)).ignoreChanges;
  const pinned = { databaseAutoMinorUpgrade: false, databaseEngineVersion: "8.0.mysql_aurora.3.10.4" };

  it("never goes back where AWS has moved it on", async () => {
    expect(await ignored("3.12.0", pinned)).to.include("engineVersion");
  });

  it("follows the setting up, where AWS is not to move it", async () => {
    expect(await ignored("3.09.1", pinned)).to.not.include("engineVersion");
    expect(await ignored("3.10.4", pinned)).to.not.include("engineVersion");
    expect(await ignored("3.10.4", {})).to.include("engineVersion");
  });
});

describe("A cluster that exists", () => {
  it("is never replaced for an administrator from its snapshot whom the setting doesn't take", async () => {
    expect((await registered({ MasterUsername: "admin" })).ignoreChanges).to.include("masterUsername");
  });

  it("gets another port in place", async () => {
    expect((await registered({}, { databasePort: 3307 })).inputs.port).to.equal(3307);
  });

  it("keeps the customer's key that it was made with", async () => {
    const KmsKeyId = keyArn("id-of-data");
    expect((await registered({ KmsKeyId }, { dataKeyId: "alias/data" })).inputs.kmsKeyId).to.equal(KmsKeyId);
  });
});

describe("A cluster from a snapshot", () => {
  it("keeps what the snapshot has, after the setting is gone too", async () => {
    const restored = await runLayer({
      config: { databaseRestoreFromSnapshot: "before-the-fire" },
      resource: (type) => (type === "aws:rds/cluster:Cluster" ? { masterUsername: "old_admin" } : undefined),
    });
    const standard = await runLayer();
    expect(restored.the(aws.rds.Cluster).inputs.snapshotIdentifier).to.equal("before-the-fire");
    expect(standard.the(aws.rds.Cluster).inputs.snapshotIdentifier).to.equal(undefined);
    for (const each of [restored, standard]) {
      // A change would replace the cluster.
      expect(each.the(aws.rds.Cluster).ignoreChanges).to.include.members([
        "snapshotIdentifier",
        "masterUsername",
        "databaseName",
      ]);
    }
    const { secretString } = restored.the(aws.secretsmanager.SecretVersion).inputs;
    expect(parseJson(secretString)).to.deep.include({ username: "old_admin" });
  });
});

describe("A cluster that was taken over", () => {
  const names = {
    "database-cluster": { clusterIdentifier: "theirs", kmsKeyId: keyArn("theirs") },
    "database-subnets": { name: "their-subnets" },
  };
  const theirs = {
    DBClusterIdentifier: "theirs",
    KmsKeyId: keyArn("theirs"),
    EngineVersion: "8.0.mysql_aurora.3.12.0",
  };
  const takenOver = (config: Values = {}, secrets: Values = {}) =>
    runLayer({ config: { resourceOverrides: names, ...config }, secrets, aws: withCluster(theirs) });

  it("keeps its name, its key and its subnet group, and logs under its name", async () => {
    const outcome = await takenOver({ databaseLogExports: ["error"] });
    expect(outcome.the(aws.rds.Cluster).inputs).to.include({
      clusterIdentifier: "theirs",
      kmsKeyId: keyArn("theirs"),
      dbSubnetGroupName: "their-subnets",
    });
    expect(outcome.the(aws.cloudwatch.LogGroup).inputs.name).to.equal("/aws/rds/cluster/theirs/error");
  });

  it("is looked up by its name: it never goes back to the version of the setting", async () => {
    const outcome = await takenOver({ databaseAutoMinorUpgrade: false });
    expect(outcome.the(aws.rds.Cluster).ignoreChanges).to.include("engineVersion");
  });

  it("keeps its password, which nobody sees outside of Secrets Manager", async () => {
    const outcome = await takenOver({}, { databasePassword: "as-it-is-7Q" });
    const cluster = outcome.the(aws.rds.Cluster);
    expect(cluster.inputs.masterPassword).to.equal("as-it-is-7Q");
    expect(cluster.secretInputs).to.include("masterPassword");
    expect(parseJson(outcome.the(aws.secretsmanager.SecretVersion).inputs.secretString)).to.deep.include({
      password: "as-it-is-7Q",
    });
    expect(outcome.ofType(random.RandomPassword)).to.deep.equal([]);
    expect(JSON.stringify(outcome.outputs)).to.not.contain("as-it-is-7Q");
  });

  it("goes on admitting its own security groups", async () => {
    const databaseExtraSecurityGroupIds = ["sg-0a1b2c3d"];
    const outcome = await runLayer({
      config: { databaseExtraSecurityGroupIds },
      aws: { "ec2:DescribeSecurityGroups": () => ({ SecurityGroups: [{ GroupId: "sg-0a1b2c3d", VpcId: vpcId }] }) },
    });
    const { vpcSecurityGroupIds } = outcome.the(aws.rds.Cluster).inputs;
    expect(vpcSecurityGroupIds).to.include("sg-0a1b2c3d").and.have.lengthOf(2);
  });
});
