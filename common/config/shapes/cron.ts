import type { Shape } from "./shape";

/** A field of a cron expression: how it is called, its numbers, and its names, of which the first has the least number. */
interface Field {
  name: string;
  min: number;
  max: number;
  names?: readonly string[];
  /** Words for days that have no number. Each is alone in its field. */
  special?: RegExp;
}

const months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"] as const;
const weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"] as const;
const fields: readonly Field[] = [
  { name: "minute", min: 0, max: 59 },
  { name: "hour", min: 0, max: 23 },
  { name: "day of the month", min: 1, max: 31, special: /^(L|LW|(\d+)W)$/ },
  { name: "month", min: 1, max: 12, names: months },
  { name: "day of the week", min: 1, max: 7, names: weekdays, special: /^(L|(\w+)(L|#[1-5]))$/ },
  { name: "year", min: 1970, max: 2199 },
];
const [dayOfMonth, dayOfWeek] = [2, 4] as const;

/**
 * When something happens, as EventBridge and AWS Backup write it
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html).
 */
export const cronExpression: Shape = {
  allowed:
    "a cron expression of six fields (minute, hour, day of the month, month, day of the week, year), such as cron(0 5 * * ? *)",
  fault: (text) => {
    const because = cronFlaw(text);
    const meant = meantCron(text);
    return because === undefined
      ? undefined
      : { because, meant: meant !== undefined && cronFlaw(meant) === undefined ? meant : undefined };
  },
};

function cronFlaw(text: string): string | undefined {
  if (/^\s*rate\(/.test(text)) {
    return "is a rate; AWS Backup takes cron expressions only";
  }
  const [, inner] = /^cron\((.*)\)$/.exec(text) ?? [];
  if (inner === undefined) {
    return "isn't written as cron(…)";
  }
  const parts = inner.split(" ");
  if (parts.length !== fields.length || parts.includes("")) {
    return `has ${wordsOf(inner).length} fields${parts.includes("") ? " and spaces that don't separate any" : ""}`;
  }
  const flaws = fields.flatMap((field, index) => fieldFlaw(field, parts[index] ?? "") ?? []);
  return flaws.length > 0 ? flaws.join(", and ") : daysFlaw(parts[dayOfMonth], parts[dayOfWeek]);
}

/** AWS takes days of the month or of the week, and wants to see which. */
function daysFlaw(ofMonth?: string, ofWeek?: string): string | undefined {
  if (ofMonth === "?" && ofWeek === "?") {
    return "has ? for both days; one of them must say which";
  }
  return ofMonth === "?" || ofWeek === "?"
    ? undefined
    : "has both a day of the month and a day of the week; one of them must be ?";
}

function fieldFlaw(field: Field, text: string): string | undefined {
  if (text === "?" && field.special !== undefined) {
    return undefined;
  }
  const items = text.split(",");
  const wrong = items.find((item) => !itemFits(field, item) && !(items.length === 1 && isSpecial(field, item)));
  const { name, min, max, names } = field;
  const range = `${min} to ${max}${names ? ` or ${names[0]} to ${names[names.length - 1]}` : ""}`;
  return wrong === undefined ? undefined : `has "${wrong}" for the ${name}, which goes from ${range}`;
}

/** `*`, `5`, `MON-FRI`, `0/15`; a range such as `FRI-MON` wraps around. Days of the week have no steps. */
function itemFits(field: Field, item: string): boolean {
  const [, first, last, step] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(item) ?? [];
  const isStep = step === undefined || (field.names !== weekdays && Number(step) >= 1 && Number(step) <= field.max);
  return (
    isStep && (first === "*" ? last === undefined : isOf(field, first) && (last === undefined || isOf(field, last)))
  );
}

function isSpecial(field: Field, item: string): boolean {
  const match = field.special?.exec(item);
  return match ? match[2] === undefined || isOf(field, match[2]) : false;
}

function isOf({ min, max, names }: Field, value: string | undefined): boolean {
  return (
    value !== undefined &&
    (names?.includes(value) || (/^\d+$/.test(value) && min <= Number(value) && Number(value) <= max))
  );
}

function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}

/** The expression as its writer may have meant it: of five fields as Unix has them, without `cron(…)`, in lower case, both days `*`. */
function meantCron(text: string): string | undefined {
  const words = wordsOf(
    text
      .replace(/^[\s"']+|[\s"']+$/g, "")
      .replace(/^cron\((.*)\)$/i, "$1")
      .toUpperCase(),
  );
  const isUnix = !words.includes("?");
  const [minute, hour, ofMonth, month, ofWeek, year] =
    words.length === fields.length - 1
      ? [...words.map((word, index) => (isUnix && index === dayOfWeek ? unixWeekdays(word) : word)), "*"]
      : words;
  const anyDay = (day?: string): boolean => day === "*" || day === "?";
  const days = anyDay(ofWeek) ? [anyDay(ofMonth) ? "*" : ofMonth, "?"] : [anyDay(ofMonth) ? "?" : ofMonth, ofWeek];
  return words.length > fields.length ? undefined : `cron(${[minute, hour, days[0], month, days[1], year].join(" ")})`;
}

/** Unix counts the days of the week from 0, which is Sunday, as is 7. */
function unixWeekdays(text: string): string {
  return text.replace(/(?<![/\w])[0-7]\b/g, (digit) => weekdays[Number(digit) % 7] ?? digit);
}
