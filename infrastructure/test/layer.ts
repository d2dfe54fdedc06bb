import { Outcome, Partition, run, Values } from "@selfhosted/common/testing";
import * as path from "node:path";
import { inspect } from "node:util";
import { account, Calls, subnetIds, vpcId } from "./account";

/** The settings without a default. */
const required: Values = {
  vpcId,
  publicSubnetIds: subnetIds.public,
  privateSubnetIds: subnetIds.private,
  isolatedSubnetIds: subnetIds.isolated,
  serviceKeyId: "alias/service",
};

export interface LayerArgs {
  /** Settings over the required ones; `undefined` leaves one out. */
  config?: Values;
  partition?: Partition;
  stack?: string;
  /** Answers of AWS over those of an account that fits. */
  calls?: Calls;
  resource?: (type: string, name: string, inputs: Values) => Values | undefined;
}

const runs = new Map<string, Promise<Outcome>>();

/** Runs the infrastructure layer in an account that holds what it needs; only once with the same settings. */
export function runLayer(args: LayerArgs = {}): Promise<Outcome> {
  if (args.calls || args.resource) {
    return runOnce(args);
  }
  const key = inspect([args.config ?? {}, args.partition ?? "aws", args.stack ?? "prod"], { depth: null });
  const known = runs.get(key) ?? runOnce(args);
  runs.set(key, known);
  return known;
}

function runOnce({ config, partition = "aws", stack = "prod", calls, resource }: LayerArgs): Promise<Outcome> {
  return run({
    layer: "infrastructure",
    folder: path.resolve(__dirname, ".."),
    stack,
    partition,
    config: { ...required, ...config },
    calls: { ...account(partition), ...calls },
    resource,
  });
}

/** The message with which the layer refuses. Nothing but its provider may have been made by then. */
export async function refusal(args: LayerArgs): Promise<string> {
  const made: string[] = [];
  const resource = (type: string, name: string): undefined => {
    if (!type.startsWith("pulumi:")) {
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
