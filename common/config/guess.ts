/** Guesses what the user meant by a value that isn't allowed: never a default, never the opposite. */

/** Units that users write behind numbers, by the unit of the setting: how many of it each is. */
const units = {
  MiB: { m: 1, mb: 1, mib: 1, g: 1024, gb: 1024, gib: 1024 },
  GB: { g: 1, gb: 1, gib: 1, t: 1000, tb: 1000, tib: 1024 },
  "CPU units": { vcpu: 1024, vcpus: 1024, cpu: 1024, core: 1024, cores: 1024 },
  days: { d: 1, day: 1, days: 1, w: 7, week: 7, weeks: 7, y: 365, year: 365, years: 365 },
  hours: { h: 1, hour: 1, hours: 1, d: 24, day: 24, days: 24 },
  minutes: { m: 1, min: 1, minute: 1, minutes: 1, h: 60, hour: 60, hours: 60 },
  seconds: { s: 1, sec: 1, second: 1, seconds: 1, m: 60, min: 60, minute: 60, minutes: 60, h: 3600, hour: 3600 },
  percent: { "%": 1, percent: 1 },
} satisfies Record<string, Record<string, number>>;
export type Unit = keyof typeof units;

/** The number that a text means, such as 2048 by `2 GB` or `2,048` in MiB. A comma that may be a decimal point means nothing. */
export function meantNumber(text: string, unit?: Unit): number | undefined {
  const [, digits = "", word = ""] =
    /^["'\s]*\+?(-?(?:\d+|\d{1,3}(?:[,_ ]\d{3})+)(?:\.\d+)?)\s*([a-z%]*)["'\s]*$/i.exec(text) ?? [];
  const table: Record<string, number> = unit ? units[unit] : {};
  const factor = word === "" ? 1 : table[word.toLowerCase()];
  return digits === "" || factor === undefined ? undefined : Number(digits.replace(/[,_ ]/g, "")) * factor;
}

/** Whether a text means yes or no. */
export function meantFlag(text: string): boolean | undefined {
  const word = text.replace(/["'\s]/g, "");
  if (/^(true|t|yes|y|on|1|enabled?)$/i.test(word)) {
    return true;
  }
  if (/^(false|f|no|n|off|0|disabled?)$/i.test(word)) {
    return false;
  }
  const near = nearest(word, ["true", "false"]);
  return near === undefined ? undefined : near === "true";
}

/** The one of the choices that a text means. @param unit of choices that are numbers. */
export function meantChoice(text: string, choices: readonly string[], unit?: Unit): string | undefined {
  const word = text.replace(/^["'\s]+|["'\s]+$/g, "").toLowerCase();
  const same = choices.find((each) => each.toLowerCase() === word);
  if (same !== undefined || choices.every((each) => /^\d+$/.test(each))) {
    return same ?? meantNumberOf(text, choices, unit);
  }
  const begun = choices.filter((each) => each.toLowerCase().startsWith(word) && word.length > 2);
  return begun.length === 1 ? begun[0] : nearest(word, choices);
}

/** The number that a text means; years of AWS have their leap days, so that 7 years are 2557 days. */
function meantNumberOf(text: string, choices: readonly string[], unit?: Unit): string | undefined {
  const number = meantNumber(text, unit);
  const far = (each: string): number => Math.abs(Number(each) - (number ?? NaN));
  return choices.find((each) => far(each) === 0) ?? choices.find((each) => far(each) < Number(each) / 500);
}

/** The choice that differs from a text in few letters; undefined where none does, or two differ alike. */
export function nearest(text: string, choices: readonly string[]): string | undefined {
  // Two letters make the opposite of many a short word: internal, external. One makes another of three: ec2, ecs.
  const limit = (each: string): number =>
    Math.max(text.length, each.length) < 4 ? 0 : Math.max(1, Math.floor(text.length / 5));
  const [first, second] = choices
    .filter((each) => Math.abs(each.length - text.length) <= limit(each))
    .map((each) => ({ each, far: distance(text, each) }))
    .filter(({ far, each }) => far <= limit(each) && far < each.length)
    .sort((a, b) => a.far - b.far);
  return first !== undefined && first.far !== second?.far ? first.each : undefined;
}

/** Edit distance, case aside; two neighbours that changed places are one edit (optimal string alignment). */
function distance(text: string, other: string): number {
  const [a, b] = [text.toLowerCase(), other.toLowerCase()];
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      const swap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? Infinity) : Infinity;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + change, swap + 1));
    }
    [before, row] = [row, next];
  }
  return row[b.length] ?? 0;
}
