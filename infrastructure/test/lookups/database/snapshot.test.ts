import type { DBClusterSnapshot } from "@aws-sdk/client-rds";
import { awsError, clusterSnapshot, keyArn, type Values } from "@selfhosted/common/testing";
import { expect } from "chai";
import { type Answers, checkOf, expectOnly, lookUp, withCluster, withKeys } from "../../account";

const config = { databaseRestoreFromSnapshot: "before-the-fire" };
const withSnapshot = (values: Partial<DBClusterSnapshot> = {}): Answers => ({
  "rds:DescribeDBClusterSnapshots": ({ DBClusterSnapshotIdentifier: id }) => ({
    DBClusterSnapshots: [{ ...clusterSnapshot(String(id)), ...values }],
  }),
});
const key = keyArn("of-the-snapshot");

const faults: [string, Answers, string | RegExp][] = [
  [
    "one that isn't there",
    {
      "rds:DescribeDBClusterSnapshots": () => {
        throw awsError("DBClusterSnapshotNotFoundFault", "before-the-fire not found");
      },
    },
    "databaseRestoreFromSnapshot: snapshot before-the-fire doesn't exist in this account and region | `aws rds describe-db-cluster-snapshots` lists those that there are",
  ],
  [
    "one of a newer version than the cluster is to have",
    withSnapshot({ EngineVersion: "8.0.mysql_aurora.3.12.0" }),
    "databaseEngineVersion: found 8.0.mysql_aurora.3.10.4, but the snapshot before-the-fire is of 8.0.mysql_aurora.3.12.0; allowed: that version or a newer one | " +
      "pulumi config set databaseEngineVersion 8.0.mysql_aurora.3.12.0",
  ],
  [
    "one of a version that can't be set",
    withSnapshot({ EngineVersion: "8.4.mysql_aurora.8.4.7" }),
    /^databaseRestoreFromSnapshot: before-the-fire is of version 8\.4\.mysql_aurora\.8\.4\.7; allowed: a version 3/,
  ],
  [
    "one that isn't ready",
    withSnapshot({ Status: "creating" }),
    "databaseRestoreFromSnapshot: before-the-fire is in state creating; allowed: an available snapshot",
  ],
  [
    "one of another engine",
    withSnapshot({ Engine: "aurora-postgresql", EngineVersion: "16.4" }),
    "databaseRestoreFromSnapshot: before-the-fire is of engine aurora-postgresql; allowed: a snapshot of aurora-mysql",
  ],
  [
    "one with another administrator",
    withSnapshot({ MasterUsername: "old_admin" }),
    "databaseUsername: found pulumi_admin, but the snapshot before-the-fire has old_admin, which its cluster keeps | pulumi config set databaseUsername old_admin",
  ],
  [
    "one whose key is to be deleted",
    { ...withSnapshot(), ...withKeys({ [key]: { KeyState: "PendingDeletion" } }) },
    `databaseRestoreFromSnapshot: before-the-fire is encrypted with ${key}, which is in state PendingDeletion; allowed: an enabled key | ` +
      `aws kms cancel-key-deletion --key-id ${key} && aws kms enable-key --key-id ${key}`,
  ],
  [
    "one whose key the caller may not use",
    {
      ...withSnapshot(),
      "kms:DescribeKey": (input: Values, region) => {
        if (input["KeyId"] === key) {
          throw awsError("AccessDeniedException", "User is not authorized to perform: kms:DescribeKey");
        }
        return withKeys({})["kms:DescribeKey"]?.(input, region) ?? {};
      },
    },
    `databaseRestoreFromSnapshot: the key ${key} of before-the-fire can't be read: the credentials don't allow it | allow the caller kms:DescribeKey`,
  ],
];

describe("The look-up of a snapshot to restore", () => {
  for (const [fault, aws, sentence] of faults) {
    it(`refuses, with that problem alone: ${fault}`, async () => {
      await expectOnly(sentence, { config, aws });
    });
  }

  it("takes one of an older version, and one with an administrator that can't be set, whom the cluster keeps", async () => {
    for (const values of [{ EngineVersion: "5.7.mysql_aurora.2.12.5" }, { MasterUsername: "admin" }]) {
      expect((await lookUp({ config, aws: withSnapshot(values) })).errors).to.deep.equal([]);
    }
  });

  it("asks as AWS lists snapshots of each type", async () => {
    const asked: Values[] = [];
    for (const id of ["rds:pulumi-prod-2026-11-01-03-04", "awsbackup:job-1a2b", "before-the-fire"]) {
      const aws: Answers = {
        "rds:DescribeDBClusterSnapshots": (input) => {
          asked.push(input);
          return { DBClusterSnapshots: [clusterSnapshot(id)] };
        },
      };
      expect((await lookUp({ config: { databaseRestoreFromSnapshot: id }, aws })).errors).to.deep.equal([]);
    }
    expect(asked.map(({ SnapshotType }) => SnapshotType)).to.deep.equal(["automated", "awsbackup", undefined]);
  });

  it("isn't made once the cluster exists", async () => {
    const found = await lookUp({ config, aws: withCluster() });
    expect(found.errors).to.deep.equal([]);
    expect(checkOf("snapshot", found).detail).to.equal("");
  });
});
