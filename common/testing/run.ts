import { appendFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as debuggable from "@pulumi/pulumi/runtime/debuggable";
import { answerCalls } from "../aws/clients";
import { type Layer, projectOf } from "../layer";
import { partitions } from "./account";
import { fakeAws } from "./fake-aws";
import { type Answers, type Recorded, Recorder } from "./recorder";
import type { Values } from "./values";

/** A run of a layer's program. */
export interface Program extends Answers {
  layer: Layer;
  /** Folder of the layer. */
  folder: string;
  stack?: string;
  /** Values of the layer's own keys, and of others spelled `namespace:key`. Lists and maps are written as JSON. */
  config: Record<string, unknown>;
  /** Keys of `config` that are stored encrypted. */
  secretKeys?: string[];
  preview?: boolean;
}

/** A class of resources that take these arguments, such as `aws.ecs.Service`. */
export type ResourceClass<Args> = abstract new (
  name: string,
  args: Args,
  opts?: pulumi.CustomResourceOptions,
) => pulumi.CustomResource;

/** Inputs with the types of these arguments. */
export type InputsOf<Args> = pulumi.Unwrap<NonNullable<Args>>;
type RecordedAs<Args> = Recorded<InputsOf<Args>>;

/** Outcome of running a layer's program over mocks. */
export interface Outcome<Outputs = Values> {
  resources: Recorded[];
  outputs: Outputs;
  /** Resources of this class, or of this type. */
  ofType: {
    <Args>(type: ResourceClass<Args>): RecordedAs<Args>[];
    (type: string): Recorded[];
  };
  /** The only resource of this class, or of this type, whose name ends so. */
  the: {
    <Args>(type: ResourceClass<Args>, nameEnd?: string): RecordedAs<Args>;
    (type: string, nameEnd?: string): Recorded;
  };
}

/**
 * Runs a layer's whole program as Pulumi would, over mocks, and records the resources that it registers.
 * Rejects with the program's own error.
 */
export async function run<Outputs = Values>(program: Program): Promise<Outcome<Outputs>> {
  const stack = program.stack ?? "test";
  const project = projectOf(program.layer);
  const recorder = new Recorder(program);
  await pulumi.runtime.setMocks(recorder, project, stack, program.preview ?? false, "organization");
  setConfig(program, project);
  recorder.listen();
  answerCalls(fakeAws(program.aws, program.partition));

  // The SDK takes a stack trace for each of its promises; to map them to the sources took a third of the time of all tests.
  process.setSourceMapsEnabled(false);
  // Mocha has them without end. TRACE=1 shows where a program failed.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = process.env["TRACE"] ? 10 : 0;
  const failures: unknown[] = [];
  let fail: (reason: unknown) => void = () => undefined;
  const failed = new Promise<never>((_resolve, reject) => (fail = reject));
  const onRejection = (reason: unknown): void => {
    failures.push(reason);
    fail(reason);
  };
  process.prependListener("unhandledRejection", onRejection);
  let outputs: Values = {};
  try {
    // What waits for a resource that failed waits for ever.
    const exported = await Promise.race([pulumi.runtime.runInPulumiStack(() => load(program.folder)), failed]);
    outputs = (await resolved(exported ?? {})) as Values;
    await pulumi.runtime.disconnect();
  } catch (error) {
    failures.unshift(error);
    // What fails with it is no failure of the next program.
    await new Promise(setImmediate);
  } finally {
    answerCalls(undefined);
    process.removeListener("unhandledRejection", onRejection);
    process.setSourceMapsEnabled(true);
    Error.stackTraceLimit = stackTraceLimit;
  }
  if (failures.length > 0) {
    forgetUnfinished();
    throw failures[0];
  }
  keep(program, recorder.resources, outputs);
  return outcome(recorder.resources, outputs) as Outcome<Outputs>;
}

/**
 * With RECORD=<folder> in the environment, every run is appended to a file there: to compare what two versions of the code
 * register in all tests.
 */
function keep(program: Program, resources: Recorded[], outputs: Values): void {
  const folder = process.env["RECORD"];
  if (folder !== undefined) {
    const { layer, stack, config, secretKeys, preview, partition, stacks } = program;
    const key = { layer, stack, config, secretKeys, preview, partition, stacks };
    const rows = resources.map(({ registeredAt: _, ...rest }) => rest);
    appendFileSync(path.join(folder, `${process.pid}.jsonl`), `${JSON.stringify({ key, rows, outputs })}\n`);
  }
}

/** Calls the program: the function that the layer's index.ts exports, which can therefore be run any number of times. */
async function load(folder: string): Promise<unknown> {
  const program = createRequire(__filename)(path.join(folder, "index.ts")) as () => Promise<unknown>;
  return program();
}

function outcome(resources: Recorded[], outputs: Values): Outcome {
  const ofType = (type: string | ResourceClass<unknown>): Recorded[] =>
    resources.filter((resource) => resource.type === tokenOf(type));
  const the = (type: string | ResourceClass<unknown>, nameEnd = ""): Recorded => {
    const found = ofType(type).filter(({ name }) => name.endsWith(nameEnd));
    if (found.length !== 1 || found[0] === undefined) {
      const names = found.map(({ name }) => name).join(", ");
      throw new Error(`expected one ${tokenOf(type)} named …${nameEnd}, found ${found.length}: ${names}`);
    }
    return found[0];
  };
  return { resources, outputs, ofType, the } as Outcome;
}

/** The type of a class of resources, such as `aws:ecs/service:Service`. */
export function tokenOf<Args>(type: string | ResourceClass<Args>): string {
  // The SDK's classes have it, but their typings leave it out.
  return typeof type === "string" ? type : (type as unknown as { __pulumiType: string }).__pulumiType;
}

function setConfig(program: Program, project: string): void {
  const full = (key: string): string => (key.includes(":") ? key : `${project}:${key}`);
  const location = partitions[program.partition ?? "aws"];
  const entries = Object.entries({ "aws:region": location.region, ...program.config })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [full(key), typeof value === "string" ? value : JSON.stringify(value)]);
  pulumi.runtime.setAllConfig(
    Object.fromEntries(entries) as Record<string, string>,
    (program.secretKeys ?? []).map(full),
  );
}

/** What a failed program left unfinished is no leak; the SDK would fail the whole process for it at its end. */
function forgetUnfinished(): void {
  // The SDK has this function, but leaves it out of its typings.
  (debuggable as unknown as { leakedPromises(): void }).leakedPromises();
}

function resolved(value: unknown): Promise<unknown> {
  return new Promise((resolve) => pulumi.output([value]).apply(([all]) => resolve(all)));
}
