import * as pulumi from "@pulumi/pulumi";
import * as debuggable from "@pulumi/pulumi/runtime/debuggable";
import { createRequire } from "node:module";
import * as path from "node:path";
import { answerCalls } from "../aws";
import type { Layer } from "../component";
import { projectOf } from "../stack-reference";
import { partitions } from "./account";
import { fakeAws } from "./fake-aws";
import { Recorder, type Answers, type Recorded } from "./recorder";
import type { Values } from "./values";

export { accountId, partitions, type Partition } from "./account";
export { arnOf } from "./arns";
export { chain, ecPair, expiredCertificate, issuer, licenceOfTests, rsaPair } from "./certificates";
export {
  awsError,
  fakeAws,
  fakeClients,
  healthyAccount,
  withFakeAws,
  type AwsAnswers,
  type CallAnswer,
} from "./fake-aws";
export { prefixListId, routeTables, subnetIds, subnets, vpcId } from "./fake-aws/ec2";
export { ecrFailure, ecrWithout } from "./fake-aws/ecr";
export { keyArn, keyMetadata } from "./fake-aws/kms";
export { clusterSnapshot, databaseCluster } from "./fake-aws/rds";
export { s3Error } from "./fake-aws/s3";
export { foreignNames } from "./foreign";
export { infrastructureOutputs } from "./infrastructure";
export { type Recorded } from "./recorder";
export { type Values } from "./values";

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

/** Outcome of running a layer's program over mocks. */
export interface Outcome {
  resources: Recorded[];
  outputs: Values;
  /** Resources of this type. */
  ofType: (type: string) => Recorded[];
  /** The only resource of this type whose name ends so. */
  the: (type: string, nameEnd?: string) => Recorded;
}

/**
 * Runs a layer's whole program as Pulumi would, over mocks, and records what AWS would be told.
 * Rejects with the program's own error.
 */
export async function run(program: Program): Promise<Outcome> {
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
  return outcome(recorder.resources, outputs);
}

/** Calls the program: the function that the layer's index.ts exports, which can therefore be run any number of times. */
async function load(folder: string): Promise<unknown> {
  const program = createRequire(__filename)(path.join(folder, "index.ts")) as () => Promise<unknown>;
  return program();
}

function outcome(resources: Recorded[], outputs: Values): Outcome {
  return {
    resources,
    outputs,
    ofType: (type) => resources.filter((resource) => resource.type === type),
    the: (type, nameEnd = "") => {
      const found = resources.filter((resource) => resource.type === type && resource.name.endsWith(nameEnd));
      if (found.length !== 1 || found[0] === undefined) {
        const names = found.map((resource) => resource.name).join(", ");
        throw new Error(`expected one ${type} named …${nameEnd}, found ${found.length}: ${names}`);
      }
      return found[0];
    },
  };
}

function setConfig(program: Program, project: string): void {
  const full = (key: string): string => (key.includes(":") ? key : `${project}:${key}`);
  const where = partitions[program.partition ?? "aws"];
  const entries = Object.entries({ "aws:region": where.region, ...program.config })
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
