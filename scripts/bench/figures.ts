import { type PerGroup, type Times, total } from "./measure";
import { groups } from "./processes";

/** What was measured of one step: times in each run, memory in a run of its own. */
export interface Figures {
  times: Times[];
  memoryMiB: PerGroup;
}

/** By the names of the steps, in their order. */
export type Steps = Record<string, Figures>;

export interface Report {
  date: string;
  machine: string;
  runs: number;
  /** By the command that ran the programs. */
  engines: Record<string, Steps>;
}

/** The step that the others are compared with. */
export const floor = "`pulumi preview` of an empty program";

const columns: [heading: string, digits: number, value: (figures: Figures, steps: Steps) => number][] = [
  ["seconds", 1, seconds],
  ["× empty", 1, (figures, steps) => seconds(figures) / (steps[floor] ? seconds(steps[floor]) : NaN)],
  ["CPU seconds", 1, ({ times }) => median(times.map(({ cpuSeconds }) => total(cpuSeconds)))],
  ["program's", 2, ({ times }) => median(times.map(({ cpuSeconds }) => cpuSeconds.program))],
  ["MiB", 0, ({ memoryMiB }) => total(memoryMiB)],
];

/** One table for each engine; with an earlier report, each figure is `then → now`. */
export function summary(report: Report, before?: Report): string {
  return Object.entries(report.engines)
    .map(([engine, steps]) => {
      const earlier = before?.engines[engine];
      const rows = Object.entries(steps).map(([name, figures]) => {
        const then = earlier?.[name];
        const cells = columns.map(([, digits, value]) => {
          const now = value(figures, steps).toFixed(digits);
          return earlier && then ? `${value(then, earlier).toFixed(digits)} → ${now}` : now;
        });
        return [name, ...cells];
      });
      return markdown([engine, ...columns.map(([heading]) => heading)], rows);
    })
    .join("\n\n");
}

/** What each group of processes takes of it: CPU seconds and MiB. */
export function details(steps: Steps): string {
  const rows = Object.entries(steps).map(([name, { times, memoryMiB }]) => {
    const cells = groups.map((group) => {
      const cpu = median(times.map(({ cpuSeconds }) => cpuSeconds[group]));
      return `${cpu.toFixed(2)} s, ${memoryMiB[group].toFixed(0)}`;
    });
    return [name, ...cells];
  });
  return markdown(["", ...groups], rows);
}

function seconds({ times }: Figures): number {
  return median(times.map((each) => each.seconds));
}

/** The middle one, or halfway between the two in the middle. */
export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [lower, upper] = [sorted[Math.ceil(values.length / 2) - 1], sorted[Math.floor(values.length / 2)]];
  return ((lower ?? NaN) + (upper ?? NaN)) / 2;
}

/** A table as prettier formats it: the first column to the left, figures to the right. */
function markdown(headings: string[], rows: string[][]): string {
  const all = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(4, ...all.map((row) => row[column]?.length ?? 0)));
  const line = (cells: string[]): string => `| ${cells.join(" | ")} |`;
  const padded = all.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))),
  );
  const rule = widths.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  const [heading = [], ...body] = padded;
  return [heading, rule, ...body].map(line).join("\n");
}
