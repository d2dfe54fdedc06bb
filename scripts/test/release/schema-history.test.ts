import { expect } from "chai";
import { historyOf, type Run } from "../../release/schema-history";

const run = (hour: number, ...lines: string[]): Run => ({
  stream: `migration/migration/${hour}`,
  startedAt: new Date(Date.UTC(2026, 0, 5, hour)),
  lines,
});
const idle = (hour: number): Run => run(hour, "waiting for MySQL", "no change");

describe("the database after migrations", () => {
  it("is unchanged where each of them found nothing to do", () => {
    expect(historyOf([idle(1), idle(2)])).to.deep.equal({ runs: ["1", "2"], unchanged: true, detail: [] });
  });

  it("is changed by one step, whichever run took it, and also where a later one had nothing to do", () => {
    const steps = ["214/u add_index (12.3ms)", "20260105101500/u widen_column (1.2s)"];
    expect(historyOf([idle(1), run(3, "migrating", ...steps), run(2, ...steps), idle(4)])).to.deep.equal({
      runs: ["1", "3", "2", "4"],
      unchanged: false,
      detail: [...steps, ...steps],
      changedAt: new Date(Date.UTC(2026, 0, 5, 2)),
    });
  });

  it("isn't known where there was none", () => {
    expect(historyOf([])).to.deep.equal({ runs: [], unchanged: false, detail: [] });
  });

  it("may be changed by a run that doesn't say", () => {
    expect(historyOf([run(1, "waiting for MySQL", "error: Dirty database version 214")])).to.deep.include({
      unchanged: false,
      detail: ["migration/migration/1: error: Dirty database version 214"],
    });
  });
});
