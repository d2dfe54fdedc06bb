import { expect } from "chai";
import { lastRun, longestIntervalDays, runsInHour } from "../../backup/schedule";

describe("A backup schedule", () => {
  for (const [schedule, days] of [
    ["0 5 ? * * *", 1],
    ["0 */6 * * ? *", 1],
    ["0 5 1/1 * ? *", 1],
    ["0 5 */2 * ? *", 2],
    ["0 5 2-30/2 * ? *", 3],
    ["0 5 1,15 * ? *", 17],
    ["0 5 1-28 * ? *", 4],
    ["0 5 1 * ? *", 31],
    ["0 5 31 * ? *", 61],
    ["0 5 L * ? *", 31],
    ["0 5 LW * ? *", 33],
    ["0 5 1W * ? *", 33],
    ["0 5 1 1,7 ? *", 184],
    ["0 5 1 */3 ? *", 92],
    ["0 5 1 JAN ? *", 366],
    ["0 5 29 FEB ? *", 1461],
    ["0 5 ? * MON-FRI *", 3],
    ["0 5 ? * 2-6 *", 3],
    ["0 5 ? * FRI-MON *", 4],
    ["0 5 ? * TUE,SAT *", 4],
    ["0 5 ? * L *", 7],
    ["0 5 ? * 6L *", 35],
    ["0 5 ? * 2#1 *", 35],
    ["0 5 ? 1-6 SUN *", 196],
    ["0 5 1 1 ? 2030/2", 731],
    ["0 5 1 1 ? 2030", Infinity],
  ] as const) {
    it(`of ${schedule} runs at least every ${days} days`, () => {
      expect(longestIntervalDays(`cron(${schedule})`)).to.equal(days);
    });
  }

  for (const [minutes, runs] of [
    ["0", 1],
    ["5", 1],
    ["*", 60],
    ["0/5", 12],
    ["*/15", 4],
    ["0,30", 2],
    ["10-20/5", 3],
    ["0/60", 1],
  ] as const) {
    it(`at the minutes ${minutes} runs ${runs} times in an hour`, () => {
      expect(runsInHour(`cron(${minutes} 5 * * ? *)`)).to.equal(runs);
    });
  }

  it("runs for the last time when its years are over, and goes on where they never are", () => {
    expect(lastRun("cron(0 5 1 1 ? 2030)")).to.equal(Date.UTC(2030, 0, 1));
    expect(lastRun("cron(0 5 ? * MON 2024-2026)")).to.equal(Date.UTC(2026, 11, 28));
    expect(lastRun("cron(0 5 29 FEB ? *)")).to.equal(Date.UTC(2096, 1, 29));
    expect(lastRun("cron(0 5 30 FEB ? *)")).to.equal(undefined);
  });

  it("names the part that can't be read", () => {
    expect(() => longestIntervalDays("cron(0 5 ? * MOO *)")).to.throw(RangeError, '"MOO" is no weekday from 1 to 7');
    expect(() => longestIntervalDays("cron(0 5 0 * ? *)")).to.throw(RangeError, '"0" is no day from 1 to 31');
    expect(() => longestIntervalDays("cron(0 5 ? * 2#6 *)")).to.throw(RangeError, '"2#6"');
  });
});
