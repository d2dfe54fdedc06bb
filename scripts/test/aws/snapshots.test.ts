import { expect } from "chai";
import { checkRecentBackup } from "../../aws/snapshots";

const now = new Date("2026-03-20T12:00:00Z");
const ago = (hours: number): Date => new Date(now.getTime() - hours * 3_600_000);
const snapshot = (hours: number, Status = "available") => ({ SnapshotCreateTime: ago(hours), Status });
const old = { ClusterCreateTime: ago(1000) };

describe("the check for a recent backup", () => {
  const verdict = (...args: Parameters<typeof checkRecentBackup>): string => checkRecentBackup(...args).verdict;

  it("is content with automated backups, or a snapshot, of the last 48 hours", () => {
    expect(verdict({ ...old, LatestRestorableTime: ago(0.1) }, [], now)).to.equal("ok");
    expect(verdict(old, [snapshot(47)], now)).to.equal("ok");
    expect(verdict({ ...old, LatestRestorableTime: ago(100) }, [snapshot(47)], now)).to.equal("ok");
  });

  it("fails where both are older, or there is neither, and says what to do", () => {
    const { verdict: found, fix } = checkRecentBackup({ ...old, LatestRestorableTime: ago(49) }, [snapshot(50)], now);
    expect(found).to.equal("fail");
    expect(fix).to.include("make backup");
    expect(verdict(old, [], now)).to.equal("fail");
    expect(verdict(old, [snapshot(1, "creating")], now)).to.equal("fail");
    const SourceDBClusterSnapshotArn = "arn:aws:rds:eu-central-1:111122223333:cluster-snapshot:long-ago";
    expect(verdict(old, [{ ...snapshot(1), SourceDBClusterSnapshotArn }], now), "a copy").to.equal("fail");
  });

  it("doesn't count what a database before it left under its name, and waits for the first of a young one", () => {
    expect(verdict({ ClusterCreateTime: ago(60) }, [snapshot(61)], now)).to.equal("fail");
    expect(verdict({ ClusterCreateTime: ago(10) }, [snapshot(11)], now)).to.equal("skip");
  });
});
