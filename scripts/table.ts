/**
 * Rows of texts under their headings, each column as wide as its widest text.
 *
 * @param width that of the terminal: where the table is wider, the widest columns wrap their texts. Nothing is cut off.
 */
export function table(headings: string[], rows: string[][], width = Infinity): string {
  const all = [headings, ...rows];
  const widths = fitted(
    headings.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))),
    width - gap.length * (headings.length - 1),
  );
  return all.flatMap((row) => linesOf(row, widths)).join("\n");
}

/**
 * Rows of texts for a terminal that is too narrow for a table of them: under the first two texts of each its others, whole, so that they
 * can be copied.
 */
export function stacked(rows: string[][], width: number): string {
  const labelled = rows.map(([mark = "", label = "", ...texts]) => {
    return { label: `${mark.padEnd(1)} ${label}`, texts: texts.filter((text) => text !== "") };
  });
  const labels = Math.max(...labelled.map(({ label }) => label.length), 0);
  return labelled
    .flatMap(({ label, texts: [first = "", ...rest] }) => {
      const together = `    ${rest.join(gap)}`;
      const under = together.length <= width ? [together] : rest.map((text) => `    ${text}`);
      return [`${label.padEnd(labels)}${gap}${first}`, ...(rest.length > 0 ? under : [])];
    })
    .flatMap((line) => wrapped(line.trimEnd(), width))
    .join("\n");
}

/** The columns of the terminal; without one, as in a pipe, lines are as long as they are. */
export function terminalWidth(): number {
  return process.stdout.columns || Infinity;
}

const gap = "  ";

/** Widths with this sum at most, taken from the widest. */
function fitted(widths: number[], sum: number): number[] {
  const widest = Math.max(...widths);
  const excess = widths.reduce((total, each) => total + each, 0) - sum;
  if (excess <= 0 || widest <= 1) {
    return widths;
  }
  const column = widths.indexOf(widest);
  const next = Math.max(...widths.filter((_, index) => index !== column), 1);
  const narrower = Math.max(widest - excess, Math.min(next, widest - 1), 1);
  return fitted(
    widths.map((each, index) => (index === column ? narrower : each)),
    sum,
  );
}

/** A row in as many lines as its longest text needs. */
function linesOf(row: string[], widths: number[]): string[] {
  const cells = row.map((text, column) => wrapped(text, widths[column] ?? 0));
  const height = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, index) =>
    cells
      .map((lines, column) => (lines[index] ?? "").padEnd(widths[column] ?? 0))
      .join(gap)
      .trimEnd(),
  );
}

/** A text in lines of a width, broken at spaces where there are some. */
function wrapped(text: string, width: number): string[] {
  if (text.length <= width) {
    return [text];
  }
  const begin = text.length - text.trimStart().length;
  const space = text.lastIndexOf(" ", width);
  const end = space > begin ? space : width;
  return [text.slice(0, end), ...wrapped(text.slice(end).trimStart(), width)];
}

/** The outputs of layers, one row for each plain value. */
export function outputsTable(layers: readonly (readonly [layer: string, outputs: Record<string, unknown>])[]): string {
  const rows = layers.flatMap(([layer, outputs]) => {
    const values = Object.entries(outputs).flatMap(([key, value]) => flatten(key, value));
    return (values.length > 0 ? values : [["(not deployed)", ""]]).map((row) => [layer, ...row]);
  });
  return table(["LAYER", "OUTPUT", "VALUE"], rows);
}

/** `a.b: value` for each value in the depth of an object; lists of plain values stay together. */
function flatten(key: string, value: unknown): string[][] {
  if (typeof value !== "object" || value === null) {
    return [[key, oneLine(String(value))]];
  }
  if (Array.isArray(value) && value.every((item) => typeof item !== "object")) {
    return [[key, value.join(", ")]];
  }
  return Object.entries(value).flatMap(([inner, item]) => flatten(`${key}.${inner}`, item));
}

/** Certificates and the like, which are of many lines. */
function oneLine(text: string): string {
  const [first = "", ...more] = text.trim().split("\n");
  return more.length > 0 ? `${first} … (${more.length + 1} lines)` : first;
}
