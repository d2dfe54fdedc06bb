import { Backup, type RecoveryPointByBackupVault } from "@aws-sdk/client-backup";
import type { BackupOutputs } from "@selfhosted/common";
import { expect } from "chai";
import { checkBackups, describeBackups } from "../../aws/backups";
import { checkLock } from "../../aws/buckets";
import type { CheckResult } from "../../report";

const now = new Date("2026-03-20T12:00:00Z");

const daysAgo = (days: number): Date => new Date(now.getTime() - days * 24 * 60 * 60 * 1000);

describe("verify: backups", () => {
  const cluster = "arn:aws:rds:eu-central-1:111122223333:cluster:pulumi-prod-database-cluster";
  const bucket = "arn:aws:s3:::pulumi-checkpoint";
  const outputs = { vaultName: "pulumi-prod-backup", schedule: "cron(0 5 ? * * *)", resourceArns: [cluster, bucket] };
  const point = (ResourceArn: string, days: number, Status = "COMPLETED"): RecoveryPointByBackupVault =>
    ({ ResourceArn, Status, CreationDate: daysAgo(days) }) as RecoveryPointByBackupVault;
  const check = (begunAt: Date, ...points: RecoveryPointByBackupVault[]): CheckResult[] =>
    checkBackups(outputs, { begunAt, points, copies: [] }, now);
  const verdictsOf = (results: CheckResult[]): string[] => results.map(({ verdict }) => verdict);

  it("are well where each resource has a complete one that isn't older than two runs", () => {
    expect(verdictsOf(check(daysAgo(90), point(cluster, 1), point(cluster, 30), point(bucket, 1.5)))).to.deep.equal([
      "ok",
      "ok",
    ]);
  });

  it("fail for a resource that AWS Backup leaves out, or whose backups end too early, and say how to find out why", () => {
    const [ofCluster, ofBucket] = check(daysAgo(90), point(bucket, 5), point(bucket, 1, "PARTIAL"));
    expect(ofCluster).to.include({ verdict: "fail", detail: "none in vault pulumi-prod-backup" });
    expect(ofCluster?.fix).to.contain(`aws backup list-backup-jobs --by-resource-arn ${cluster}`);
    expect(ofBucket).to.include({
      verdict: "fail",
      detail: "last of 2026-03-15 12:00 UTC in vault pulumi-prod-backup",
    });
  });

  it("aren't expected of what was selected within the time that the plan gives to a first one, which is said", () => {
    const [first] = check(daysAgo(0.5));
    expect(first).to.include({ verdict: "skip" });
    expect(first?.detail).to.match(/none yet: the plan has its resources since 2026-03-20 00:00 UTC/);
    expect(verdictsOf(check(daysAgo(8)))).to.deep.equal(["skip", "skip"]);
    expect(verdictsOf(check(daysAgo(8.5)))).to.deep.equal(["fail", "fail"]);
  });

  it("are copied to the other vault, where there is one, as lately", () => {
    const copyVaultArn = "arn:aws:backup:eu-west-1:444455556666:backup-vault:copies";
    const copied = (CreationDate: Date, State: "COMPLETED" | "FAILED" = "COMPLETED"): CheckResult | undefined =>
      checkBackups(
        { ...outputs, resourceArns: [cluster], copyVaultArn },
        { begunAt: daysAgo(90), points: [point(cluster, 1)], copies: [{ ResourceArn: cluster, State, CreationDate }] },
        now,
      ).find(({ name }) => name === "backup copy of pulumi-prod-database-cluster");
    expect(copied(daysAgo(1))).to.include({ verdict: "ok" });
    expect(copied(daysAgo(3))).to.include({ verdict: "fail" });
    expect(copied(daysAgo(1), "FAILED")).to.include({ verdict: "fail", detail: `none in vault ${copyVaultArn}` });
    expect(copied(daysAgo(1), "FAILED")?.fix).to.contain(`aws backup list-copy-jobs --by-resource-arn ${cluster}`);
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
    const verdictsIn = async (backup: Backup, of: BackupOutputs): Promise<string[]> =>
      verdictsOf(checkBackups(of, await describeBackups(backup, of)));
    expect(await verdictsIn(aws(hourAgo), planned)).to.deep.equal(["ok", "skip"]);
    expect(await verdictsIn(aws(new Date("2025-01-01")), planned)).to.deep.equal(["ok", "fail"]);
    expect(await verdictsIn(aws(hourAgo), outputs)).to.deep.equal(["ok", "fail"]);
  });

  it("are awaited by their schedule, which may end", () => {
    const of = (schedule: string): CheckResult[] =>
      checkBackups({ ...outputs, schedule }, { begunAt: daysAgo(90), points: [point(cluster, 3)], copies: [] }, now);
    expect(verdictsOf(of("cron(0 5 */2 * ? *)"))).to.deep.equal(["ok", "fail"]);
    expect(verdictsOf(of("cron(0 5 * * ? *)"))).to.deep.equal(["fail", "fail"]);
    expect(verdictsOf(of("cron(0 5 1 1 ? 2026)"))).to.deep.equal(["ok", "skip"]);
  });
});

describe("verify: locks", () => {
  const outputs = { vaultName: "vault", schedule: "cron(0 5 ? * * *)", resourceArns: [], lockMinDays: 7 };
  const lock = (lockedDays?: number): CheckResult | undefined =>
    checkBackups(outputs, { begunAt: daysAgo(90), lockedDays, points: [], copies: [] }, now)[0];

  it("of the backup vault is as long as is wanted, or longer", () => {
    expect(lock(7)).to.include({ name: "backup vault lock", verdict: "ok" });
    expect(lock(3)?.verdict).to.equal("fail");
    expect(lock()).to.include({ verdict: "fail", detail: "vault vault is NOT locked" });
  });

  const governance = { mode: "GOVERNANCE", days: 7 } as const;
  const compliance = { mode: "COMPLIANCE", days: 7 } as const;

  it("of the checkpoint bucket is as long as is wanted, or longer, in days or in years", () => {
    expect(checkLock(governance, { Mode: "GOVERNANCE", Days: 30 }).verdict).to.equal("ok");
    expect(checkLock(governance, { Mode: "GOVERNANCE", Years: 1 })).to.include({
      verdict: "ok",
      detail: "keeps each version for 365 days in GOVERNANCE mode",
    });
    expect(checkLock(governance, { Mode: "GOVERNANCE", Days: 3 }).verdict).to.equal("fail");
    expect(checkLock(governance, undefined)).to.include({ verdict: "fail", detail: "new versions are NOT locked" });
  });

  it("of the checkpoint bucket is of the mode that is wanted, or the stricter one", () => {
    expect(checkLock(compliance, { Mode: "COMPLIANCE", Days: 7 }).verdict).to.equal("ok");
    expect(checkLock(governance, { Mode: "COMPLIANCE", Days: 7 }).verdict).to.equal("ok");
    expect(checkLock(compliance, { Mode: "GOVERNANCE", Days: 30 })).to.include({
      verdict: "fail",
      detail: "keeps each version for 30 days in GOVERNANCE mode",
    });
  });
});
