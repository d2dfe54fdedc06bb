import { spawn } from "node:child_process";
import { join } from "node:path";
import { repository } from "./lib/repository";

/** `make test`: the tests of the packages named, one after the other; the last line counts them all. */
interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

async function main(packages: string[]): Promise<void> {
  const total: Count = { passed: 0, failed: 0, skipped: 0 };
  for (const name of packages) {
    console.log(`\n── ${name} ──`);
    const count = await test(name);
    total.passed += count.passed;
    total.failed += count.failed;
    total.skipped += count.skipped;
  }
  console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
}

/** Runs mocha in a package, shows what it prints, and reads the counts at its end. */
async function test(name: string): Promise<Count> {
  const mocha = require.resolve("mocha/bin/mocha.js");
  const child = spawn(process.execPath, [mocha], {
    cwd: join(repository, name),
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
    process.stdout.write(chunk);
  });
  const code = await new Promise<number>((resolve) => child.on("close", (exit) => resolve(exit ?? 1)));
  const counted = (word: string): number => Number(new RegExp(`^\\s+(\\d+) ${word}`, "m").exec(output)?.[1] ?? 0);
  const count = { passed: counted("passing"), failed: counted("failing"), skipped: counted("pending") };
  // A run that broke off has no count of its failures.
  return code !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count;
}

void main(process.argv.slice(2));
