import { type Layer, type Settings, sizes } from "@selfhosted/common";
import { engines } from "../../package.json";
import { type Cost, type Row, sum } from "../cost/cost";
import { databaseClass, hoursPerMonth, type Price, prices, searchType } from "../cost/prices";
import { dollars, plainNumber, span } from "../cost/show";
import { dependencies } from "../package.json";
import { markdownTable, withMarked } from "./marked";
import type { Groups } from "./settings-page";

type BySize<T> = Record<(typeof sizes)[number], T>;

/** Where the facts are, with what `make docs` writes into them. */
export const factsFile = "scripts/runbooks/facts.md";

/** The page of facts with what follows from code: what each size sets and costs, by which prices, and the versions. */
export function withFacts(text: string, groups: Record<Layer, Groups>, costs: BySize<Cost>): string {
  const written = {
    sizes: sizeTable(groups),
    cost: costTable(costs),
    prices: priceTable(costs, groups),
    versions: versionTable(),
  };
  return Object.entries(written).reduce((page, [name, content]) => withMarked(factsFile, page, name, content), text);
}

function settingsIn(groups: Groups): Settings {
  return Object.assign({}, ...Object.values(groups)) as Settings;
}

/** Each setting that the size decides, with its value. */
function sizeTable(groups: Record<Layer, Groups>): string {
  const rows = Object.entries(groups).flatMap(([layer, own]) =>
    Object.entries(settingsIn(own)).flatMap(([key, { bySize }]) => {
      const link = `[\`${key}\`](../../${layer}/SETTINGS.md#${key.toLowerCase()})`;
      return bySize === undefined ? [] : [[link, ...sizes.map((size) => String(bySize[size]))]];
    }),
  );
  return markdownTable(["setting", ...sizes], rows);
}

/** What each size costs, row by row: how many, and USD a month. */
function costTable(costs: BySize<Cost>): string {
  const all = sizes.map((size) => costs[size]);
  const part = (name: string, isAssumed: boolean): string[][] => {
    const rows = all.map((cost) => cost.rows.filter((row) => row.isAssumed === isAssumed));
    const things = [...new Set(rows.flat().map(({ what }) => what))];
    return [
      ...things.map((thing) => costRow(thing, rows)),
      [bold(name), "", ...rows.map((own) => bold(dollars(sum(own))))],
    ];
  };
  const missing = [...new Set(all.flatMap(({ notCounted }) => notCounted))];
  const rows = all.flatMap((cost) => cost.rows);
  return [
    `USD a month in ${all[0]?.region}, by list prices of ${span(rows)}, with ${hoursPerMonth} hours to the month: how many, and what they cost.`,
    markdownTable(
      ["what", "of", ...sizes],
      [
        ...part("what runs", false),
        ...part("what it holds and does, assumed", true),
        [bold("together"), "", ...all.map(({ usdPerMonth }) => bold(dollars(usdPerMonth)))],
      ],
    ),
    `Not counted:\n\n${missing.map((each) => `- ${each}`).join("\n")}`,
  ].join("\n\n");
}

/** One thing in all sizes. Where the sizes differ in what it is of, each number says so. */
function costRow(thing: string, sizes: Row[][]): string[] {
  const rows = sizes.map((own) => own.filter(({ what }) => what === thing));
  const units = new Set(rows.flat().map(({ unit }) => unit));
  const [unit = ""] = units.size === 1 ? units : [];
  const cell = (row: Row): string => {
    return `${plainNumber(row.count)}${unit === "" ? ` ${row.unit}` : ""}: ${dollars(row.usdPerMonth)}`;
  };
  return [thing, unit, ...rows.map((own) => own.map(cell).join(", "))];
}

/** Each price with its source; of instances, those of the sizes alone. */
function priceTable(costs: BySize<Cost>, { infrastructure }: Record<Layer, Groups>): string {
  const units = new Set(sizes.flatMap((size) => costs[size].rows.map(({ unit }) => unit)));
  const instances = [...units].flatMap((unit) => databaseClass(unit) ?? []);
  const nodes = settingsIn(infrastructure).searchInstanceType?.bySize;
  const searchNodes = sizes.flatMap((size) => searchType(String(nodes?.[size])) ?? []);
  const rows = [...Object.values<Price>(prices), ...instances, ...searchNodes].flatMap(
    ({ unit, isHourly, page, quotes }) =>
      Object.entries(quotes).map(([region, { usd, date, source }]) => [
        `[${unit}](${page})`,
        region,
        `${plainNumber(usd)}${isHourly ? " an hour" : ""}`,
        date,
        source.url === undefined ? source.name : `[${source.name}](${source.url})`,
      ]),
  );
  return markdownTable(["one", "region", "USD", "date", "read in"], rows);
}

/** What runs the programs, as `package.json` has it. */
function versionTable(): string {
  return markdownTable(
    ["what", "which"],
    [
      ["Node.js", `${engines.node.replace(">=", "")} or newer`],
      [
        "Pulumi",
        `${dependencies["@pulumi/pulumi"].replace(/\.\d+$/, "")} or newer on PATH; \`make pulumi\` installs ${dependencies.pulumi}`,
      ],
    ],
  );
}

function bold(text: string): string {
  return `**${text}**`;
}
