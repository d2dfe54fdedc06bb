import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { realPulumi } from "../../sandbox/test/real-pulumi";

/** What the commands of a test leave where others could read it: their command lines, and temporary files. */
export interface Watched {
  /** For the commands that are watched. */
  variables: NodeJS.ProcessEnv;
  /** Forgets what was seen so far. */
  begin(): void;
  /** Every command line that was seen, by what saw it. */
  commandLines(): { recorded: string[]; sampled: string[] };
  /** What temporary files held at any moment, by path. */
  files(): Record<string, string>;
  remove(): void;
}

/** How often is looked at what runs and lies there. Commands that end sooner are recorded as they start. */
const everyMs = 25;

/**
 * Watches all that is started with certain variables: `pulumi` and `node` by recorders in front of PATH, every other process of this
 * machine, where it has /proc, by looking often.
 */
export function watch(): Watched {
  const folder = mkdtempSync(join(tmpdir(), "watched-"));
  const [bin, temporary, record] = [join(folder, "bin"), join(folder, "tmp"), join(folder, "commands")];
  [bin, temporary].forEach((each) => mkdirSync(each));
  writeFileSync(record, "");
  const pulumi = realPulumi();
  const commands = { node: process.execPath, ...(pulumi && { pulumi: join(pulumi, "pulumi") }) };
  for (const [name, command] of Object.entries(commands)) {
    const script = `#!/bin/sh\nprintf '%s\\n' "${name} $*" >> '${record}'\nexec '${command}' "$@"\n`;
    writeFileSync(join(bin, name), script, { mode: 0o755 });
  }
  const sampled = new Set<string>();
  const files = new Map<string, Set<string>>();
  const timer = setInterval(() => {
    commandLinesNow().forEach((line) => sampled.add(line));
    filesIn(temporary).forEach(([path, text]) => files.set(path, (files.get(path) ?? new Set()).add(text)));
  }, everyMs);
  return {
    variables: { PATH: [bin, pulumi, process.env.PATH].filter(Boolean).join(delimiter), TMPDIR: temporary },
    begin: () => {
      writeFileSync(record, "");
      sampled.clear();
      files.clear();
    },
    commandLines: () => ({ recorded: readFileSync(record, "utf8").split("\n").slice(0, -1), sampled: [...sampled] }),
    files: () => Object.fromEntries([...files].map(([path, texts]) => [path, [...texts].join("\n")])),
    remove: () => {
      clearInterval(timer);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function commandLinesNow(): string[] {
  const ids = list("/proc").filter((name) => /^\d+$/.test(name));
  return ids.map((id) => contentOf(`/proc/${id}/cmdline`).replaceAll("\0", " "));
}

/** The files in a folder and those below it, with what they hold. Links aren't followed. */
export function filesIn(folder: string, skipped: readonly string[] = []): [path: string, text: string][] {
  return readdir(folder).flatMap((entry): [string, string][] => {
    const path = join(folder, entry.name);
    if (skipped.includes(path)) {
      return [];
    }
    return entry.isDirectory() ? filesIn(path, skipped) : entry.isFile() ? [[path, contentOf(path)]] : [];
  });
}

/** What is gone by now is empty. */
function contentOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function readdir(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function list(folder: string): string[] {
  return readdir(folder).map(({ name }) => name);
}
