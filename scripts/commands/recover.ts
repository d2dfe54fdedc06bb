import { rmSync } from "node:fs";
import { command, requireEnv, requireFlag } from "../command";
import { confirm } from "../confirm";
import { enter, type Environment } from "../environment";
import { preview, previewable } from "../pulumi/preview";
import { failingSince, ofEachLayer, readStates, type States } from "../pulumi/stacks";
import { carryOut } from "../recovery/carry-out";
import { describeInterrupted, type Interrupted, interruptedOf, isAtWork } from "../recovery/interrupted";
import { describePlan, type Outcome, plan } from "../recovery/plan";
import { findUnrecorded } from "../recovery/unrecorded";
import { readStacks } from "../stacks";

/** `make recover`: after a command that was killed, lifts its lock and takes what it made but didn't record into the state. */
command({ env: { type: "string" }, yes: { type: "string" } }, async (args) => {
  const agreed = requireFlag("YES", args.yes);
  const environment = await enter(requireEnv(args.env));
  const { name } = environment;
  const stacks = await readStacks(environment);
  const found = interruptedOf(stacks);
  found.flatMap(describeInterrupted).forEach((line) => console.log(line));
  if (found.length > 0 && !(await recoverInterrupted(environment, found, agreed))) {
    return 1;
  }
  const states = found.length > 0 ? await readStates(name) : stacks;
  const unrecorded = await recoverUnrecorded(states, name, agreed);
  if (unrecorded === undefined) {
    return 1;
  }
  if (found.length === 0 && unrecorded.length === 0) {
    console.log(
      `Nothing to recover: no stack of ${name} is locked or has pending operations, and nothing was found that a failed deployment made ` +
        `without a record.`,
    );
    return 0;
  }
  const isUnclear = unrecorded.some(({ is }) => is === "unclear");
  const result = isUnclear ? "What is unclear was left as it is: see each fix above." : "Recovered.";
  console.log(`\n${result} What a deployment would still do:`);
  const code = await preview(await readStates(name), name);
  return isUnclear ? 1 : code;
});

/**
 * Takes in what failed deployments made without a record.
 *
 * @returns that, and what is unclear; undefined where the user doesn't want it.
 */
async function recoverUnrecorded(states: States, env: string, agreed: boolean): Promise<Outcome[] | undefined> {
  const failing = await ofEachLayer((layer) => failingSince(layer, env));
  const all: Outcome[] = [];
  for (const layer of previewable(states)) {
    const since = failing[layer];
    if (since === undefined) {
      continue;
    }
    console.log(
      `\n${layer}: deployments have failed since ${since.toISOString()}; asking AWS for what they made without a record …`,
    );
    const { interrupted, plan } = await findUnrecorded(layer, env, since);
    describePlan(plan).forEach((line) => console.log(`  ${line}`));
    if (plan.creations.some(({ is }) => is === "made")) {
      if (!agreed && !(await isConfirmed(env))) {
        return undefined;
      }
      await carryOut(interrupted, env, plan);
    }
    all.push(...plan.creations);
  }
  return all;
}

/** @returns false where the user doesn't want it. */
async function recoverInterrupted(environment: Environment, first: Interrupted[], agreed: boolean): Promise<boolean> {
  const { name } = environment;
  let found = first;
  if (found.some(isAtWork)) {
    throw new Error(
      `The command that holds the lock is running on this machine, so nothing was changed. Wait until it has ended, or end it ` +
        `(kill <process>) and run this again. If it is another process of the same number: pulumi cancel --stack ${name}`,
    );
  }
  if (found.some(({ torn }) => torn.length > 0)) {
    // They hold nothing, and hide what is in doubt.
    found.flatMap(({ torn }) => torn).forEach((file) => rmSync(file));
    found = interruptedOf(await readStacks(environment));
    found.flatMap(describeInterrupted).forEach((line) => console.log(line));
  }
  console.log("\nasking AWS what was made …");
  const plans = await Promise.all(found.map(async (interrupted) => ({ interrupted, plan: await plan(interrupted) })));
  plans.flatMap(({ plan }) => describePlan(plan)).forEach((line) => console.log(`  ${line}`));
  if (plans.some(({ plan }) => plan.creations.some(({ is }) => is === "unclear"))) {
    throw new Error("Nothing was changed, as it isn't clear whose what was found is. See each fix above.");
  }
  if (!agreed && !(await isConfirmed(name))) {
    return false;
  }
  for (const { interrupted, plan } of plans) {
    console.log(`recovering ${interrupted.layer} …`);
    await carryOut(interrupted, name, plan);
  }
  return true;
}

async function isConfirmed(env: string): Promise<boolean> {
  const question = "Does nothing work on it any more? Type yes: ";
  const isYes = await confirm(`make recover ENV=${env} YES=1`, question, "yes");
  if (!isYes) {
    console.log("Nothing was changed.");
  }
  return isYes;
}
