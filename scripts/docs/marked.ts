/** A table. Prettier would pad every cell to the longest of its column. */
export function markdownTable(head: string[], rows: string[][]): string {
  const lines = [head, head.map(() => "---"), ...rows].map(
    (row) => `| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`,
  );
  return ["<!-- prettier-ignore -->", ...lines].join("\n");
}

/**
 * A page with this content between its markers, `<!-- name -->` and `<!-- /name -->`.
 *
 * @param page where it is, for a person: `the README`.
 * @throws Error when the markers are missing.
 */
export function withMarked(page: string, text: string, name: string, content: string): string {
  const between = new RegExp(`(?<=<!-- ${name} -->\n)[^]*(?=<!-- /${name} -->)`);
  if (!between.test(text)) {
    throw new Error(`${page} has no lines <!-- ${name} --> and <!-- /${name} --> to put what is written between.`);
  }
  return text.replace(between, () => `\n${content}\n\n`);
}
