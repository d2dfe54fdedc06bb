import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { basename, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { findPulumi } from "../pulumi/find";
import { repository } from "../repository";

/** `make test` and `make test-all`: the tests of the folders and files named, several at a time; the last line counts them all. */
interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

interface Result extends Count {
  /** What mocha says of the tests that failed, without the stacks. */
  failures: string[];
}

/** One more than the machine has processors: a deployment waits for half of its time. */
const atOnce = availableParallelism() + 1;

/** Programs over mocks make many short-lived promises: with more room for them, a seventh less of processor time. */
const node = ["--max-semi-space-size=64"];

async function main(targets: string[]): Promise<void> {
  const labels = targets.map((target) => target.replace(/^scripts\/test\/|\.test\.ts$/g, "").replace("/test/", "/"));
  const width = Math.max(...labels.map((label) => label.length));
  const waiting = targets.map((target, index) => ({ target, label: (labels[index] ?? "").padEnd(width) }));
  const { command, refused = "none is on PATH or installed" } = findPulumi();
  console.log(
    `the end-to-end tests run on ${command ? `pulumi ${command.version}` : `the stand-in for pulumi: ${refused}`}`,
  );
  const counts: Result[] = [];
  const times: string[] = [];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const begun = Date.now();
      const count = await test(next.target, next.label);
      counts.push(count);
      const seconds = String(Math.round((Date.now() - begun) / 1000)).padStart(4);
      times.push(`${next.label} ${seconds} s${count.failed > 0 ? `, ${count.failed} failed` : ""}`);
      console.log(
        `${next.label} │ ended after ${seconds.trim()} s; ${targets.length - times.length} of ${targets.length} to go`,
      );
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const total = (key: keyof Count): number => counts.reduce((sum, count) => sum + count[key], 0);
  console.log(`\n${times.join("\n")}`);
  // Once more at the end, where they are looked for.
  counts.flatMap(({ failures }) => failures).forEach((line) => console.log(line));
  console.log(`\n${total("passed")} passed, ${total("failed")} failed, ${total("skipped")} skipped`);
  process.exitCode = total("failed") > 0 || total("passed") === 0 ? 1 : 0;
}

/** Runs mocha in a folder, or for one file of it, shows what it prints, and reads the counts at its end. */
async function test(target: string, label: string): Promise<Result> {
  const mocha = require.resolve("mocha/bin/mocha.js");
  const isFile = target.endsWith(".ts");
  const child = spawn(process.execPath, [...node, mocha, ...(isFile ? [basename(target)] : [])], {
    cwd: join(repository, isFile ? dirname(target) : target),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const count: Result = { passed: 0, failed: 0, skipped: 0, failures: [] };
  const read = (line: string): void => {
    console.log(`${label} │ ${line}`);
    const [, number, word] = /^\s+(\d+) (passing|failing|pending)/.exec(line) ?? [];
    if (count.failed > 0 && line.trim() !== "" && !/^\s+at /.test(line)) {
      count.failures.push(`${label.trim()} │ ${line}`);
    }
    if (number !== undefined) {
      count[word === "passing" ? "passed" : word === "failing" ? "failed" : "skipped"] = Number(number);
    }
  };
  createInterface(child.stdout).on("line", read);
  createInterface(child.stderr).on("line", (line) => console.error(`${label} │ ${line}`));
  const code = await new Promise<number>((resolve) => child.on("close", (exit) => resolve(exit ?? 1)));
  // A run that broke off has no count of its failures.
  return code !== 0 && count.failed === 0 ? { ...count, failed: 1, failures: [`${label.trim()} │ broke off`] } : count;
}

void main(process.argv.slice(2));
