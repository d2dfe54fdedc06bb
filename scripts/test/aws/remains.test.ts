import { Backup } from "@aws-sdk/client-backup";
import { RDS } from "@aws-sdk/client-rds";
import { infrastructureContract } from "@selfhosted/common";
import { exampleOutputs } from "@selfhosted/common/testing";
import { expect } from "chai";
import { describeRemains, findRemains, type Remains } from "../../aws/remains";

const now = new Date("2026-03-20T12:00:00Z");

/** A client that answers with these, one on each page. */
function paged<C extends Backup | RDS, T>(client: C, items: T[], answer: (item: T | undefined) => object): C {
  const send = ({ input }: { input: { NextToken?: string; Marker?: string } }): Promise<object> => {
    const index = Number(input.NextToken ?? input.Marker ?? 0);
    const next = index + 1 < items.length ? String(index + 1) : undefined;
    return Promise.resolve({ ...answer(items[index]), NextToken: next, Marker: next });
  };
  return Object.assign(client, { send });
}

describe("what a destruction leaves of what the data key encrypts", () => {
  const keyArn = "arn:aws:kms:eu-central-1:111122223333:key/1";
  const remains = (changed: Partial<Remains>): string =>
    describeRemains("prod", { snapshots: [], vaults: [], keyArn, keyIsDeleted: true, ...changed }, now).join("\n");

  it("names the snapshots and vaults that stay", () => {
    const text = remains({
      snapshots: ["cluster-before-2", "cluster-before-1"],
      vaults: [{ name: "old", backups: 3 }],
    });
    expect(text).to.contain("stays: 2 database snapshots: cluster-before-2, cluster-before-1");
    expect(text).to.contain("stays: backup vault old with 3 backups");
  });

  it("says from when on nothing of that can be read any more, and how to keep the key", () => {
    expect(remains({}))
      .to.contain("From 2026-04-19 on")
      .and.contain("pulumi config set retainDataKey true --stack prod")
      .and.contain(`aws kms cancel-key-deletion --region eu-central-1 --key-id ${keyArn}`);
  });

  it("says that a key stays which the stack doesn't delete", () => {
    expect(remains({ keyIsDeleted: false })).to.equal(`stays: the data key ${keyArn}`);
  });

  it("finds vaults of this stack only, and all pages of them and of snapshots", async () => {
    const vaults = [
      ["pulumi-prod-backup", keyArn],
      ["pulumi-prod-backup-0a1b2c3d", keyArn],
      ["pulumi-prod-backup-00000000", keyArn],
      ["pulumi-prod-backup-ffffffff", "arn:aws:kms:eu-central-1:111122223333:key/other"],
      ["pulumi-prod-backup-of-others", keyArn],
      ["payments-prod-backup", keyArn],
    ].map(([BackupVaultName, EncryptionKeyArn]) => ({ BackupVaultName, EncryptionKeyArn, NumberOfRecoveryPoints: 2 }));
    // One for each page.
    const backup = paged(new Backup({ region: "eu-central-1" }), vaults, (each) => ({ BackupVaultList: [each] }));
    const snapshots = ["one", "two"].map((DBClusterSnapshotIdentifier) => ({ DBClusterSnapshotIdentifier }));
    const rds = paged(new RDS({ region: "eu-central-1" }), snapshots, (each) => ({ DBClusterSnapshots: [each] }));
    const { installation, database } = exampleOutputs(infrastructureContract);
    const outputs = {
      ...{ installation, database, dataKeyArn: keyArn },
      backup: { vaultName: "pulumi-prod-backup-0a1b2c3d", schedule: "", resourceArns: [] },
    };
    const key = { urn: "urn:key", type: "aws:kms/key:Key", outputs: { arn: keyArn } };
    const found = await findRemains({ rds, backup }, "prod", outputs, [key]);
    expect(found).to.deep.equal({
      snapshots: ["one", "two"],
      vaults: [
        { name: "pulumi-prod-backup", backups: 2 },
        { name: "pulumi-prod-backup-00000000", backups: 2 },
      ],
      keyArn,
      keyIsDeleted: true,
    });
    for (const resources of [[], [{ ...key, retainOnDelete: true }], [{ ...key, outputs: { arn: "another" } }]]) {
      const { keyIsDeleted } = await findRemains({ rds, backup }, "prod", outputs, resources);
      expect(keyIsDeleted).to.equal(false);
    }
  });
});
