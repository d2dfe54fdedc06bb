import { stacked, table } from "../table";
import { type Cost, type Row, sum } from "./cost";

/** The cost of an installation as a table: what runs, by its resources, and what it holds and does, by assumption. */
export function describe(of: string, { region, rows, usdPerMonth, unknown }: Cost, width: number): string {
  const made = rows.filter(({ isAssumed }) => !isAssumed);
  const assumed = rows.filter(({ isAssumed }) => isAssumed);
  const cells = [
    ...made.map((row) => cellsOf(row, region)),
    ["what runs", "", "", "", dollars(sum(made))],
    ...assumed.map((row) => cellsOf(row, region)),
    ["what it holds and does, assumed", "", "", "", dollars(sum(assumed))],
    ["together", "", "", "", dollars(usdPerMonth)],
  ];
  return [
    `${of}, in ${region}: about ${usdPerMonth.toFixed(0)} USD a month`,
    table(["what", "how many", "of", "USD for one", "USD a month"], aligned(cells), width),
    ...(unknown.length > 0 ? [`Not known to this command, so perhaps missing: ${unknown.join(", ")}`] : []),
  ].join("\n");
}

/** When the prices were found, whose they are, and what isn't in them. */
export function notes(costs: Cost[], width: number): string {
  const rows = costs.flatMap((cost) => cost.rows);
  const regions = [...new Set(costs.map(({ region }) => region))];
  const others = [...new Set(rows.map(({ region }) => region))].filter((region) => !regions.includes(region));
  const missing = [...new Set(costs.flatMap(({ notCounted }) => notCounted))];
  return [
    `List prices of ${span(rows)}: scripts/runbooks/facts.md has the source of each, where it is known, and AWS's page of today.`,
    ...others.map((region) => `* the price of ${region}: none was found for ${regions.join(", ")}.`),
    "Not counted:",
    ...missing.map((each) => stacked([["-", each]], width)),
  ].join("\n");
}

export function dollars(usd: number): string {
  return usd.toFixed(2);
}

/** A number without what computing adds to it. */
export function plainNumber(value: number): string {
  return String(Number(value.toFixed(6)));
}

/** From the oldest date of a price to the newest. */
export function span(rows: readonly { date: string }[]): string {
  const dates = rows.map(({ date }) => date).sort();
  return [...new Set([dates[0], dates.at(-1)])].join(" to ");
}

function cellsOf(row: Row, region: string): string[] {
  const price = `${plainNumber(row.usd)}${row.isHourly ? " an hour" : ""}${row.region === region ? "" : " *"}`;
  return [row.what, plainNumber(row.count), row.unit, price, dollars(row.usdPerMonth)];
}

/** Rows whose last texts end below each other. */
function aligned(rows: string[][]): string[][] {
  const width = Math.max(...rows.map((row) => row.at(-1)?.length ?? 0));
  return rows.map((row) => [...row.slice(0, -1), (row.at(-1) ?? "").padStart(width)]);
}
