import * as path from "node:path";
import type { Found } from "../config";
import { type Layer, projectOf } from "../layer";
import { type Partition, partitions } from "./account";
import { type Outcome, type Program, run } from "./run";
import type { Values } from "./values";

/** How a test runs a layer. */
export interface Trial<Above> extends Pick<Program, "aws" | "calls" | "partition" | "preview" | "resource" | "stack"> {
  /** Settings over those that the layer needs; `undefined` leaves one out. */
  config?: Values;
  /** Settings that are stored encrypted, likewise. */
  secrets?: Values;
  /** Outputs of the layer above over the usual ones; `none` where that was never deployed. */
  above?: Partial<Above> | "none";
}

/** What every run of a layer has. */
export interface Defaults<Above> extends Pick<Program, "calls" | "stack"> {
  /** The settings that the layer needs, beside those of the trial. */
  config: (partition: Partition, own: Values) => Values;
  /** Those that are secret. */
  secrets?: Values;
  /** The layer above, where there is one, and what it gives. */
  above?: { layer: Layer; outputs: (partition: Partition) => Above };
}

/** A layer under test. */
export interface LayerUnderTest<Above, Outputs = Values> {
  /** Its folder. */
  folder: string;
  /** What a trial runs. */
  program: (trial?: Trial<Above>) => Program;
  /** Runs the program over mocks. Trials that are equal share one run, unless they answer calls in a way of their own. */
  run: (trial?: Trial<Above>) => Promise<Outcome<Outputs>>;
  /** The message with which the program refuses a trial. Throws where it doesn't refuse, or has made something before. */
  refusal: (trial: Trial<Above>) => Promise<string>;
  /** The configuration of the stack, as `readConfig` takes it. */
  found: (trial?: Trial<Above>) => Found;
  /** Outputs of the layer above; undefined where that was never deployed. */
  above: (trial?: Trial<Above>) => Above | undefined;
}

/**
 * A layer by what all its trials have.
 *
 * @typeParam Above outputs of the layer above.
 * @typeParam Outputs its own outputs.
 */
export function layer<Above = never, Outputs = Values>(
  name: Layer,
  defaults: Defaults<Above>,
): LayerUnderTest<Above, Outputs> {
  const folder = path.resolve(__dirname, "../..", name);
  const runs = new Map<string, Promise<Outcome<Outputs>>>();
  const secretsOf = ({ secrets }: Trial<Above>): Values => ({ ...defaults.secrets, ...secrets });
  const configOf = (trial: Trial<Above>): Values => ({
    ...defaults.config(trial.partition ?? "aws", trial.config ?? {}),
    ...secretsOf(trial),
    ...trial.config,
  });
  const above = (trial: Trial<Above> = {}): Above | undefined => {
    const usual = defaults.above?.outputs(trial.partition ?? "aws");
    return usual === undefined || trial.above === "none" ? undefined : { ...usual, ...trial.above };
  };
  const program = (trial: Trial<Above> = {}): Program => {
    const { config: _config, secrets: _secrets, above: _above, calls, stack = defaults.stack, ...answers } = trial;
    return {
      ...answers,
      stack,
      layer: name,
      folder,
      config: configOf(trial),
      secretKeys: Object.keys(secretsOf(trial)),
      stacks: defaults.above && { [projectOf(defaults.above.layer)]: above(trial) as Values | undefined },
      calls: { ...defaults.calls, ...calls },
    };
  };
  const runShared = (trial: Trial<Above> = {}): Promise<Outcome<Outputs>> => {
    const what = program(trial);
    if (trial.aws ?? trial.calls ?? trial.resource) {
      return run(what);
    }
    const key = JSON.stringify(what);
    const shared = runs.get(key) ?? run<Outputs>(what);
    runs.set(key, shared);
    return shared;
  };

  return {
    folder,
    program,
    run: runShared,
    refusal: (trial) => refusalOf(program(trial)),
    found: (trial = {}) => {
      const { region } = partitions[trial.partition ?? "aws"];
      return foundIn(projectOf(name), { "aws:region": region, ...configOf(trial) }, Object.keys(secretsOf(trial)));
    },
    above,
  };
}

/** Settings as the configuration of a stack holds them: `undefined` leaves one out. */
export function foundIn(project: string, config: Values, secretKeys: string[] = []): Found {
  const entries = Object.entries(config)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [
      key.includes(":") ? key : `${project}:${key}`,
      { text: typeof value === "string" ? value : JSON.stringify(value), encrypted: secretKeys.includes(key) },
    ]);
  return Object.fromEntries(entries) as Found;
}

async function refusalOf(program: Program): Promise<string> {
  const made: string[] = [];
  const resource: Program["resource"] = (type, name, inputs) => {
    if (type !== "pulumi:pulumi:Stack") {
      made.push(name);
    }
    return program.resource?.(type, name, inputs);
  };
  const outcome = await run({ ...program, resource }).catch((error: unknown) => error);
  if (!(outcome instanceof Error)) {
    throw new Error("expected a refusal, but the layer was deployed");
  }
  if (made.length > 0) {
    throw new Error(`refused only after it had made ${made.join(", ")}`);
  }
  return outcome.message;
}
