import type { Layer } from "@selfhosted/common/layer";
import { command, requireEnv, requireFlag } from "../command";
import { enter } from "../environment";
import { layers } from "../layers";
import { mustPulumi, withoutAsking } from "../pulumi/cli";
import { preview, previewable } from "../pulumi/preview";
import { failingSince, ofEachLayer, readStates, type States } from "../pulumi/stacks";
import { carryOut } from "../recovery/carry-out";
import { type Copied, endCopied } from "../recovery/damaged";
import { describeInterrupted, type Interrupted, interruptedOf, isAtWork, isUnreadable } from "../recovery/interrupted";
import { describePlan, type Outcome, plan } from "../recovery/plan";
import { isIdle, restoreStates } from "../recovery/restore-states";
import { findUnrecorded, unrecordedSince } from "../recovery/unrecorded";
import { readStacks } from "../stacks";

/** What this command has changed so far. */
const changes: string[] = [];

/**
 * `make recover`: after a command that was killed, lifts its lock, puts a whole state in the place of one that was cut, and takes what the
 * command made but didn't record into the state.
 */
command({ env: { type: "string" }, yes: { type: "string" } }, async (args) => {
  let agreed = requireFlag("YES", args.yes);
  const environment = await enter(requireEnv(args.env));
  const { name } = environment;
  let stacks = await readStacks(environment);
  const found = interruptedOf(stacks);
  found.flatMap(describeInterrupted).forEach((line) => console.log(line));
  refuseAtWork(found, name);
  if (found.some(isUnreadable)) {
    const restored = await restoreStates(environment, found, agreed);
    if (restored === undefined) {
      return 1;
    }
    changes.push(...restored);
    // Whoever isn't asked for a file that is torn is asked for what it hid.
    agreed ||= found.some(({ damaged }) => damaged !== undefined);
    stacks = await readStacks(environment);
    interruptedOf(stacks)
      .flatMap(describeInterrupted)
      .forEach((line) => console.log(line));
  }
  if (!(await recoverInterrupted(interruptedOf(stacks), name, agreed))) {
    return 1;
  }
  const { infrastructure, application, dns } = stacks;
  const copied = { infrastructure: infrastructure.copied, application: application.copied, dns: dns.copied };
  const states = found.length > 0 ? await readStates(name) : stacks;
  const unrecorded = await recoverUnrecorded(states, name, agreed, copied);
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

/** Of layers whose state is a copy of an earlier one. */
type Copies = Record<Layer, Copied | undefined>;

/**
 * Takes in what failed deployments made without a record, and what was made after the copy of a damaged state.
 *
 * @returns that, and what is unclear; undefined where the user doesn't want it.
 */
async function recoverUnrecorded(
  states: States,
  env: string,
  agreed: boolean,
  copies: Copies,
): Promise<Outcome[] | undefined> {
  const failing = await ofEachLayer((layer) => failingSince(layer, env));
  const ready = previewable(states);
  const all: Outcome[] = [];
  for (const layer of ready) {
    const copied = copies[layer];
    const unrecorded = unrecordedSince(failing[layer], copied);
    if (unrecorded === undefined) {
      continue;
    }
    const { since, because } = unrecorded;
    console.log(`\n${layer}: ${because} ${since.toISOString()}; asking AWS for what was made without a record …`);
    if (copied !== undefined) {
      // What was changed or deleted since. A replacement is found only once what it replaced is known to be gone.
      await mustPulumi(layer, ["refresh", "--stack", env, ...withoutAsking]);
      changes.push(`what the state of ${layer} has was read from AWS again`);
    }
    const { interrupted, plan } = await findUnrecorded(layer, env, since);
    describePlan(plan).forEach((line) => console.log(`  ${line}`));
    if (plan.creations.some(({ is }) => is === "made")) {
      if (!agreed && !(await isConfirmed(env))) {
        return undefined;
      }
      await carryOut(interrupted, env, plan);
      changes.push(`what was made of ${layer} is in its state`);
    }
    if (copied !== undefined) {
      endCopied(copied);
    }
    all.push(...plan.creations);
  }
  refuseWaiting(
    layers.filter((layer) => copies[layer] !== undefined && !ready.includes(layer)),
    ready.at(-1),
    env,
  );
  return all;
}

/** What a layer would make can't be seen where the one before it isn't deployed. */
function refuseWaiting(waiting: Layer[], last: Layer | undefined, env: string): void {
  if (waiting.length > 0) {
    throw new Error(
      `The state of ${waiting.join(", ")} is a copy, and what was made since can't be looked up before ${last} is deployed: in ` +
        `${last}/, \`pulumi up --stack ${env}\`, and then this again. ${changed()}`,
    );
  }
}

function refuseAtWork(found: Interrupted[], env: string): void {
  if (found.some(isAtWork)) {
    throw new Error(
      `The command that holds the lock is running on this machine. Wait until it has ended, or end it (kill <process>) and run this ` +
        `again. If it is another process of the same number: pulumi cancel --stack ${env}. ${changed()}`,
    );
  }
}

/** @returns false where the user doesn't want it. */
async function recoverInterrupted(found: Interrupted[], env: string, agreed: boolean): Promise<boolean> {
  refuseAtWork(found, env);
  if (found.length === 0) {
    return true;
  }
  console.log("\nasking AWS what was made …");
  const plans = await Promise.all(found.map(async (interrupted) => ({ interrupted, plan: await plan(interrupted) })));
  plans.flatMap(({ plan }) => describePlan(plan)).forEach((line) => console.log(`  ${line}`));
  if (plans.some(({ plan }) => plan.creations.some(({ is }) => is === "unclear"))) {
    throw new Error(`It isn't clear whose what was found is: see each fix above. ${changed()}`);
  }
  if (!agreed && !(await isConfirmed(env))) {
    return false;
  }
  for (const { interrupted, plan } of plans) {
    console.log(`recovering ${interrupted.layer} …`);
    await carryOut(interrupted, env, plan);
    changes.push(`what was interrupted in ${interrupted.layer} is recovered`);
  }
  return true;
}

async function isConfirmed(env: string): Promise<boolean> {
  const isYes = await isIdle(env);
  if (!isYes) {
    console.log(changed());
  }
  return isYes;
}

function changed(): string {
  return changes.length === 0
    ? "Nothing was changed."
    : ["What this command has changed:", ...changes, "Nothing else was."].join("\n  ");
}
