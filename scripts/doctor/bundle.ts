import { writeFileSync } from "node:fs";
import { Header, Pack, ReadEntry } from "tar";
import type { Masked, Redactor } from "./redact/redact";

/** A file of a bundle. */
export interface BundleFile {
  path: string;
  text: string;
  masked: Masked[];
}

/** What goes to support: files in memory. There is no other way into it than through the redactor, for their names too. */
export class Bundle {
  private readonly files: BundleFile[] = [];

  constructor(private readonly redact: Redactor) {}

  /** @param content text, or an object for its JSON. */
  add(path: string, content: unknown): void {
    const { text, masked } = this.redact(content);
    this.files.push({ path: this.redact(path).text, text: text.endsWith("\n") ? text : `${text}\n`, masked });
  }

  /** In the order of their paths. */
  list(): readonly BundleFile[] {
    return [...this.files].sort((a, b) => a.path.localeCompare(b.path));
  }

  /**
   * Writes the files as an archive that only its owner may read.
   *
   * @param folder the only one in the archive.
   */
  async write(file: string, folder: string): Promise<void> {
    const pack = new Pack({ gzip: true, portable: true });
    const mtime = new Date();
    for (const { path, text } of this.list()) {
      const bytes = Buffer.from(text);
      const header = new Header({ path: `${folder}/${path}`, size: bytes.length, mode: 0o600, mtime, type: "File" });
      const entry = new ReadEntry(header);
      entry.end(bytes);
      pack.add(entry);
    }
    pack.end();
    writeFileSync(file, await pack.concat(), { mode: 0o600, flag: "wx" });
  }
}

/** What was masked, by file: for each rule how often, and in which lines. */
export function maskedIn(
  files: readonly BundleFile[],
): Record<string, Record<string, { times: number; lines: number[] }>> {
  return Object.fromEntries(
    files
      .filter(({ masked }) => masked.length > 0)
      .map(({ path, masked }) => [
        path,
        Object.fromEntries(rulesOf(masked).map((rule) => [rule, found(masked, rule)])),
      ]),
  );
}

function rulesOf(masked: Masked[]): string[] {
  return [...new Set(masked.map(({ rule }) => rule))].sort();
}

function found(masked: Masked[], wanted: string): { times: number; lines: number[] } {
  const lines = masked.flatMap(({ rule, line }) => (rule === wanted ? [line] : []));
  return { times: lines.length, lines: [...new Set(lines)].sort((a, b) => a - b) };
}
