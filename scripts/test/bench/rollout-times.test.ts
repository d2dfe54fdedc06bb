import { expect } from "chai";
import { type RolloutSettings, rolloutTimes } from "../../bench/rollout-arithmetic";
import { rolloutTable } from "../../bench/rollout-times";

const settings: RolloutSettings = {
  tasks: 2,
  minHealthyPercent: 100,
  maxPercent: 200,
  interval: 10,
  healthyThreshold: 5,
  unhealthyThreshold: 2,
  register: 5,
  drain: 300,
  stop: 30,
};

describe("rollout arithmetic", () => {
  it("adds up the way of a task and the end of its predecessor", () => {
    expect(rolloutTimes(settings)).to.deep.equal({
      batches: 1,
      healthy: 125,
      rollout: 455,
      rolloutAtBest: 427,
      detection: 20,
      breakerThreshold: 3,
    });
  });

  it("counts a batch for each task where there is no room beside the old ones", () => {
    const tight = { ...settings, tasks: 4, minHealthyPercent: 50, maxPercent: 100 };
    expect(rolloutTimes(tight)).to.include({ batches: 2, healthy: 125, rollout: 2 * 125 + 300 + 30 });
    expect(rolloutTimes({ ...tight, minHealthyPercent: 100 })).to.include({ batches: 4 });
  });

  it("gives up after half of the tasks have failed, three at least and two hundred at most", () => {
    const threshold = (tasks: number): number => rolloutTimes({ ...settings, tasks }).breakerThreshold;
    expect([1, 6, 7, 500].map(threshold)).to.deep.equal([3, 3, 4, 200]);
  });

  it("is made of what the application layer asks of AWS, with the vendor's figures beside", async () => {
    const [, api, console, vendor] = (await rolloutTable()).map((line) =>
      line.slice(20).trim().split(/ {2,}/).join(" "),
    );
    expect(api).to.equal("5 × 2 120 120 110 350 232 10 3");
    expect(console).to.equal(api);
    expect(vendor).to.equal("10 × 5 300 30 125 455 427 20 3");
  });
});
