import { applicationContract, infrastructureContract } from "@selfhosted/common";
import { exampleOutputs } from "@selfhosted/common/testing";
import { expect } from "chai";
import { age, backupRow, deploymentRow, environmentRows } from "../overview";

const now = new Date("2026-03-20T12:00:00Z");
const ago = (hours: number): Date => new Date(now.getTime() - hours * 3_600_000);

describe("an environment as a whole", () => {
  it("is its account, its region and the release that was deployed", () => {
    const infrastructure = exampleOutputs(infrastructureContract);
    const application = exampleOutputs(applicationContract);
    const facts = environmentRows("prod", { infrastructure, application });
    expect(facts.map(({ what, where, version }) => `${what} ${where}${version}`)).to.deep.equal([
      "environment prod",
      "account 111122223333",
      "region eu-central-1",
      "release 20250901-101-signed",
    ]);
    expect(environmentRows("prod", {}).map(({ what }) => what)).to.deep.equal(["environment"]);
  });
});

describe("the last deployment", () => {
  const update = { kind: "update", result: "succeeded", startTime: "2026-03-20T10:11:12.000Z" };

  it("says when it was, and of which commit, if Pulumi noted one", () => {
    const environment = { "git.head": "0123456789abcdef", "git.author": "A. Person" };
    expect(deploymentRow("dns", { ...update, environment })).to.deep.equal({
      what: "last deployment",
      where: "dns",
      version: "commit 0123456 of A. Person",
      state: "succeeded 2026-03-20T10:11Z",
      healthy: true,
    });
    expect(deploymentRow("dns", update)).to.include({ version: "", state: "succeeded 2026-03-20T10:11Z" });
  });

  it("says by which CI system it was made", () => {
    const environment = { "ci.system": "GitHub Actions", "ci.build.id": "42" };
    expect(deploymentRow("dns", { ...update, environment }).state).to.equal(
      "succeeded 2026-03-20T10:11Z by GitHub Actions build 42",
    );
  });

  it("isn't healthy where it failed", () => {
    expect(deploymentRow("application", { ...update, result: "failed" }).healthy).to.equal(false);
  });
});

describe("the last backup", () => {
  const snapshot = (id: string, hours: number, Status = "available") => ({
    DBClusterSnapshotIdentifier: id,
    SnapshotType: "automated",
    SnapshotCreateTime: ago(hours),
    Status,
  });
  const cluster = { ClusterCreateTime: ago(1000), LatestRestorableTime: ago(0.05) };

  it("is the newest snapshot that is complete, with its age", () => {
    const snapshots = [snapshot("old", 30), snapshot("newest", 5.5), snapshot("unfinished", 0, "creating")];
    expect(backupRow(cluster, snapshots, now)).to.deep.equal({
      what: "last backup",
      where: "newest",
      version: "automated",
      state: "5 hours old, restorable to 2026-03-20T11:57Z",
      healthy: true,
    });
  });

  it("isn't healthy where it is older than two days, or there is none after that time", () => {
    expect(backupRow(cluster, [snapshot("old", 49)], now)).to.include({ where: "old", healthy: false });
    expect(backupRow(cluster, [], now)).to.include({ where: "", healthy: false });
  });

  it("needs none yet in the first two days; one of a cluster before it doesn't count", () => {
    const young = { ClusterCreateTime: ago(1) };
    const row = backupRow(young, [snapshot("of the one before", 10)], now);
    expect(row).to.include({ where: "", state: "no snapshot yet", healthy: undefined });
  });

  it("has an age in the unit that fits", () => {
    const hour = 3_600_000;
    expect([0, hour - 1, hour, 47 * hour, 48 * hour].map(age)).to.deep.equal([
      "0 minutes",
      "59 minutes",
      "1 hour",
      "47 hours",
      "2 days",
    ]);
  });
});
