import { answerCalls, snapshotTags } from "@selfhosted/common";
import { fakeAws } from "@selfhosted/common/testing";
import { expect } from "chai";
import { snapshotName, upgradeSnapshots } from "../../release/snapshot";

const release = "20260105-317-signed";

describe("the name of a snapshot", () => {
  const at = new Date("2026-01-05T10:20:30.400Z");

  it("has the cluster, release and moment", () => {
    expect(snapshotName("pulumi-prod-database", release, at)).to.equal(
      `pulumi-prod-database-before-${release}-20260105102030`,
    );
  });

  it("is one that RDS takes, and another the next second, however long the cluster's is", () => {
    const cluster = "pulumi-a-rather-long-stack-name-database-of-the-platform-team";
    const names = [at, new Date(at.getTime() + 1000)].map((moment) =>
      snapshotName(cluster, `${release}.hotfix_2`, moment),
    );
    expect(new Set(names).size).to.equal(2);
    // Cut at a hyphen, ending with one, and with several in a row.
    const releases = ["20260105-317-signed-arm-2", `${release}-rc1-x`, `${release}-.-`, `${release}--fix`, "v1.2."];
    [...names, ...releases.map((release) => snapshotName("pulumi-prod-database", release, at))].forEach((name) =>
      expect(name)
        .to.match(/^[a-z](-?[a-z0-9])*$/)
        .and.to.have.property("length")
        .that.is.at.most(63),
    );
  });
});

describe("the snapshots of upgrades", () => {
  afterEach(() => answerCalls(undefined));

  it("are those of this database, the latest first, without copies, whose moment is that of copying", async () => {
    const tags = { [snapshotTags.from]: "1", [snapshotTags.to]: "2", [snapshotTags.database]: "1" };
    const taken = (DBClusterSnapshotIdentifier: string, day: number, others = {}) => ({
      ...{ DBClusterSnapshotIdentifier, SnapshotCreateTime: new Date(Date.UTC(2026, 0, day)), Status: "available" },
      ...{ TagList: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })), ...others },
    });
    answerCalls(
      fakeAws({
        "rds:DescribeDBClusters": () => ({ DBClusters: [{ ClusterCreateTime: new Date(Date.UTC(2026, 0, 5)) }] }),
        "rds:DescribeDBClusterSnapshots": () => ({
          DBClusterSnapshots: [
            ...[taken("before", 4), taken("first", 6), taken("second", 7)],
            taken("copy", 9, {
              SourceDBClusterSnapshotArn: "arn:aws:rds:eu-central-1:111122223333:cluster-snapshot:first",
            }),
          ],
        }),
      }),
    );
    const found = await upgradeSnapshots("pulumi-prod-database-cluster", "eu-central-1");
    expect(found.map(({ identifier }) => identifier)).to.deep.equal(["second", "first"]);
  });
});
