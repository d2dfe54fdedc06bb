import { rmSync } from "node:fs";
import type { Layer } from "@selfhosted/common";
import { command, requireEnv, requireFlag } from "../command";
import { confirm } from "../confirm";
import { enter, type Environment } from "../environment";
import { preview, previewable } from "../pulumi/preview";
import { failingSince } from "../pulumi/stacks";
import { carryOut } from "../recovery/carry-out";
import { describeInterrupted, findInterrupted, type Interrupted, isAtWork } from "../recovery/interrupted";
import { describePlan, plan } from "../recovery/plan";
import { findUnrecorded, type Unrecorded } from "../recovery/unrecorded";

/** `make recover`: after a command that was killed, lifts its lock and takes what it made but didn't record into the state. */
command({ env: { type: "string" }, yes: { type: "string" } }, async (args) => {
  const agreed = requireFlag("YES", args.yes);
  const environment = await enter(requireEnv(args.env));
  const { name } = environment;
  const found = await findInterrupted(environment);
  found.flatMap(describeInterrupted).forEach((line) => console.log(line));
  if (found.length > 0 && !(await recoverInterrupted(environment, found, agreed))) {
    return 1;
  }
  let isUnrecorded = false;
  for (const layer of await previewable(name)) {
    const since = await failingSince(layer, name);
    const unrecorded = since && (await searchUnrecorded(layer, name, since));
    if (unrecorded) {
      isUnrecorded = true;
      if (!agreed && !(await isConfirmed(name))) {
        return 1;
      }
      await carryOut(unrecorded.interrupted, name, unrecorded.plan);
    }
  }
  if (found.length === 0 && !isUnrecorded) {
    console.log(
      `Nothing to recover: no stack of ${name} is locked or has pending operations, and nothing was found that a failed deployment made ` +
        `without a record.`,
    );
    return 0;
  }
  console.log(`\nRecovered. What a deployment would still do:`);
  return preview(name);
});

/** Says what a failed deployment made without a record; undefined where it made nothing so. */
async function searchUnrecorded(layer: Layer, env: string, since: Date): Promise<Unrecorded | undefined> {
  console.log(
    `\n${layer}: deployments have failed since ${since.toISOString()}; asking AWS for what they made without a record …`,
  );
  const unrecorded = await findUnrecorded(layer, env, since);
  describePlan(unrecorded.plan).forEach((line) => console.log(`  ${line}`));
  return unrecorded.plan.creations.length > 0 ? unrecorded : undefined;
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
    found = await findInterrupted(environment);
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
