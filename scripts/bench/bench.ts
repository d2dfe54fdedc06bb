import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { run, type Scratch, scratchCheckout } from "./scratch";

/** `make bench`: what a user waits for, in a sandbox of its own; ratios within one run say more than seconds. */
interface Measure {
  step: string;
  seconds: number;
  /** Most memory that the step's processes and the emulated account held at once, in MiB. */
  peakMiB: number;
}

const sampleMs = 250;

async function main(): Promise<void> {
  const scratch = scratchCheckout();
  try {
    const tags = ["20260105-317-signed"];
    const measures = [
      await measure(scratch, "deploy from nothing", ["deploy", "ENV=local"]),
      await measure(scratch, "deploy, nothing changed", ["deploy", "ENV=local"]),
      await measure(scratch, "preview, nothing changed", ["preview", "ENV=local"]),
      await measure(scratch, "upgrade", ["upgrade", "ENV=local", `IMAGE_TAG=${tags[0]}`]),
      await measure(scratch, "verify", ["verify", "ENV=local"]),
      await measure(scratch, "destroy", ["destroy", "ENV=local", "YES=1"]),
    ];
    const [base] = measures;
    console.log(`\n${"step".padEnd(28)}${"seconds".padStart(9)}${"ratio".padStart(8)}${"peak MiB".padStart(10)}`);
    for (const { step, seconds, peakMiB } of measures) {
      const ratio = seconds / (base?.seconds ?? seconds);
      console.log(
        step.padEnd(28) +
          seconds.toFixed(1).padStart(9) +
          ratio.toFixed(2).padStart(8) +
          peakMiB.toFixed(0).padStart(10),
      );
    }
  } finally {
    await scratch.remove();
  }
}

async function measure(scratch: Scratch, step: string, args: string[]): Promise<Measure> {
  console.log(`${step} …`);
  const started = performance.now();
  let peakMiB = 0;
  let sampler: NodeJS.Timeout | undefined;
  const onStart = (pid: number): void => {
    sampler = setInterval(() => {
      peakMiB = Math.max(peakMiB, memoryOf([pid, ...emulator(scratch.folder)]));
    }, sampleMs);
  };
  const { code, output } = await run(scratch.folder, "make", ["--no-print-directory", ...args], { onStart });
  clearInterval(sampler);
  if (code !== 0) {
    throw new Error(`make ${args.join(" ")} failed:\n${output}`);
  }
  return { step, seconds: (performance.now() - started) / 1000, peakMiB };
}

function emulator(folder: string): number[] {
  try {
    const { pid } = JSON.parse(readFileSync(join(folder, ".local", "emulator.json"), "utf8")) as { pid: number };
    return [pid];
  } catch {
    return [];
  }
}

/** Resident memory of these processes and all that they started, in MiB. */
function memoryOf(roots: number[]): number {
  const listed = spawnSync("ps", ["-axo", "pid=,ppid=,rss="]).stdout.toString().trim().split("\n");
  const processes = listed.map((line) => line.trim().split(/\s+/).map(Number));
  const family = new Set(roots);
  for (let grown = true; grown;) {
    const before = family.size;
    processes.filter(([, parent]) => family.has(parent ?? -1)).forEach(([pid]) => family.add(pid ?? -1));
    grown = family.size > before;
  }
  return processes.reduce((sum, [pid, , rss]) => sum + (family.has(pid ?? -1) ? (rss ?? 0) : 0), 0) / 1024;
}

void main();
