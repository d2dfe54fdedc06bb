/**
 * Minutes within which a backup has to begin and to end, as AWS has them by default: the first one of a bucket with many objects
 * takes days, and none begins in the database's maintenance window.
 */
export const backupWindows = { startWindow: 8 * 60, completionWindow: 7 * 24 * 60 };

const dayMs = 24 * 60 * 60 * 1000;
const end = Date.UTC(2100, 0, 1);
const units = {
  day: { min: 1, max: 31, names: [] },
  month: {
    min: 1,
    max: 12,
    names: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
  },
  weekday: { min: 1, max: 7, names: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"] },
  year: { min: 1970, max: 2199, names: [] },
};
type Day = Record<keyof typeof units | "daysInMonth", number>;
type Test = (day: Day) => boolean;

/**
 * The most days between two days on which a schedule runs, up to the year 2099; Infinity where it runs on one day at most.
 *
 * @param schedule AWS's cron expression: minute, hour, day of the month, month, day of the week, year.
 *   https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cron-expressions.html
 * @throws RangeError with the part that can't be read.
 */
export function longestIntervalDays(schedule: string): number {
  const runs = testOf(schedule);
  let [longest, last] = [0, NaN];
  calendar().forEach((day, index) => {
    if (runs(day)) {
      longest = Math.max(longest, index - last || 0);
      last = index;
    }
  });
  return longest || Infinity;
}

/** The last day on which a schedule runs, up to the year 2099; undefined where there is none from 1970 on. */
export function lastRun(schedule: string): number | undefined {
  const runs = testOf(schedule);
  for (let time = end - dayMs; time >= 0; time -= dayMs) {
    if (runs(dayAt(new Date(time)))) {
      return time;
    }
  }
  return undefined;
}

/** How many times a schedule runs within an hour in which it runs. */
export function runsInHour(schedule: string): number {
  const [minutes = ""] = schedule.replace(/^cron\(/, "").split(" ");
  const tests = minutes.split(",").map((part) => {
    const [, from = "*", to, step] = /^(\*|\d+)(?:-(\d+))?(?:\/(\d+))?$/.exec(part) ?? [];
    const first = from === "*" ? 0 : Number(from);
    const last = to === undefined && (from === "*" || step !== undefined) ? 59 : Number(to ?? from);
    const after = (minute: number): number => (minute - first + 60) % 60;
    return (minute: number) => after(minute) <= after(last) && after(minute) % Number(step ?? 1) === 0;
  });
  return Array.from({ length: 60 }, (_, minute) => minute).filter((minute) => tests.some((test) => test(minute)))
    .length;
}

function testOf(schedule: string): Test {
  const fields = schedule
    .replace(/^cron\(|\)$/g, "")
    .toUpperCase()
    .split(" ")
    .slice(2);
  const readers = [dayOfMonth, within("month"), dayOfWeek, within("year")];
  const tests = readers.map((read, index) => (fields[index] ?? "").split(",").map(read));
  return (day) => tests.every((parts) => parts.some((test) => test(day)));
}

/** Reads parts such as `*`, `5`, `MON-FRI`, `1/10` or `0-12/3`. A range such as `FRI-MON` goes on from the beginning. */
function within(unit: keyof typeof units): (part: string) => Test {
  const { min, max, names }: { min: number; max: number; names: string[] } = units[unit];
  const numberOf = (text: string): number => (names.includes(text) ? names.indexOf(text) + 1 : Number(text));
  return (part) => {
    const [, every, first = "?", last, step] = /^(?:([*?])|(\w+)(?:-(\w+))?)(?:\/0*([1-9]\d*))?$/.exec(part) ?? [];
    const from = every === undefined ? numberOf(first) : min;
    const to = last === undefined ? ((every ?? step) === undefined ? from : max) : numberOf(last);
    if (![from, to].every((number) => number >= min && number <= max)) {
      throw new RangeError(`"${part}" is no ${unit} from ${min} to ${max}`);
    }
    const after = (number: number): number => (number - from + max - min + 1) % (max - min + 1);
    const fits = Array.from({ length: max + 1 }, (_, n) => after(n) <= after(to) && after(n) % Number(step ?? 1) === 0);
    return (day) => fits[day[unit]] ?? false;
  };
}

/** `L` is the month's last day, `LW` its last weekday, `15W` the weekday nearest to the 15th in the same month. */
function dayOfMonth(part: string): Test {
  const [, number, weekday] = /^(L|\d+(?=W))(W?)$/.exec(part) ?? [];
  if (number === undefined) {
    return within("day")(part);
  }
  return ({ day, weekday: today, daysInMonth }) => {
    const wanted = number === "L" ? daysInMonth : Number(number);
    // 0 is Sunday, 6 is Saturday.
    const falls = (today - 1 + wanted - day + 35) % 7;
    const shift = { 0: wanted === daysInMonth ? -2 : 1, 6: wanted === 1 ? 2 : -1 }[weekday ? falls : 1] ?? 0;
    return wanted <= daysInMonth && day === wanted + shift;
  };
}

/** `L` is Saturday, `6L` the month's last Friday, `6#2` its second one. */
function dayOfWeek(part: string): Test {
  const [, name = part, last, which] = /^(\w+?)(?:(L)|#([1-5]))$/.exec(part) ?? [];
  const isThatDay = within("weekday")(name === "L" ? "SAT" : name);
  return (today) =>
    isThatDay(today) &&
    (last === undefined || today.day > today.daysInMonth - 7) &&
    (which === undefined || Math.ceil(today.day / 7) === Number(which));
}

let days: Day[] | undefined;

/** The days of the years 2024 to 2099: they take longer to find than to test. */
function calendar(): Day[] {
  const first = Date.UTC(2024, 0, 1);
  return (days ??= Array.from({ length: (end - first) / dayMs }, (_, index) => dayAt(new Date(first + index * dayMs))));
}

function dayAt(date: Date): Day {
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + 1];
  const daysInMonth = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return { year, month, day: date.getUTCDate(), weekday: date.getUTCDay() + 1, daysInMonth };
}
