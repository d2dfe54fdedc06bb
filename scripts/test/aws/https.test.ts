import { expect } from "chai";
import { eventually } from "../../aws/https";
import type { CheckResult } from "../../report";
import { causeOf } from "../../report";

describe("a new name", () => {
  const verdicts = (...all: CheckResult["verdict"][]): (() => Promise<CheckResult>) => {
    return () => Promise.resolve({ name: "https://app", verdict: all.shift() ?? "ok", detail: String(all.length) });
  };

  it("is asked for again until it answers", async () => {
    const { verdict } = await eventually(verdicts("fail", "fail", "ok"), 1_000, 1);
    expect(verdict).to.equal("ok");
  });

  it("fails in the end, with what was found last", async () => {
    let asked = 0;
    const found = await eventually(
      () => Promise.resolve({ name: "https://app", verdict: "fail", detail: String(++asked) }),
      30,
      10,
    );
    expect(found.verdict).to.equal("fail");
    expect(asked).to.be.greaterThan(1);
    expect(found.detail).to.equal(String(asked));
  });

  it("is asked for once where nothing was deployed", async () => {
    expect((await eventually(verdicts("fail", "ok"), 0, 1)).verdict).to.equal("fail");
  });
});

describe("a request that fails", () => {
  it("is explained by what Node hides in an error of many", () => {
    const refused = new AggregateError([new Error("connect ECONNREFUSED 127.0.0.1:1")]);
    expect(causeOf(refused)).to.equal("connect ECONNREFUSED 127.0.0.1:1");
    expect(causeOf(new TypeError("fetch failed", { cause: refused }))).to.equal("connect ECONNREFUSED 127.0.0.1:1");
  });
});
