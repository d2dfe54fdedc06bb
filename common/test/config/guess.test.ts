import { expect } from "chai";
import { choice, decimal, flag, integer, logRetentions, type Setting } from "../../config";
import { nearest } from "../../config/guess";

const description = "";
const meant = (setting: Setting<unknown>, text: string): string | undefined => {
  const parsed = setting.parse(text);
  return "fault" in parsed ? parsed.fault.meant : `taken: ${text}`;
};

describe("what the user meant", () => {
  it("of a flag is what the word says, never the opposite", () => {
    const setting = flag({ description });
    for (const text of ["yes", "Yes", "TRUE", "on", "1", '"true"', " true ", "enabled", "y", "ture"]) {
      expect(meant(setting, text), text).to.equal("true");
    }
    for (const text of ["no", "False", "OFF", "0", "'false'", "disabled", "n", "fals"]) {
      expect(meant(setting, text), text).to.equal("false");
    }
    for (const text of ["", "maybe", "not true", "2", "yes and no", "null"]) {
      expect(meant(setting, text), text).to.equal(undefined);
    }
  });

  it("of a number follows its unit", () => {
    const number = (unit: Parameters<typeof integer>[0]["unit"]): Setting<number> =>
      integer({ description, min: 0, max: 100000, unit });
    const cases: [Parameters<typeof number>[0], string, string | undefined][] = [
      ["MiB", "2 GB", "2048"],
      ["MiB", "2GB", "2048"],
      ["MiB", '"2 GiB"', "2048"],
      ["MiB", "512M", "512"],
      ["MiB", "1.5 GB", "1536"],
      ["MiB", "2,048", "2048"],
      ["MiB", "2 048", "2048"],
      ["MiB", "2048.0", "2048"],
      ["MiB", "1,5 GB", undefined],
      ["MiB", "2 days", undefined],
      ["MiB", "2 PB", undefined],
      ["MiB", "0.0001 GB", undefined],
      ["CPU units", "1 vCPU", "1024"],
      ["CPU units", "0.25 vCPU", "256"],
      ["CPU units", "2 cores", "2048"],
      ["days", "30 days", "30"],
      ["days", "2 weeks", "14"],
      ["days", "1 year", "365"],
      ["hours", "2 days", "48"],
      ["minutes", "2h", "120"],
      ["seconds", "2 min", "120"],
      ["percent", "80%", "80"],
      [undefined, "+5", "5"],
      [undefined, "5 days", undefined],
      [undefined, "five", undefined],
      [undefined, "", undefined],
      [undefined, "1e3", undefined],
      [undefined, "1,23", undefined],
    ];
    for (const [unit, text, expected] of cases) {
      expect(meant(number(unit), text), `${text} in ${unit}`).to.equal(expected);
    }
  });

  it("of a number is nothing that isn't allowed", () => {
    expect(meant(integer({ description, min: 512, max: 1024, unit: "MiB" }), "2 GB")).to.equal(undefined);
    expect(meant(integer({ description, min: 1, max: 9 }), "2.5 ")).to.equal(undefined);
    expect(meant(decimal({ description, min: 1, max: 9 }), "2.5 ")).to.equal("2.5");
  });

  it("of a choice is the one that it begins, or that differs in a letter", () => {
    const size = choice(["small", "medium", "large"], { description });
    for (const [text, expected] of Object.entries({
      Medium: "medium",
      "LARGE ": "large",
      '"small"': "small",
      med: "medium",
      lage: "large",
      midium: "medium",
      xl: undefined,
      huge: undefined,
      "": undefined,
      "1": undefined,
    })) {
      expect(meant(size, text), text).to.equal(expected);
    }
  });

  it("of a choice of numbers follows the days", () => {
    const days = choice(["30", "60", "365"], { description, unit: "days" });
    expect(meant(days, "30 days")).to.equal("30");
    expect(meant(days, "1 year")).to.equal("365");
    expect(meant(days, "31")).to.equal(undefined);
    expect(meant(days, "3")).to.equal(undefined);
  });

  it("of a choice of numbers follows another unit, or none", () => {
    expect(meant(choice(["1", "30", "60"], { description, unit: "seconds" }), "60s")).to.equal("60");
    expect(meant(choice(["1", "30", "60"], { description, unit: "seconds" }), "1 min")).to.equal("60");
    expect(meant(choice(["1", "30", "60"], { description, unit: "seconds" }), "30 days")).to.equal(undefined);
    expect(meant(choice(["0", "3", "5"], { description }), "3 days")).to.equal(undefined);
  });

  it("of years that logs are kept is what CloudWatch has, leap days included", () => {
    const retention = choice(logRetentions, { description, unit: "days" });
    const years = {
      "2 years": "731",
      "3y": "1096",
      "5y": "1827",
      "6y": "2192",
      "7y": "2557",
      "8y": "2922",
      "9y": "3288",
    };
    for (const [text, expected] of Object.entries({ ...years, "10 years": "3653", "2555": "2557", "4y": undefined })) {
      expect(meant(retention, text), text).to.equal(expected);
    }
    for (const each of Object.values(years)) {
      expect(retention.parse(each)).to.deep.equal({ value: each });
    }
  });

  it("is never the opposite, however near that is spelled", () => {
    expect(nearest("internal", ["external"])).to.equal(undefined);
    expect(nearest("max", ["min"])).to.equal(undefined);
    expect(nearest("ec2", ["ecr", "ecs", "elasticache"])).to.equal(undefined);
    expect(nearest("sqs", ["sns"])).to.equal(undefined);
    expect(nearest("logss", ["logs"])).to.equal("logs");
    expect(meant(choice(["on", "off"], { description }), "of")).to.equal(undefined);
    expect(meant(choice(["enabled", "disabled"], { description }), "able")).to.equal(undefined);
    expect(nearest("apiMnTasks", ["apiMinTasks", "apiMaxTasks"])).to.equal("apiMinTasks");
    expect(nearest("apiMTasks", ["apiMinTasks", "apiMaxTasks"])).to.equal(undefined);
  });
});
