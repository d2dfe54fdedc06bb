import { expect } from "chai";
import * as fc from "fast-check";
import { toPrune } from "../../backup/prune";
import type { Purpose, Snapshot } from "../../backup/snapshot";
import { snapshot } from "./snapshots";

const made = new Date("2026-01-01T00:00:00Z");
const day = (number: number): Date => new Date(made.getTime() + number * 24 * 3_600_000);

const lost = "arn:aws:kms:eu-central-1:111122223333:key/lost";
const taken = (purpose: Purpose, number: number, others: Partial<Snapshot> = {}): Snapshot =>
  snapshot({
    name: `${purpose}-${number}`,
    purpose,
    takenAt: day(number),
    migratedFor: `release-${number}`,
    ...others,
  });

const names = (snapshots: Snapshot[], keep: number): string[] =>
  toPrune(snapshots, {
    keep,
    since: made,
    isRestorable: ({ status, keyArn }) => status === "available" && keyArn !== lost,
  }).map(({ name }) => name);

describe("the snapshots that KEEP deletes", () => {
  it("are the oldest of upgrades and backups together", () => {
    const all = [taken("upgrade", 1), taken("backup", 2), taken("upgrade", 4), taken("backup", 3)];
    expect(names(all, 2)).to.deep.equal(["backup-2", "upgrade-1"]);
    expect(names(all, 4)).to.deep.equal([]);
  });

  it("aren't those of the last upgrade, however many backups came later, nor the first where it failed and was tried again", () => {
    const [old, now] = [{ migratedFor: "20251103-204-signed" }, { migratedFor: "20260105-317-signed" }];
    const all = [
      ...[taken("upgrade", 1, old), taken("upgrade", 2, now), taken("upgrade", 3, now)],
      ...[taken("backup", 4), taken("backup", 5)],
    ];
    expect(names(all, 1)).to.deep.equal(["backup-4", "upgrade-1"]);
  });

  it("aren't any where what is newer can't be restored: it doesn't count", () => {
    const all = [taken("backup", 1), taken("backup", 2), taken("backup", 3), taken("backup", 4, { keyArn: lost })];
    expect(names(all, 1)).to.deep.equal(["backup-2", "backup-1"]);
    expect(names(all, 3)).to.deep.equal([]);
    expect(names([taken("backup", 1), taken("backup", 2, { keyArn: lost })], 1)).to.deep.equal([]);
  });

  it("aren't copies, nor any in place of a copy, whose moment is that of copying", () => {
    const all = [taken("backup", 1), taken("backup", 2), taken("backup", 3, { copyOf: "backup-1" })];
    expect(names(all, 1)).to.deep.equal(["backup-1"]);
    expect(names(all, 2)).to.deep.equal([]);
  });

  it("are never the last one, nor any that isn't complete, is older than the database, or was taken for something else", () => {
    const all = [
      taken("backup", 9, { status: "creating", takenAt: undefined }),
      taken("backup", 8),
      taken("final", 2),
      taken("automated", 3),
      taken("manual", 4),
      taken("backup", -1),
    ];
    expect(names(all, 1)).to.deep.equal([]);
    expect(names(all, 0)).to.deep.equal([]);
  });

  it("leave as many as were to be kept, and the newest, whatever there is", () => {
    const some = fc.array(
      fc.record({
        purpose: fc.constantFrom<Purpose>("backup", "upgrade", "final", "automated", "manual"),
        number: fc.integer({ min: -5, max: 50 }),
      }),
    );
    fc.assert(
      fc.property(some, fc.integer({ min: 1, max: 9 }), (found, keep) => {
        const all = found.map(({ purpose, number }, index) => taken(purpose, number, { name: String(index) }));
        const gone = toPrune(all, { keep, since: made, isRestorable: () => true });
        const prunable = all.filter(
          ({ purpose, takenAt = made }) => (purpose === "backup" || purpose === "upgrade") && takenAt >= made,
        );
        expect(prunable).to.include.members(gone);
        const left = prunable.filter((each) => !gone.includes(each));
        expect(left.length).to.be.at.least(Math.min(keep, prunable.length));
        const oldestLeft = [...left].sort((a, b) => Number(b.takenAt) - Number(a.takenAt))[keep - 1]?.takenAt;
        gone.forEach(({ takenAt }) => expect(Number(takenAt)).to.be.at.most(Number(oldestLeft)));
      }),
    );
  });
});
