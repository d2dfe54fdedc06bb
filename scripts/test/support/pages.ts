import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../../repository";

/** Something to type: a block of shell lines on a page. */
interface ShellBlock {
  /** The page, from the top of the repository. */
  page: string;
  /** The heading that it is under. */
  heading: string;
  lines: string[];
}

/** Every page of the repository. */
export function pages(): string[] {
  const listed = spawnSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], {
    cwd: repository,
    encoding: "utf8",
  });
  return listed.stdout
    .trim()
    .split("\n")
    .filter((page) => existsSync(join(repository, page)));
}

export function readPage(page: string): string {
  return readFileSync(join(repository, page), "utf8");
}

/** The blocks of a page that are marked as `sh`, also those within a list. */
export function shellBlocks(page: string, text = readPage(page)): ShellBlock[] {
  let heading = "";
  let block: (ShellBlock & { indent: string }) | undefined;
  let isOther = false;
  const blocks: ShellBlock[] = [];
  for (const line of text.split("\n")) {
    const [, indent = "", language] = /^( *)```(\w*)/.exec(line) ?? [];
    if (block !== undefined) {
      if (language === undefined) {
        block.lines.push(line.startsWith(block.indent) ? line.slice(block.indent.length) : line);
      } else {
        blocks.push({ page, heading: block.heading, lines: block.lines });
        block = undefined;
      }
    } else if (language !== undefined) {
      if (language === "sh" && !isOther) block = { page, heading, lines: [], indent };
      else isOther = !isOther;
    } else if (!isOther) {
      heading = /^#+ (.*)/.exec(line)?.[1] ?? heading;
    }
  }
  return blocks;
}

/** The lines of the blocks under a heading, a block each. */
export function commandsUnder(page: string, heading: string): string[][] {
  return shellBlocks(page).flatMap((block) => (block.heading === heading ? [block.lines] : []));
}

/** A page without its blocks of code. */
export function proseOf(text: string): string {
  return text.replace(/^ *```[^]*?^ *```$/gm, "");
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchors(page: string): string[] {
  return [...proseOf(readPage(page)).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
