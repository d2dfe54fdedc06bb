import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { arch, cpus, platform } from "node:os";
import { join } from "node:path";
import { command } from "../command";
import { layers } from "../layers";
import { findPulumi } from "../pulumi/find";
import { localFolder } from "../repository";
import { shown } from "../shown";
import { details, floor, type Report, type Steps, summary } from "./figures";
import { type Command, measureMemory, measureTimes, total } from "./measure";
import { type Outcome, run, type Scratch, scratchCheckout } from "./scratch";

/** Runs a command and keeps what it took. */
type Measure = (step: string, command: Command) => Promise<void>;

/**
 * `make bench`: what a user waits for, on each `pulumi` that the sandbox can use. Compare the ratios: seconds are those of this
 * machine today, while the step that the others are divided by is measured in turn with them.
 */
command({ runs: { type: "string" }, before: { type: "string" } }, async (args) => {
  const runs = requireRuns(args.runs);
  const before = args.before ? readReport(args.before) : undefined;
  const { command: real, refused = "none is on PATH or installed" } = findPulumi();
  const onlyStandIn = process.env["SANDBOX_PULUMI"] === "stand-in";
  const engines: [name: string, variables: NodeJS.ProcessEnv][] = [["the stand-in", { SANDBOX_PULUMI: "stand-in" }]];
  if (real && !onlyStandIn) {
    engines.unshift([`pulumi ${real.version}`, {}]);
  } else {
    console.log(`pulumi: only the stand-in is measured (${onlyStandIn ? "as asked" : refused})`);
  }
  const report: Report = { date: new Date().toISOString().slice(0, 10), machine: machine(), runs, engines: {} };
  const file = join(localFolder, "bench.json");
  for (const [name, variables] of engines) {
    report.engines[name] = await measureAll(name, runs, variables);
    writeFileSync(file, JSON.stringify(report, undefined, 2));
  }

  console.log(`\n${report.date}, ${report.machine}, median of ${runs}${before ? `; ${before.date} → now` : ""}\n`);
  console.log(summary(report, before));
  for (const [engine, steps] of Object.entries(report.engines)) {
    console.log(`\nCPU seconds and MiB by what the processes do, ${engine}:\n\n${details(steps)}`);
  }
  console.log(`\nBEFORE=${file} shows these figures beside those of another run.`);
  return 0;
});

/** All steps in turn, as often as asked, in an account that is empty each time; before that, once for their memory. */
async function measureAll(engine: string, runs: number, variables: NodeJS.ProcessEnv): Promise<Steps> {
  const scratch = scratchCheckout(variables);
  // The command that runs has lost its account then, and ends.
  const interrupted = (): void => void scratch.remove().then(() => process.exit(130));
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
  const steps: Steps = {};
  const progress = (step: string): boolean => process.stdout.write(`  ${step.replaceAll("`", "")} … `);
  try {
    console.log(`${engine}: warming up, and memory`);
    await runOnce(scratch, async (step, command) => {
      progress(step);
      steps[step] = { times: [], memoryMiB: await measureMemory(command) };
      console.log(`${total(steps[step].memoryMiB).toFixed(0)} MiB`);
    });
    for (let round = 1; round <= runs; round++) {
      console.log(`${engine}: run ${round} of ${runs}`);
      await runOnce(scratch, async (step, command) => {
        progress(step);
        const times = await measureTimes(command);
        steps[step]?.times.push(times);
        console.log(`${times.seconds.toFixed(1)} s`);
      });
    }
    return steps;
  } finally {
    await scratch.remove();
    process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
  }
}

async function runOnce(scratch: Scratch, measure: Measure): Promise<void> {
  const { folder, variables } = scratch;
  const make = (...args: string[]): Command => ({
    ...{ folder, variables },
    command: ["make", "--no-print-directory", ...args, "ENV=local"],
  });
  const shell = join(folder, ".local", "env.sh");
  const pulumi = (project: string, args: string): Command => ({
    ...{ folder: project, variables },
    command: ["bash", "-c", `. ${shell} && exec pulumi ${args} --stack local`],
  });

  writeFileSync(shell, await succeed(scratch.make("--silent", "env", "ENV=local")));
  const empty = emptyProgram(folder);
  const [name, ...args] = pulumi(empty, "stack init").command;
  await succeed(run(empty, name, args, { variables }));

  await measure(floor, pulumi(empty, "preview"));
  await measure("`make deploy` into an empty account", make("deploy"));
  for (const layer of layers) {
    await measure(`\`pulumi preview\` of ${layer}`, pulumi(join(folder, layer), "preview"));
  }
  await measure("`make deploy` without changes", make("deploy"));
  await measure("`make preview` without changes", make("preview"));
  await measure("`make upgrade`", make("upgrade", "IMAGE_TAG=20260105-317-signed"));
  await measure("`make verify`", make("verify"));
  await measure("`make destroy`", make("destroy", "YES=1"));
  await succeed(scratch.make("sandbox-stop"));
}

/** @returns what it printed. */
async function succeed(command: Promise<Outcome>): Promise<string> {
  const { code, stdout, output } = await command;
  if (code !== 0) {
    throw new Error(output);
  }
  return stdout;
}

/** What every Pulumi program in TypeScript takes: a project as Pulumi makes it, which imports the SDK and does nothing. */
function emptyProgram(checkout: string): string {
  const folder = join(checkout, ".local", "empty");
  mkdirSync(folder, { recursive: true });
  const options = { target: "es2020", module: "commonjs", strict: true, types: ["node"] };
  const files = {
    "Pulumi.yaml": "name: empty\nruntime: nodejs\n",
    "package.json": JSON.stringify({ name: "empty", main: "index.ts" }),
    "tsconfig.json": JSON.stringify({ compilerOptions: options, files: ["index.ts"] }),
    "index.ts": `import * as pulumi from "@pulumi/pulumi";\n\nexport const stack = pulumi.getStack();\n`,
  };
  Object.entries(files).forEach(([name, text]) => writeFileSync(join(folder, name), text));
  return folder;
}

function machine(): string {
  const processors = cpus();
  return `${processors.length} × ${processors[0]?.model.trim() ?? arch()}, ${platform()}, Node.js ${process.versions.node}`;
}

function readReport(file: string): Report {
  const report = JSON.parse(readFileSync(file, "utf8")) as Partial<Report>;
  if (report.engines === undefined || report.runs === undefined) {
    throw new Error(`BEFORE is ${shown(file)}; it must be a bench.json that \`make bench\` has written.`);
  }
  return report as Report;
}

function requireRuns(text: string | undefined): number {
  const runs = Number(text || 5);
  if (!Number.isInteger(runs) || runs < 1) {
    throw new Error(`RUNS is ${shown(text ?? "")}; it must be a whole number from 1, such as RUNS=5.`);
  }
  return runs;
}
