import { expect } from "chai";
import { requireRegion } from "../region";

describe("the region of a command before there is a configuration", () => {
  it("is the one that is named", () => expect(requireRegion("eu-central-1")).to.equal("eu-central-1"));

  for (const region of [undefined, ""]) {
    it(`has to be named: ${JSON.stringify(region)}`, () => {
      expect(() => requireRegion(region)).to.throw("AWS_REGION isn't set");
    });
  }

  it("is refused where it isn't one, with what was meant", () => {
    expect(() => requireRegion("eu-central-1a")).to.throw(
      /^AWS_REGION is "eu-central-1a"\. Allowed: a region such as .*Did you mean eu-central-1\?$/,
    );
  });
});
