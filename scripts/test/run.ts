import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { repository } from "../repository";

/** `make test`: the tests of the folders named, two folders at a time; the last line counts them all. */
interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

const atOnce = 2;

async function main(folders: string[]): Promise<void> {
  const width = Math.max(...folders.map((folder) => folder.length));
  const waiting = [...folders];
  const counts: Count[] = [];
  const work = async (): Promise<void> => {
    for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
      counts.push(await test(folder, folder.padEnd(width)));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const total = (key: keyof Count): number => counts.reduce((sum, count) => sum + count[key], 0);
  console.log(`\n${total("passed")} passed, ${total("failed")} failed, ${total("skipped")} skipped`);
  process.exitCode = total("failed") > 0 || total("passed") === 0 ? 1 : 0;
}

/** Runs mocha in a folder, shows what it prints, and reads the counts at its end. */
async function test(folder: string, label: string): Promise<Count> {
  const mocha = require.resolve("mocha/bin/mocha.js");
  const child = spawn(process.execPath, [mocha], {
    cwd: join(repository, folder),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const count: Count = { passed: 0, failed: 0, skipped: 0 };
  const read = (line: string): void => {
    console.log(`${label} │ ${line}`);
    const [, number, word] = /^\s+(\d+) (passing|failing|pending)/.exec(line) ?? [];
    if (number !== undefined) {
      count[word === "passing" ? "passed" : word === "failing" ? "failed" : "skipped"] = Number(number);
    }
  };
  createInterface(child.stdout).on("line", read);
  createInterface(child.stderr).on("line", (line) => console.error(`${label} │ ${line}`));
  const code = await new Promise<number>((resolve) => child.on("close", (exit) => resolve(exit ?? 1)));
  // A run that broke off has no count of its failures.
  return code !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count;
}

void main(process.argv.slice(2));
