import { expect } from "chai";
import { redactor } from "../../doctor/redact/redact";
import { remainsOf } from "../support/remains";
import { harmless } from "./harmless";
import { inFiles, known, planted } from "./planted";

const redact = redactor(known);

describe("secrets that were planted", () => {
  it("are many, and of many forms", () => {
    expect(planted.length).to.be.at.least(40);
    expect(new Set(planted.map(({ form }) => form)).size).to.equal(planted.length);
  });

  for (const { form, text, secrets } of planted) {
    const found = (content: unknown): string[] => {
      const redacted = redact(content);
      expect(redacted.masked, "masked").not.to.deep.equal([]);
      return secrets.flatMap((secret) => remainsOf(secret, redacted.text));
    };

    it(`${form}: masked in a text, in a log, in a string of JSON, and in one within another`, () => {
      expect(
        secrets.flatMap((secret) => remainsOf(secret, text)),
        "planted",
      ).not.to.deep.equal([]);
      expect(found(text), "in a text").to.deep.equal([]);
      expect(found(`2026-11-26T10:00:00.000Z 0a1b2c3d ${text}\nnext line`), "in a log").to.deep.equal([]);
      expect(found({ events: [{ message: `(service api) ${text}` }] }), "in JSON").to.deep.equal([]);
      expect(found(`level=error ${JSON.stringify({ msg: text })}`), "in a log of JSON").to.deep.equal([]);
      expect(found({ detail: JSON.stringify({ inner: JSON.stringify({ text }) }) }), "in JSON in JSON").to.deep.equal(
        [],
      );
      expect(found(Buffer.from(`some text: ${text}`).toString("base64")), "in base64").to.deep.equal([]);
      expect(found(encodeURIComponent(`some text: ${text}`)), "in a URL").to.deep.equal([]);
    });
  }

  for (const { form, text, secrets } of inFiles) {
    it(`${form}: masked`, () => {
      const redacted = redact(text);
      expect(secrets.flatMap((secret) => remainsOf(secret, redacted.text))).to.deep.equal([]);
      expect(redacted.text.split("\n")[0]).to.equal(text.split("\n")[0]);
    });
  }
});

describe("what only looks like a secret", () => {
  for (const text of harmless) {
    it(`stays readable: ${text.slice(0, 80).replaceAll("\n", " ")}`, () => {
      expect(redact(text)).to.deep.equal({ text, masked: [] });
      expect(redact({ message: text }).text).to.equal(JSON.stringify({ message: text }, undefined, 2));
      const log = `2026-11-26T10:00:00.000Z 0a1b2c3d {"level":"info","msg":${JSON.stringify(text)}}`;
      expect(redact(log)).to.deep.equal({ text: log, masked: [] });
    });
  }
});

describe("a redactor", () => {
  it("says what it was and where, in each line, without its value", () => {
    const { text, masked } = redact(`one\npassword=abc\nTr0ub4dor &"3/+ä<x> and again Tr0ub4dor &"3/+ä<x>`);
    expect(text).to.equal(
      `one\npassword=[masked: value of a line]\n[masked: smtpPassword] and again [masked: smtpPassword]`,
    );
    expect(masked).to.have.deep.members([
      { rule: "value of a line", line: 2 },
      { rule: "smtpPassword", line: 3 },
      { rule: "smtpPassword", line: 3 },
    ]);
  });

  it("says the lines of what is in an object, too", () => {
    const { text, masked } = redact({ a: 1, b: { password: "abc" } });
    expect(JSON.parse(text)).to.deep.equal({ a: 1, b: { password: "[masked: named value]" } });
    expect(masked).to.deep.equal([{ rule: "named value", line: 4 }]);
  });

  it("leaves JSON what it is", () => {
    const content = { list: [1, true, null, "x"], text: JSON.stringify({ token: "abc", b: 'a "word"' }) };
    const inner = { token: "[masked: named value]", b: 'a "word"' };
    expect(JSON.parse(redact(content).text)).to.deep.equal({ ...content, text: JSON.stringify(inner) });
  });

  it("masks a second time what it masked already as that", () => {
    for (const { text } of planted) {
      const once = redact(text).text;
      expect(redact(once).text).to.equal(once);
    }
  });

  it("takes seconds for a log of megabytes, also where that is one word", function () {
    this.timeout(60_000);
    const begun = Date.now();
    redact(`2026-11-26T10:00:00.000Z 0a1b2c3d {"level":"info","msg":"GET /api/stacks"} key=value\n`.repeat(12_000));
    redact("a".repeat(1_000_000));
    redact("Ab3/".repeat(250_000));
    redact("a=".repeat(200_000));
    redact(`{"a":"`.repeat(50_000));
    expect(Date.now() - begun).to.be.below(30_000);
  });

  it("leaves a word alone that is everywhere, though it is a secret's value", () => {
    const common = redactor([
      { name: "flag", value: "true" },
      { name: "number", value: "1" },
    ]);
    expect(common("it is true that 1 is one").masked).to.deep.equal([]);
  });
});
