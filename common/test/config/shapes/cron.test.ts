import { expect } from "chai";
import { cronExpression } from "../../../config";

const fault = (text: string): { because?: string; meant?: string } => cronExpression.fault(text) ?? {};

describe("a cron expression", () => {
  it("may be any that AWS documents", () => {
    for (const fields of [
      "0 5 * * ? *",
      "0 5 ? * * *",
      "15 * ? * * *",
      "0,30 8-17 ? * MON-FRI *",
      "0/15 0-12/3 1 1 ? 2030-2040/2",
      "0 18 1,15 JAN,7,DEC ? *",
      "0 9 L * ? *",
      "0 9 LW * ? *",
      "0 9 15W * ? *",
      "0 9 ? * L *",
      "0 9 ? * 6L *",
      "0 9 ? * FRI#2 *",
      "0 22-2 ? * FRI-MON 1970",
    ]) {
      expect(fault(`cron(${fields})`), fields).to.deep.equal({});
    }
  });

  const refusals: [text: string, because: string, meant?: string][] = [
    ["daily", "isn't written as cron(…)"],
    ["", "isn't written as cron(…)"],
    ["rate(1 day)", "is a rate; AWS Backup takes cron expressions only"],
    ["0 5 * * ? *", "isn't written as cron(…)", "cron(0 5 * * ? *)"],
    ["0 5 * * *", "isn't written as cron(…)", "cron(0 5 * * ? *)"],
    ["cron(0 5 * * *)", "has 5 fields", "cron(0 5 * * ? *)"],
    ["cron(30 1 * * 0)", "has 5 fields", "cron(30 1 ? * SUN *)"],
    ["cron(30 1 * * 1-5)", "has 5 fields", "cron(30 1 ? * MON-FRI *)"],
    ["cron(30 1 ? * 2)", "has 5 fields", "cron(30 1 ? * 2 *)"],
    ["cron(30 1 1 * 1)", "has 5 fields"],
    ["cron(0 0 5 * * ? *)", "has 7 fields"],
    ["cron(0  5 * * ? *)", "has 6 fields and spaces that don't separate any", "cron(0 5 * * ? *)"],
    [
      "cron(0 5 * * * *)",
      "has both a day of the month and a day of the week; one of them must be ?",
      "cron(0 5 * * ? *)",
    ],
    ["cron(0 5 ? * ? *)", "has ? for both days; one of them must say which", "cron(0 5 * * ? *)"],
    ["cron(0 5 * * MON *)", "has both a day", "cron(0 5 ? * MON *)"],
    ["cron(0 5 1 * MON *)", "has both a day"],
    ["cron(60 5 * * ? *)", 'has "60" for the minute, which goes from 0 to 59'],
    ["cron(*/60 * * * ? *)", 'has "*/60" for the minute, which goes from 0 to 59'],
    ["cron(0/0 5 * * ? *)", 'has "0/0" for the minute'],
    [
      "cron(0 24 32 * ? *)",
      'has "24" for the hour, which goes from 0 to 23, and has "32" for the day of the month, which goes from 1 to 31',
    ],
    ["cron(0 5 0 * ? *)", 'has "0" for the day of the month'],
    ["cron(0 5 32W * ? *)", 'has "32W" for the day of the month'],
    ["cron(0 5 1,L * ? *)", 'has "L" for the day of the month'],
    ["cron(0 5 * 13 ? *)", 'has "13" for the month, which goes from 1 to 12 or JAN to DEC'],
    ["cron(0 5 * JANUARY ? *)", 'has "JANUARY" for the month'],
    ["cron(0 5 ? * 0 *)", 'has "0" for the day of the week, which goes from 1 to 7 or SUN to SAT'],
    ["cron(0 5 ? * FRI#6 *)", 'has "FRI#6" for the day of the week'],
    ["cron(0 5 ? * 3#1,6#3 *)", 'has "3#1" for the day of the week'],
    ["cron(0 5 ? * 2/2 *)", 'has "2/2" for the day of the week'],
    ["cron(0 5 ? * mon-fri *)", 'has "mon-fri" for the day of the week', "cron(0 5 ? * MON-FRI *)"],
    ["cron(? 5 * * ? *)", 'has "?" for the minute'],
    ["cron(0 5 * * ? 1969)", 'has "1969" for the year, which goes from 1970 to 2199'],
    ["CRON(0 5 * * ? *)", "isn't written as cron(…)", "cron(0 5 * * ? *)"],
  ];
  for (const [text, because, meant] of refusals) {
    it(`is not ${JSON.stringify(text)}`, () => {
      expect(fault(text).because).to.satisfy((found = "") => String(found).startsWith(because), fault(text).because);
      expect(fault(text).meant).to.equal(meant);
    });
  }
});
