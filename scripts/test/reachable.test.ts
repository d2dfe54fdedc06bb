import { expect } from "chai";
import { eventually } from "../lib/checks/reachable";
import type { Finding } from "../lib/report";

describe("a new name", () => {
  const verdicts = (...all: Finding["verdict"][]): (() => Promise<Finding>) => {
    return () => Promise.resolve({ name: "https://app", verdict: all.shift() ?? "ok", evidence: String(all.length) });
  };

  it("is asked for again until it answers", async () => {
    const { verdict } = await eventually(verdicts("fail", "fail", "ok"), 1_000, 1);
    expect(verdict).to.equal("ok");
  });

  it("fails in the end, with what was found last", async () => {
    let asked = 0;
    const found = await eventually(
      () => Promise.resolve({ name: "https://app", verdict: "fail", evidence: String(++asked) }),
      30,
      10,
    );
    expect(found.verdict).to.equal("fail");
    expect(asked).to.be.greaterThan(1);
    expect(found.evidence).to.equal(String(asked));
  });

  it("is asked for once where nothing was deployed", async () => {
    expect((await eventually(verdicts("fail", "ok"), 0, 1)).verdict).to.equal("fail");
  });
});
