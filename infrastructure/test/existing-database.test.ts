import type { DBCluster } from "@aws-sdk/client-rds";
import { clusterSnapshot, keyArn, type Recorded, type Values } from "@selfhosted/common/testing";
import { expect } from "chai";
import { withCluster } from "./account";
import { runLayer } from "./layer";

/** The cluster as the program registers it where there is one already. */
const registered = async (cluster: Partial<DBCluster>, config: Values = {}): Promise<Recorded> =>
  (await runLayer({ config, aws: withCluster(cluster) })).the("aws:rds/cluster:Cluster");

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
    expect((await registered({}, { databasePort: 3307 })).inputs["port"]).to.equal(3307);
  });

  it("keeps the customer's key that it was made with", async () => {
    const KmsKeyId = keyArn("id-of-data");
    expect((await registered({ KmsKeyId }, { dataKeyId: "alias/data" })).inputs["kmsKeyId"]).to.equal(KmsKeyId);
  });
});

describe("A new cluster", () => {
  it("begins with a snapshot that is named", async () => {
    const aws = { "rds:DescribeDBClusterSnapshots": () => ({ DBClusterSnapshots: [clusterSnapshot("before")] }) };
    const { the } = await runLayer({ config: { databaseRestoreFromSnapshot: "before" }, aws });
    expect(the("aws:rds/cluster:Cluster").inputs["snapshotIdentifier"]).to.equal("before");
  });
});
