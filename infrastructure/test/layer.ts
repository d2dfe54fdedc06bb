import { Outcome, Partition, run, Values } from "@selfhosted/common/testing";
import * as path from "node:path";
import { inspect } from "node:util";
import type { Answers } from "./account";
import { required } from "./configurations";

export interface LayerArgs {
  /** Settings over the required ones; `undefined` leaves one out. */
  config?: Values;
  partition?: Partition;
  stack?: string;
  /** What AWS answers in place of an account that fits. */
  aws?: Answers;
  resource?: (type: string, name: string, inputs: Values) => Values | undefined;
}

const runs = new Map<string, Promise<Outcome>>();

/** Runs the infrastructure layer in an account that holds what it needs; only once with the same settings. */
export function runLayer(args: LayerArgs = {}): Promise<Outcome> {
  if (args.aws || args.resource) {
    return runOnce(args);
  }
  const key = inspect([args.config ?? {}, args.partition ?? "aws", args.stack ?? "prod"], { depth: null });
  const known = runs.get(key) ?? runOnce(args);
  runs.set(key, known);
  return known;
}

function runOnce({ config, stack = "prod", ...args }: LayerArgs): Promise<Outcome> {
  return run({
    layer: "infrastructure",
    folder: path.resolve(__dirname, ".."),
    stack,
    config: { ...required, ...config },
    ...args,
  });
}

/** The message with which the layer refuses. Nothing may have been registered by then. */
export async function refusal(args: LayerArgs): Promise<string> {
  const made: string[] = [];
  const resource = (type: string, name: string): undefined => {
    if (type !== "pulumi:pulumi:Stack") {
      made.push(name);
    }
  };
  const outcome = await runLayer({ ...args, resource }).catch((error: unknown) => error);
  if (!(outcome instanceof Error)) {
    throw new Error("expected a refusal, but the layer was deployed");
  }
  if (made.length > 0) {
    throw new Error(`refused only after it had made ${made.join(", ")}`);
  }
  return outcome.message;
}
