import { Backup, type RecoveryPointByBackupVault } from "@aws-sdk/client-backup";
import { S3, type ReplicationStatus } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { lockFinding } from "../lib/checks/buckets";
import { backupFindings, checkBackups } from "../lib/checks/backups";
import { checkReplication, replicationFinding } from "../lib/checks/replication";
import { describeRemains, losses, type Remains } from "../lib/destruction";
import { checkBackupOptIn } from "../lib/prerequisites/backup";
import type { Finding } from "../lib/report";

const now = new Date("2026-03-20T12:00:00Z");
const daysAgo = (days: number): Date => new Date(now.getTime() - days * 24 * 60 * 60 * 1000);

describe("verify: backups", () => {
  const cluster = "arn:aws:rds:eu-central-1:111122223333:cluster:pulumi-prod-database-cluster";
  const bucket = "arn:aws:s3:::pulumi-checkpoint";
  const outputs = { vaultName: "pulumi-prod-backup", schedule: "cron(0 5 ? * * *)", resourceArns: [cluster, bucket] };
  const point = (ResourceArn: string, days: number, Status = "COMPLETED"): RecoveryPointByBackupVault =>
    ({ ResourceArn, Status, CreationDate: daysAgo(days) }) as RecoveryPointByBackupVault;
  const check = (begunAt: Date, ...points: RecoveryPointByBackupVault[]): Finding[] =>
    backupFindings(outputs, { begunAt, points }, now);
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

  it("aren't expected of what was selected less than two runs ago, which is said", () => {
    const [first] = check(daysAgo(0.5));
    expect(first).to.include({ verdict: "skip" });
    expect(first?.evidence).to.match(/none yet: the plan has its resources since 2026-03-20 00:00 UTC/);
    expect(verdictsOf(check(daysAgo(2.5)))).to.deep.equal(["fail", "fail"]);
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
      backupFindings({ ...outputs, schedule }, { begunAt: daysAgo(90), points: [point(cluster, 3)] }, now);
    expect(verdictsOf(of("cron(0 5 */2 * ? *)"))).to.deep.equal(["ok", "fail"]);
    expect(verdictsOf(of("cron(0 5 * * ? *)"))).to.deep.equal(["fail", "fail"]);
    expect(verdictsOf(of("cron(0 5 1 1 ? 2026)"))).to.deep.equal(["ok", "skip"]);
  });
});

describe("verify: locks", () => {
  const outputs = { vaultName: "vault", schedule: "cron(0 5 ? * * *)", resourceArns: [], lockMinDays: 7 };
  const lock = (lockedDays?: number): Finding | undefined =>
    backupFindings(outputs, { begunAt: daysAgo(90), lockedDays, points: [] }, now)[0];

  it("of the backup vault is as long as is wanted, or longer", () => {
    expect(lock(7)).to.include({ name: "backup vault lock", verdict: "ok" });
    expect(lock(3)?.verdict).to.equal("fail");
    expect(lock()).to.include({ verdict: "fail", evidence: "vault vault is NOT locked" });
  });

  it("of the checkpoint bucket is as long as is wanted, or longer", () => {
    expect(lockFinding(7, 30).verdict).to.equal("ok");
    expect(lockFinding(7, 3).verdict).to.equal("fail");
    expect(lockFinding(7, undefined)).to.include({ verdict: "fail", evidence: "new versions are NOT locked" });
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
    replicationFinding("checkpoint", "original", facts(...args), now);

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
      expect(await checkReplication(many("COMPLETED"), "checkpoint", "original")).to.deep.equal([
        {
          name: "checkpoint bucket copies",
          verdict: "skip",
          evidence: `to copy: nothing wrong with ${sample}; more than these aren't checked`,
        },
      ]);
    });

    it("fail and warn for what was found among those", async () => {
      const [failed] = await checkReplication(many("FAILED"), "checkpoint", "original");
      expect(failed).to.include({
        verdict: "fail",
        evidence: `original: 1 of ${sample} were not copied to copy, such as 7`,
      });
      expect((await checkReplication(many("PENDING"), "checkpoint", "original"))[0]).to.include({ verdict: "warn" });
    });
  });

  it("fail where somebody turned the rule off", () => {
    const off = facts("COMPLETED");
    off.configuration.Rules = off.configuration.Rules.map((rule) => ({ ...rule, Status: "Disabled" }));
    expect(replicationFinding("checkpoint", "original", off, now)).to.include({
      verdict: "fail",
      evidence: "original: its replication is off",
    });
  });
});

describe("preflight: backups", () => {
  const optedIn = (ResourceTypeOptInPreference: Record<string, boolean>): Backup =>
    ({ describeRegionSettings: () => Promise.resolve({ ResourceTypeOptInPreference }) }) as unknown as Backup;

  it("need the region to opt in for databases and buckets", async () => {
    expect((await checkBackupOptIn(optedIn({ Aurora: true, S3: true }), "eu-central-1")).verdict).to.equal("ok");
  });

  it("fail where it doesn't, with the command that does", async () => {
    expect(await checkBackupOptIn(optedIn({ Aurora: false, RDS: true, S3: true }), "eu-central-1")).to.deep.equal({
      name: "backup opt-in",
      verdict: "fail",
      evidence: "AWS Backup isn't opted in for Aurora in eu-central-1, and would leave out what it should back up",
      remedy: "aws backup update-region-settings --region eu-central-1 --resource-type-opt-in-preference Aurora=true",
    });
    expect((await checkBackupOptIn(optedIn({}), "eu-central-1")).remedy).to.match(/Aurora=true,S3=true$/);
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

  it("counts the backups in the vault among what is lost", () => {
    const backup = { vaultName: "pulumi-prod-backup", schedule: "", resourceArns: [] };
    expect(losses({ backup })).to.deep.equal(["backup vault pulumi-prod-backup: every backup in it"]);
  });
});
