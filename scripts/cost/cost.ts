import { type Inputs, type Resource, Resources, type Type } from "../controls/resources";
import { grouped } from "../grouped";
import { billed, type Line, together } from "./billed";
import { fallbackRegion, hoursPerMonth } from "./prices";
import { alsoNotCounted, isFree, notCounted } from "./unbilled";

/** A row of the table. */
export interface Row {
  what: string;
  count: number;
  /** Of what they are so many, such as `vCPU`. */
  unit: string;
  /** Price of one, for an hour or for the month. */
  usd: number;
  isHourly: boolean;
  usdPerMonth: number;
  /** An assumption says how many. */
  isAssumed: boolean;
  /** Whose price it is. */
  region: string;
  date: string;
}

/** What an installation costs in a month. */
export interface Cost {
  region: string;
  rows: Row[];
  usdPerMonth: number;
  notCounted: string[];
  /** Types of resources that this command doesn't know: nobody has said whether AWS bills them. */
  unknown: string[];
}

/** What these resources cost in a month, at the prices of a region. */
export function costOf(resources: readonly Resource[], region: string): Cost {
  const all = new Resources(resources);
  const types = [...new Set(resources.map(({ type }) => type))];
  const lines = [
    ...(Object.keys(billed) as Type[]).flatMap((type) => linesOf(type, all)),
    ...(Object.keys(together) as Type[]).flatMap((type) =>
      types.includes(type) ? (together[type] ?? []).map((line) => ({ ...line, isAssumed: true })) : [],
    ),
  ];
  const rows = merged(lines.flatMap((line) => rowOf(line, region) ?? []));
  const unpriced = lines.flatMap(({ what, price, type }) =>
    price === undefined ? [`${what} of the type ${type}: no price was found`] : [],
  );
  const unbilled: Partial<Record<string, string>> = notCounted;
  return {
    region,
    rows: [...rows.filter(({ isAssumed }) => !isAssumed), ...rows.filter(({ isAssumed }) => isAssumed)],
    usdPerMonth: sum(rows),
    notCounted: [...new Set([...unpriced, ...types.flatMap((type) => unbilled[type] ?? []), ...alsoNotCounted])],
    unknown: types.filter((type) => !isKnown(type)),
  };
}

/** Whether somebody has said if AWS bills this type of resource. */
export function isKnown(type: string): boolean {
  return type in billed || type in together || type in notCounted || isFree(type);
}

/** Of all rows, in USD a month. */
export function sum(rows: readonly Row[]): number {
  return rows.reduce((total, { usdPerMonth }) => total + usdPerMonth, 0);
}

/**
 * The region of an installation, by the first provider of its stacks: that of the infrastructure layer.
 *
 * @throws Error where none has a region: another region's prices would look like its own.
 */
export function regionOf(resources: readonly Resource[]): string {
  const [provider] = new Resources(resources).ofType("pulumi:providers:aws");
  if (provider?.inputs.region === undefined) {
    throw new Error(
      "The state doesn't say which region the installation is in: no AWS provider with a region is in it.",
    );
  }
  return provider.inputs.region;
}

function linesOf<T extends Type>(type: T, all: Resources): Line[] {
  const bill: ((inputs: Inputs<T>, all: Resources) => Line[]) | undefined = billed[type];
  return bill === undefined ? [] : all.ofType(type).flatMap(({ inputs }) => bill(inputs, all));
}

function rowOf({ what, count, price, factor = 1, isAssumed = false }: Line, region: string): Row | undefined {
  if (price === undefined) {
    return undefined;
  }
  const [from, quote] = Object.entries(price.quotes).find(([each]) => each === region) ?? fallback(price.quotes);
  const { unit, isHourly } = price;
  const usd = quote.usd * factor;
  const usdPerMonth = count * usd * (isHourly ? hoursPerMonth : 1);
  return { what, count, unit, usd, isHourly, usdPerMonth, isAssumed, region: from, date: quote.date };
}

function fallback<Q>(quotes: Record<string, Q>): [region: string, quote: Q] {
  const quote = quotes[fallbackRegion];
  if (quote === undefined) {
    throw new Error(`A price of prices.ts has none in ${fallbackRegion}.`);
  }
  return [fallbackRegion, quote];
}

/** Rows of the same thing as one. */
function merged(rows: Row[]): Row[] {
  return grouped(rows, ({ what, unit, usd }) => [what, unit, usd]).flatMap(([, same]) => {
    const [first] = same;
    const count = same.reduce((total, row) => total + row.count, 0);
    return first === undefined ? [] : [{ ...first, count, usdPerMonth: sum(same) }];
  });
}
