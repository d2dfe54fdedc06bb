import { expect } from "chai";
import { snapshotName, type RestorePoint } from "../lib/release/snapshot";
import { refusal, releaseBefore } from "../lib/release/way-back";

const [a, b, c] = ["20250901-101-signed", "20251103-204-signed", "20260105-317-signed"] as const;
const hour = (hours: number): Date => new Date(Date.UTC(2026, 0, 5, hours));

/** The snapshot before an upgrade, taken in that hour. */
function before(from: string, to: string, hours: number, database = from): RestorePoint {
  return { identifier: `before-${to}-${hours}`, from, to, database, takenAt: hour(hours) };
}

describe("the name of a snapshot", () => {
  const at = new Date("2026-01-05T10:20:30.400Z");

  it("tells cluster, release and moment", () => {
    expect(snapshotName("pulumi-prod-database", c, at)).to.equal(`pulumi-prod-database-before-${c}-20260105102030`);
  });

  it("is one that RDS takes, and another the next second, however long the cluster's is", () => {
    const cluster = "pulumi-a-rather-long-stack-name-database-of-the-platform-team";
    const names = [at, new Date(at.getTime() + 1000)].map((moment) => snapshotName(cluster, `${c}.hotfix_2`, moment));
    expect(new Set(names).size).to.equal(2);
    names.forEach((name) =>
      expect(name)
        .to.match(/^[a-z](-?[a-z0-9])*$/)
        .and.to.have.property("length")
        .that.is.at.most(63),
    );
  });
});

describe("the release before", () => {
  it("is that from which the last upgrade started", () => {
    expect(releaseBefore("prod", c, [before(b, c, 2), before(a, b, 1)])).to.equal(b);
  });

  it("is the one that served, where the upgrade before had failed", () => {
    expect(releaseBefore("prod", c, [before(a, c, 2, b), before(a, b, 1)])).to.equal(a);
  });

  it("isn't guessed where no upgrade is on record", () => {
    expect(() => releaseBefore("prod", a, [])).to.throw(/No upgrade of prod is on record.*nothing was changed/);
  });

  for (const [what, points, further] of [
    ["was undone already", [before(b, c, 2), before(a, b, 1)], a],
    ["failed before it changed anything", [before(b, c, 2)], "…"],
  ] as const) {
    it(`isn't guessed where the last upgrade ${what}`, () => {
      expect(() => releaseBefore("prod", b, [...points])).to.throw(
        `from ${b} to ${c}, is not in force: the configuration names ${b}. So there is nothing to undo, and nothing was ` +
          `changed. To go back further, say where to: make rollback ENV=prod IMAGE_TAG=${further}`,
      );
    });
  }
});

describe("the refusal of a way back", () => {
  const history = { runs: 1, unchanged: false, evidence: ["214/u add_index (12ms)"], changedAt: hour(3) };

  it("names the last snapshot from before the change", () => {
    const points = [before(a, b, 4), before(a, b, 2), before(a, b, 1)];
    expect(refusal("prod", a, history, points))
      .to.include("214/u add_index (12ms)")
      .and.include(`restore the snapshot before-${b}-2, taken 2026-01-05T02:00:00.000Z`)
      .and.include(`make rollback ENV=prod IMAGE_TAG=${a} ALLOW_DOWNGRADE=1`);
  });

  it("names the earliest one where nobody knows when it changed", () => {
    const silent = { runs: 0, unchanged: false, evidence: [] };
    expect(refusal("prod", a, silent, [before(a, b, 2), before(a, b, 1)])).to.include(`before-${b}-1`);
  });

  it("says so where there is no snapshot, and doesn't drown the reader in evidence", () => {
    const evidence = Array.from({ length: 300 }, (_, step) => `${step}/u step (1ms)`);
    expect(refusal("prod", a, { ...history, evidence }, []))
      .to.include("and 290 more")
      .and.include("restore the database of that time");
  });
});
