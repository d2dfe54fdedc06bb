import { command, requireEnv, requireFlag } from "../command";
import { enter } from "../environment";
import { mentionInterrupted } from "../recovery/interrupted";
import { statusMark, type StatusRow } from "../report";
import { readStacks } from "../stacks";
import { stacked, table, terminalWidth } from "../table";

/** `make status`: what runs where, with which image. */
command({ env: { type: "string" }, json: { type: "string" } }, async (args) => {
  const json = requireFlag("JSON", args.json);
  const environment = await enter(requireEnv(args.env));
  const [stacks, { status }] = await Promise.all([readStacks(environment), import("../status")]);
  mentionInterrupted(environment, stacks);
  const rows = await status(stacks, environment.name);
  console.log(json ? JSON.stringify(rows, undefined, 2) : describeStatus(environment.name, rows));
  return 0;
});

function tableOrStack(width: number, rows: StatusRow[]): string {
  const columns = rows.map((row) => [statusMark(row), row.what, row.where, row.version, row.state]);
  const wide = table(["", "WHAT", "WHERE", "VERSION", "STATE"], columns);
  const isTooWide = wide.split("\n").some((line) => line.length > width);
  return isTooWide
    ? stacked(
        rows.map((row) => [statusMark(row), row.what, row.state, row.where, row.version]),
        width,
      )
    : wide;
}

function describeStatus(env: string, rows: StatusRow[]): string {
  const text = tableOrStack(terminalWidth(), rows);
  const isUnhealthy = rows.some(({ healthy }) => healthy === false);
  return isUnhealthy ? `${text}\n\nNot all is healthy. What to do: make verify ENV=${env}` : text;
}
