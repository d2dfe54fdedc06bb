import { expect } from "chai";
import { applyRules, type ConfigProblem, licence, licenceEnd, licenceTerm } from "../../../config";
import { licenceOfTests } from "../../../testing";

describe("a licence", () => {
  it("may have blanks and quotes around it", () => {
    for (const text of [licenceOfTests, ` "${licenceOfTests}"\n`, `'${licenceOfTests}'`]) {
      expect(licence.fault(text)).to.equal(undefined);
    }
  });

  const [header = "", payload = "", signature = ""] = licenceOfTests.split(".");
  const refusals: [what: string, text: string, reason: string][] = [
    ["empty", '""', "is empty"],
    ["a path", "./licence", "is the name of a file; the text of the licence belongs here"],
    ["a URL", "https://example.com/licence.txt", "is a URL; the text of the licence belongs here"],
    ["the name of a file", "pulumi.licence.txt", "is the name of a file"],
    ["a word", "licence", "is no JSON web token: that has three parts with dots between them"],
    ["broken into lines", `${header}.\n${payload}.${signature}`, "has several lines"],
    ["two words", `${licenceOfTests} ${licenceOfTests}`, "is no JSON web token"],
    ["cut off", `${header}.${payload}`, "is no JSON web token: that has three parts"],
    ["three words", "a.b.c", "is no JSON web token: its first two parts can't be read"],
    ["without claims", `${header}.${Buffer.from('"text"').toString("base64url")}.${signature}`, "its first two parts"],
  ];
  for (const [what, text, reason] of refusals) {
    it(`is not ${what}`, () => expect(licence.fault(text)?.because).to.include(reason));
  }

  const expiring = (claims: object): string =>
    [header, Buffer.from(JSON.stringify(claims)).toString("base64url"), signature].join(".");
  const found = (text?: string): ConfigProblem[] => {
    const now = (): number => Date.parse("2030-01-01");
    return applyRules(
      [licenceTerm<{ licenseKey: string }>("licenseKey", now)],
      { licenseKey: "" },
      {
        has: () => text !== undefined,
        text: () => text,
      },
    );
  };
  const at = (date: string): string => expiring({ exp: Date.parse(date) / 1000 });

  it("is a warning where it has expired or soon will, and never shown", () => {
    expect(found(at("2029-12-31"))).to.deep.equal([
      {
        key: "licenseKey",
        reason: "the licence has expired",
        fix: "ask the vendor for a new one, then: pulumi config set --secret licenseKey < licence.txt",
        severity: "warning",
      },
    ]);
    expect(found(` "${at("2030-01-31")}"\n`).map(({ reason }) => reason)).to.deep.equal([
      "the licence expires in 30 days",
    ]);
    expect(found(at("2030-01-02T01:00:00Z"))[0]?.reason).to.equal("the licence expires in 1 day");
  });

  it("is fine where it lasts, or says nothing of its end", () => {
    for (const text of [
      at("2030-03-01"),
      expiring({ exp: "never" }),
      expiring({ exp: 8.64e12 + 1 }),
      licenceOfTests,
      "nonsense",
      undefined,
    ]) {
      expect(found(text)).to.deep.equal([]);
    }
  });

  it("ends at no time where it says none that there is", () => {
    expect(licenceEnd(at("2030-03-01"))?.toISOString()).to.equal("2030-03-01T00:00:00.000Z");
    expect(licenceEnd(expiring({ exp: 8.64e12 + 1 }))).to.equal(undefined);
  });
});
