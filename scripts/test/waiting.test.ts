import { expect } from "chai";
import { elapsed } from "../waiting";

describe("how long something took", () => {
  for (const [ms, text] of [
    [400, "0 s"],
    [59_400, "59 s"],
    [59_600, "1 min 0 s"],
    [552_000, "9 min 12 s"],
  ] as const) {
    it(`is said as ${text}`, () => {
      expect(elapsed(ms)).to.equal(text);
    });
  }
});
