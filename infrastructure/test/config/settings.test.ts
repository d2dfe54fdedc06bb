import { cronExpression } from "@selfhosted/common";
import { expect } from "chai";
import { longestIntervalDays } from "../../backup/schedule";
import { readConfig, settings } from "../../config";
import { foundWith } from "../layer";

/** As somebody types a value: the text of the configuration. */
const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

describe("Every setting", () => {
  const table = Object.entries(settings);

  it("takes its own defaults and examples", () => {
    for (const [key, setting] of table) {
      const { default: value, bySize = {}, example } = setting;
      for (const each of [value, ...Object.values(bySize), example].filter((one) => one !== undefined)) {
        expect(setting.parse(textOf(each)), `${key} ${textOf(each)}`).to.have.property("value");
      }
    }
  });

  it("never has a default as its suggestion, nor one that it would refuse", () => {
    for (const raw of ["?", "-", " ", "x y", "no such thing", "99999999", "arn:aws:nothing"]) {
      const { problems } = readConfig(foundWith(Object.fromEntries(table.map(([key]) => [key, raw]))));
      for (const [key, setting] of table.filter(([, { kind }]) => kind !== "map")) {
        const { default: value, bySize = {} } = setting;
        const { fix = "" } = problems.find((problem) => problem.key === key) ?? {};
        const commands = [value, ...Object.values(bySize)].map((each) => `pulumi config set ${key} ${textOf(each)}`);
        expect(commands).to.not.include(fix.replace("for example: ", ""));
        const [, meant] = /^pulumi config set [\w:]+ (.*)$/.exec(fix) ?? [];
        expect(meant === undefined ? {} : setting.parse(meant), `${key} ${raw}`).to.not.have.property("fault");
      }
    }
  });

  it("that is bad is a problem at its own key, and at no other", () => {
    for (const [key] of table) {
      const keys = readConfig(foundWith({ [key]: "\u0000" })).problems.map((problem) => problem.key);
      expect([...new Set(keys)]).to.deep.equal([key]);
    }
  });
});

describe("A schedule that is taken", () => {
  const times = ["0", "59", "*/15", "0,30", "10-20/5", "0/05"];
  const daysOfMonth = ["1", "31", "L", "LW", "15W", "1,15", "*", "2-30/02", "FRI", "32", "0"];
  const daysOfWeek = ["MON", "MON-FRI", "FRI-MON", "L", "6L", "TUEL", "2#1", "SUN#5", "1,7", "8", "MON#6"];

  it("can be read for its longest interval", () => {
    const schedules = [
      ...times.map((time) => `cron(${time} 5 * * ? *)`),
      ...daysOfMonth.map((day) => `cron(0 5 ${day} */2 ? *)`),
      ...daysOfWeek.map((day) => `cron(0 5 ? JAN-MAR,7 ${day} 2024-2090/2)`),
    ];
    const taken = schedules.filter((each) => cronExpression.fault(each) === undefined);
    expect(taken).to.have.length.above(15);
    for (const each of taken) {
      expect(longestIntervalDays(each), each).to.be.above(0);
    }
  });
});
