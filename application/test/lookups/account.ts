import type { Check } from "@selfhosted/common";
import { withFakeAws } from "@selfhosted/common/testing";
import type { ApplicationConfig } from "../../config";
import { lookUpAccount } from "../../lookups";
import { read, type Trial as LayerTrial } from "../fixtures";

export interface Trial extends Pick<LayerTrial, "above" | "aws" | "config" | "partition" | "secrets"> {
  /** Settings whose values aren't valid. */
  invalid?: (keyof ApplicationConfig)[];
}

/** What the layer finds in an account, which is healthy but for what the trial says. */
async function checkAccount({ invalid = [], ...trial }: Trial): Promise<Check[]> {
  const unreadable = Object.fromEntries(invalid.map((key) => [key, ""]));
  const { inputs } = read({ ...trial, config: { ...trial.config, ...unreadable } });
  const { checks } = await withFakeAws(
    trial.aws ?? {},
    (aws) => lookUpAccount(inputs, { stack: "test", aws }),
    trial.partition,
  );
  return checks;
}

/** The problems that the layer finds in the account: `severity key: reason → fix`. */
export async function problems(trial: Trial): Promise<string[]> {
  const checks = await checkAccount(trial);
  return checks.flatMap(({ problems: found }) =>
    found.map(({ severity = "error", key, reason, fix }) => `${severity} ${key}: ${reason} → ${fix}`),
  );
}

/** What the look-up of a name reports where all is well. */
export async function detail(trial: Trial, name: string): Promise<string | undefined> {
  return (await checkAccount(trial)).find((check) => check.name === name)?.detail;
}

/** Why the look-up of a name was skipped; undefined where it wasn't. */
export async function skipped(trial: Trial, name: string): Promise<string | undefined> {
  return (await checkAccount(trial)).find((check) => check.name === name)?.skipped;
}
