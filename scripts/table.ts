/** Rows of texts under their headings, each column as wide as its widest text. */
export function table(headings: string[], rows: string[][]): string {
  const all = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]): string => row.map((text, column) => text.padEnd(widths[column] ?? 0)).join("  ");
  return all.map((row) => line(row).trimEnd()).join("\n");
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
