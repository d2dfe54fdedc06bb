import { expect } from "chai";
import { checkLicence } from "../../aws/licence";

describe("verify: the licence", () => {
  const now = new Date("2026-06-01T12:00:00Z");
  const found = (end: string | undefined): string[] =>
    checkLicence(end, now).map(({ verdict, detail }) => `${verdict}: ${detail}`);

  it("fails where it has ended, and warns a month before", () => {
    expect(found("2026-05-30T12:00:00.000Z")).to.deep.equal(["fail: expired 2 days ago"]);
    expect(found("2026-06-20T12:00:00.000Z")).to.deep.equal(["warn: until 2026-06-20, 19 days"]);
    expect(found("2027-06-01T12:00:00.000Z")).to.deep.equal(["ok: until 2027-06-01, 365 days"]);
  });

  it("says nothing where the licence, or what was deployed, doesn't", () => {
    expect([found(""), found(undefined)]).to.deep.equal([[], []]);
  });
});
