import { Backup, type RecoveryPointByBackupVault } from "@aws-sdk/client-backup";
import { S3, type ReplicationStatus } from "@aws-sdk/client-s3";
import { RDS } from "@aws-sdk/client-rds";
import { infrastructureOutputs } from "@selfhosted/common/testing";
import { expect } from "chai";
import { lockFinding } from "../lib/checks/buckets";
import { backupFindings, checkBackups } from "../lib/checks/backups";
import { checkReplication, replicationFinding } from "../lib/checks/replication";
import { describeRemains, findRemains, losses, type Remains } from "../lib/destruction";
import type { Finding } from "../lib/report";

const now = new Date("2026-03-20T12:00:00Z");
const daysAgo = (days: number): Date => new Date(now.getTime() - days * 24 * 60 * 60 * 1000);

/** A client that answers with these, one on each page. */
function paged<C extends Backup | RDS, T>(client: C, items: T[], answer: (item: T | undefined) => object): C {
  const send = ({ input }: { input: { NextToken?: string; Marker?: string } }): Promise<object> => {
    const index = Number(input.NextToken ?? input.Marker ?? 0);
    const next = index + 1 < items.length ? String(index + 1) : undefined;
    return Promise.resolve({ ...answer(items[index]), NextToken: next, Marker: next });
  };
  return Object.assign(client, { send });
}

describe("verify: backups", () => {
  const cluster = "arn:aws:rds:eu-central-1:111122223333:cluster:pulumi-prod-database-cluster";
  const bucket = "arn:aws:s3:::pulumi-checkpoint";
  const outputs = { vaultName: "pulumi-prod-backup", schedule: "cron(0 5 ? * * *)", resourceArns: [cluster, bucket] };
  const point = (ResourceArn: string, days: number, Status = "COMPLETED"): RecoveryPointByBackupVault =>
    ({ ResourceArn, Status, CreationDate: daysAgo(days) }) as RecoveryPointByBackupVault;
  const check = (begunAt: Date, ...points: RecoveryPointByBackupVault[]): Finding[] =>
    backupFindings(outputs, { begunAt, points, copies: [] }, now);
  const verdictsOf = (findings: Finding[]): string[] => findings.map(({ verdict }) => verdict);

  it("are well where each resource has a complete one that isn't older than two runs", () => {
    expect(verdictsOf(check(daysAgo(90), point(cluster, 1), point(cluster, 30), point(bucket, 1.5)))).to.deep.equal([
      "ok",
      "ok",
    ]);
  });

  it("fail for a resource that AWS Backup leaves out, or whose backups end too early, and say how to find out why", () => {
    const [ofCluster, ofBucket] = check(daysAgo(90), point(bucket, 5), point(bucket, 1, "PARTIAL"));
    expect(ofCluster).to.include({ verdict: "fail", evidence: "none in vault pulumi-prod-backup" });
    expect(ofCluster?.remedy).to.contain(`aws backup list-backup-jobs --by-resource-arn ${cluster}`);
    expect(ofBucket).to.include({
      verdict: "fail",
      evidence: "last of 2026-03-15 12:00 UTC in vault pulumi-prod-backup",
    });
  });

  it("aren't expected of what was selected within the time that the plan gives to a first one, which is said", () => {
    const [first] = check(daysAgo(0.5));
    expect(first).to.include({ verdict: "skip" });
    expect(first?.evidence).to.match(/none yet: the plan has its resources since 2026-03-20 00:00 UTC/);
    expect(verdictsOf(check(daysAgo(8)))).to.deep.equal(["skip", "skip"]);
    expect(verdictsOf(check(daysAgo(8.5)))).to.deep.equal(["fail", "fail"]);
  });

  it("are copied to the other vault, where there is one, as lately", () => {
    const copyVaultArn = "arn:aws:backup:eu-west-1:444455556666:backup-vault:copies";
    const copied = (CreationDate: Date, State: "COMPLETED" | "FAILED" = "COMPLETED"): Finding | undefined =>
      backupFindings(
        { ...outputs, resourceArns: [cluster], copyVaultArn },
        { begunAt: daysAgo(90), points: [point(cluster, 1)], copies: [{ ResourceArn: cluster, State, CreationDate }] },
        now,
      ).find(({ name }) => name === "backup copy of pulumi-prod-database-cluster");
    expect(copied(daysAgo(1))).to.include({ verdict: "ok" });
    expect(copied(daysAgo(3))).to.include({ verdict: "fail" });
    expect(copied(daysAgo(1), "FAILED")).to.include({ verdict: "fail", evidence: `none in vault ${copyVaultArn}` });
    expect(copied(daysAgo(1), "FAILED")?.remedy).to.contain(`aws backup list-copy-jobs --by-resource-arn ${cluster}`);
  });

  it("aren't expected at once of a bucket that is added to an old vault", async () => {
    const hourAgo = new Date(Date.now() - 60 * 60 * 1000);
    const aws = (selectedAt: Date): Backup =>
      Object.assign(new Backup({ region: "eu-central-1" }), {
        describeBackupVault: () => Promise.resolve({ CreationDate: new Date("2025-01-01T00:00:00Z") }),
        listBackupSelections: ({ BackupPlanId }: { BackupPlanId: string }) =>
          Promise.resolve({ BackupSelectionsList: BackupPlanId === "plan" ? [{ CreationDate: selectedAt }] : [] }),
        // The paginators of the SDK send their command by themselves.
        send: () => Promise.resolve({ RecoveryPoints: [{ ...point(cluster, 0), CreationDate: hourAgo }] }),
      });
    const planned = { ...outputs, planId: "plan" };
    expect(verdictsOf(await checkBackups(aws(hourAgo), planned))).to.deep.equal(["ok", "skip"]);
    expect(verdictsOf(await checkBackups(aws(new Date("2025-01-01")), planned))).to.deep.equal(["ok", "fail"]);
    expect(verdictsOf(await checkBackups(aws(hourAgo), outputs))).to.deep.equal(["ok", "fail"]);
  });

  it("are awaited by their schedule, which may end", () => {
    const of = (schedule: string): Finding[] =>
      backupFindings({ ...outputs, schedule }, { begunAt: daysAgo(90), points: [point(cluster, 3)], copies: [] }, now);
    expect(verdictsOf(of("cron(0 5 */2 * ? *)"))).to.deep.equal(["ok", "fail"]);
    expect(verdictsOf(of("cron(0 5 * * ? *)"))).to.deep.equal(["fail", "fail"]);
    expect(verdictsOf(of("cron(0 5 1 1 ? 2026)"))).to.deep.equal(["ok", "skip"]);
  });
});

describe("verify: locks", () => {
  const outputs = { vaultName: "vault", schedule: "cron(0 5 ? * * *)", resourceArns: [], lockMinDays: 7 };
  const lock = (lockedDays?: number): Finding | undefined =>
    backupFindings(outputs, { begunAt: daysAgo(90), lockedDays, points: [], copies: [] }, now)[0];

  it("of the backup vault is as long as is wanted, or longer", () => {
    expect(lock(7)).to.include({ name: "backup vault lock", verdict: "ok" });
    expect(lock(3)?.verdict).to.equal("fail");
    expect(lock()).to.include({ verdict: "fail", evidence: "vault vault is NOT locked" });
  });

  const governance = { mode: "GOVERNANCE", days: 7 } as const;
  const compliance = { mode: "COMPLIANCE", days: 7 } as const;

  it("of the checkpoint bucket is as long as is wanted, or longer, in days or in years", () => {
    expect(lockFinding(governance, { Mode: "GOVERNANCE", Days: 30 }).verdict).to.equal("ok");
    expect(lockFinding(governance, { Mode: "GOVERNANCE", Years: 1 })).to.include({
      verdict: "ok",
      evidence: "keeps each version for 365 days in GOVERNANCE mode",
    });
    expect(lockFinding(governance, { Mode: "GOVERNANCE", Days: 3 }).verdict).to.equal("fail");
    expect(lockFinding(governance, undefined)).to.include({ verdict: "fail", evidence: "new versions are NOT locked" });
  });

  it("of the checkpoint bucket is of the mode that is wanted, or the stricter one", () => {
    expect(lockFinding(compliance, { Mode: "COMPLIANCE", Days: 7 }).verdict).to.equal("ok");
    expect(lockFinding(governance, { Mode: "COMPLIANCE", Days: 7 }).verdict).to.equal("ok");
    expect(lockFinding(compliance, { Mode: "GOVERNANCE", Days: 30 })).to.include({
      verdict: "fail",
      evidence: "keeps each version for 30 days in GOVERNANCE mode",
    });
  });
});

describe("verify: copies of buckets", () => {
  const facts = (status: ReplicationStatus | undefined, modifiedAt = daysAgo(1), rule = "Enabled" as const) => ({
    configuration: {
      Role: "arn:role",
      Rules: [{ Status: rule as "Enabled" | "Disabled", Destination: { Bucket: "arn:aws:s3:::copy" } }],
    },
    isTruncated: false,
    objects: [{ key: "stacks/a", modifiedAt, status }],
  });
  const check = (...args: Parameters<typeof facts>): Finding =>
    replicationFinding("checkpoint", { original: "original", copy: "copy" }, facts(...args), now);

  it("are well while they follow, and for objects from before they were turned on", () => {
    expect(check("COMPLETED")).to.include({ verdict: "ok", evidence: "to copy" });
    expect(check(undefined).verdict).to.equal("ok");
    expect(check("PENDING", new Date(now.getTime() - 60_000)).verdict).to.equal("ok");
  });

  it("fail where an object wasn't copied, and warn where one waits for more than an hour", () => {
    expect(check("FAILED")).to.include({
      verdict: "fail",
      evidence: "original: 1 of its newest objects were not copied to copy, such as stacks/a",
    });
    expect(check("PENDING").verdict).to.equal("warn");
  });

  describe("of a bucket with more objects than are listed", () => {
    const many = (status: ReplicationStatus): S3 =>
      Object.assign(new S3({ region: "eu-central-1" }), {
        getBucketReplication: () => Promise.resolve({ ReplicationConfiguration: facts(status).configuration }),
        listObjectsV2: () =>
          Promise.resolve({
            IsTruncated: true,
            Contents: Array.from({ length: 1000 }, (_, index) => ({ Key: `${index}`, LastModified: daysAgo(index) })),
          }),
        headObject: ({ Key }: { Key: string }) =>
          Promise.resolve({ ReplicationStatus: Key === "7" ? status : "COMPLETED" }),
      });
    const sample = "the newest 20 of the first thousand objects by name";

    it("aren't said to be well", async () => {
      expect(await checkReplication(many("COMPLETED"), "checkpoint", "original", "copy")).to.deep.equal({
        name: "checkpoint bucket copies",
        verdict: "skip",
        evidence: `to copy: nothing wrong with ${sample}; more than these aren't checked`,
      });
    });

    it("fail and warn for what was found among those", async () => {
      const failed = await checkReplication(many("FAILED"), "checkpoint", "original", "copy");
      expect(failed).to.include({
        verdict: "fail",
        evidence: `original: 1 of ${sample} were not copied to copy, such as 7`,
      });
      expect((await checkReplication(many("PENDING"), "checkpoint", "original", "copy")).verdict).to.equal("warn");
    });
  });

  it("fail where somebody turned the rule off, sent it elsewhere, or took it out", () => {
    const [rule] = facts("COMPLETED").configuration.Rules;
    const changed = [
      { ...rule, Status: "Disabled" as const },
      { ...rule, Destination: { Bucket: "arn:aws:s3:::a-copy" } },
    ];
    for (const Rules of [...changed.map((each) => [each]), []]) {
      const off = { ...facts("COMPLETED"), configuration: { Role: "arn:role", Rules } };
      expect(replicationFinding("checkpoint", { original: "original", copy: "copy" }, off, now)).to.include({
        verdict: "fail",
        evidence: "original: its replication to copy is off",
      });
    }
  });
});

describe("destroy", () => {
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
    const { installation, database } = infrastructureOutputs();
    const outputs = {
      ...{ installation, database, dataKeyArn: keyArn },
      backup: { vaultName: "pulumi-prod-backup-0a1b2c3d", schedule: "", resourceArns: [] },
    };
    const found = await findRemains({ rds, backup }, "prod", outputs, () => Promise.resolve(true));
    expect(found).to.deep.equal({
      snapshots: ["one", "two"],
      vaults: [
        { name: "pulumi-prod-backup", backups: 2 },
        { name: "pulumi-prod-backup-00000000", backups: 2 },
      ],
      keyArn,
      keyIsDeleted: true,
    });
  });

  it("counts the copies in the other region among what is lost", () => {
    const copies = { region: "eu-west-1", buckets: { checkpoint: "pulumi-checkpoint-copy" } };
    expect(losses({ copies })).to.deep.equal([
      "bucket pulumi-checkpoint-copy in eu-west-1: the copy of its checkpoint objects",
    ]);
  });

  it("counts the backups in the vault among what is lost", () => {
    const backup = { vaultName: "pulumi-prod-backup", schedule: "", resourceArns: [] };
    expect(losses({ backup })).to.deep.equal(["backup vault pulumi-prod-backup: every backup in it"]);
  });
});
