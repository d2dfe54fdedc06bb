import { expect } from "chai";
import { isUntouched, refusal, releaseBefore } from "../../release/rollback-plan";
import type { SchemaHistory } from "../../release/schema-history";
import { type UpgradeSnapshot } from "../../release/snapshot";
const [a, b, c] = ["20250901-101-signed", "20251103-204-signed", "20260105-317-signed"] as const;
const hour = (hours: number): Date => new Date(Date.UTC(2026, 0, 5, hours));

/** The snapshot before an upgrade, taken in that hour. */
function before(from: string, to: string, hours: number, database = from): UpgradeSnapshot {
  return { identifier: `before-${to}-${hours}`, from, to, database, takenAt: hour(hours) };
}

describe("the release before", () => {
  it("is that from which the last upgrade started", () => {
    expect(releaseBefore("prod", c, [before(b, c, 2), before(a, b, 1)])).to.equal(b);
  });

  it("is the one that ran, where the upgrade before had failed", () => {
    expect(releaseBefore("prod", c, [before(a, c, 2, b), before(a, b, 1)])).to.equal(a);
  });

  it("isn't guessed where no upgrade is on record", () => {
    expect(() => releaseBefore("prod", a, [])).to.throw(/No upgrade of prod is on record.*nothing was changed/);
  });

  it("isn't guessed where the last upgrade was undone already, or never took hold", () => {
    const refused = `from ${b} to ${c}, is not in force: the configuration names ${b}.`;
    expect(() => releaseBefore("prod", b, [before(b, c, 2)]))
      .to.throw(refused)
      .with.property("message")
      .that.matches(/nothing was changed\.$/);
    expect(() => releaseBefore("prod", b, [before(b, c, 2), before(a, b, 1)]))
      .to.throw(refused)
      .with.property("message")
      .that.includes(`To go back further: make rollback ENV=prod IMAGE_TAG=${a}`);
  });
});

describe("the database", () => {
  const arn = "arn:aws:ecs:eu-central-1:111122223333:task/prod/0123";
  const history = (runs: string[], unchanged = true): SchemaHistory => ({ runs, unchanged, detail: [] });

  it("is untouched where the log shows of every migration that it had nothing to do", () => {
    expect(isUntouched(history(["9999", "0123"]), false, arn)).to.equal(true);
  });

  it("isn't, or it isn't known, where one had, or the last one isn't in the log", () => {
    expect(isUntouched(history(["0123"], false), false, arn)).to.equal(false);
    expect(isUntouched(history(["9999"]), false, arn)).to.equal(false);
    expect(isUntouched(history([]), false, arn)).to.equal(false);
    expect(isUntouched(undefined, false, arn)).to.equal(false);
  });

  it("is untouched while it is that of the release, unless a migration that was cut off says otherwise", () => {
    expect(isUntouched(undefined, true, arn)).to.equal(true);
    expect(isUntouched(history([]), true, arn)).to.equal(true);
    expect(isUntouched(history(["9999"]), true, arn)).to.equal(true);
    expect(isUntouched(history(["9999"], false), true, arn)).to.equal(false);
  });
});

describe("the refusal of a rollback", () => {
  const history = { detail: ["214/u add_index (12ms)"], changedAt: hour(3) };

  it("names the last snapshot from before the change", () => {
    const snapshots = [before(a, b, 4), before(a, b, 2), before(a, b, 1)];
    expect(refusal("prod", a, snapshots, history))
      .to.include("214/u add_index (12ms)")
      .and.include(`restore the snapshot before-${b}-2, taken 2026-01-05T02:00:00.000Z`)
      .and.include(`make restore ENV=new FROM=before-${b}-2`)
      .and.include(`make rollback ENV=prod IMAGE_TAG=${a} ALLOW_DOWNGRADE=1`);
  });

  it("names the earliest one where it isn't known when it changed", () => {
    expect(refusal("prod", a, [before(a, b, 2), before(a, b, 1)], { detail: [] })).to.include(`before-${b}-1`);
  });

  it("says so where nothing shows when the database was that of the release", () => {
    expect(refusal("prod", a, [])).to.include(`there is no snapshot from when the database was that of ${a}`);
  });

  it("says so where there is no snapshot, and doesn't drown the reader in details", () => {
    const detail = Array.from({ length: 300 }, (_, step) => `${step}/u step (1ms)`);
    expect(refusal("prod", a, [], { detail }))
      .to.include("and 290 more")
      .and.include("restore the database of that time");
  });
});
