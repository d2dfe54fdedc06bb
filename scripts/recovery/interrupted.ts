import type { Environment } from "../environment";
import type { StateResource } from "../pulumi/stacks";
import { readStacks, type Stack, type Stacks } from "../stacks";
import { describeDamaged } from "./damaged";
import { describeLock, isAlive, type Locks } from "./locks";

/** A layer whose last command didn't come to its end, or hasn't yet. */
export type Interrupted = Pick<Stack, "layer" | "locks" | "torn" | "damaged" | "copied" | "operations" | "resources">;

/**
 * The layers with a lock on their stack, with files that are torn or damaged, with a copy for a state, or with pending operations in it.
 */
export function interruptedOf(stacks: Stacks): Interrupted[] {
  return Object.values(stacks).filter(
    ({ locks, torn, damaged, copied, operations }) =>
      isLocked(locks) || torn.length > 0 || (damaged ?? copied) !== undefined || operations.length > 0,
  );
}

function isLocked(locks: Locks): boolean {
  return "locks" in locks && locks.locks.length > 0;
}

/** Whether a command of this machine is at work on the layer. */
export function isAtWork({ locks }: Interrupted): boolean {
  return "locks" in locks && locks.locks.some((lock) => isAlive(lock) === true);
}

/** Whether nothing of a stack can be read until what is torn or damaged is out of the way. */
export function isUnreadable({ torn, damaged }: Pick<Stack, "torn" | "damaged">): boolean {
  return torn.length > 0 || damaged !== undefined;
}

/** What was found of a layer, a line each. */
export function describeInterrupted({ layer, locks, torn, damaged, copied, operations }: Interrupted): string[] {
  return [
    ...("unread" in locks ? [`${layer}: ${locks.unread}`] : []),
    ...("locks" in locks ? locks.locks.map((lock) => `${layer}: locked by ${describeLock(lock)}`) : []),
    ...torn.map((file) => `${layer}: killed while writing ${file}, which is empty; the state is beside it, and whole`),
    ...(damaged ? [`${layer}: ${describeDamaged(damaged)}`] : []),
    ...(copied
      ? [`${layer}: its state is a copy of ${copied.since.toISOString()}, and what was made since isn't looked up yet`]
      : []),
    ...operations.map(({ type, resource }) => `${layer}: interrupted while ${type} ${describeResource(resource)}`),
  ];
}

/** Such as `pulumi-prod-api-service (aws:ecs/service:Service)`. */
export function describeResource({ urn, type }: Pick<StateResource, "urn" | "type">): string {
  return `${nameOf(urn)} (${type})`;
}

/** The logical name of a resource. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** @throws Error where a command was interrupted or is at work; it says which command leads on. */
export function refuseInterrupted({ name }: Environment, stacks: Stacks): void {
  const found = interruptedOf(stacks);
  if (found.length > 0) {
    throw new Error(refusal(name, found));
  }
}

export function refusal(env: string, found: Interrupted[]): string {
  const isBusy = found.some(isAtWork);
  return [
    `${isBusy ? `A command is at work on ${env}.` : `A command was interrupted in ${env}, or is at work on another machine.`} Nothing was changed.`,
    ...found.flatMap(describeInterrupted).map((line) => `  ${line}`),
    `${isBusy ? "Wait until it has ended, or end it; then:" : "When nothing works on it any more:"} make recover ENV=${env}`,
  ].join("\n");
}

/** What must be typed before a command is run again, as `make recover ENV=prod && `; empty where nothing was interrupted. */
export async function recoverFirst(environment: Environment): Promise<string> {
  // After a failure: another one must not hide it.
  const found = await readStacks(environment).then(interruptedOf, () => []);
  return found.length > 0 ? `make recover ENV=${environment.name} && ` : "";
}

/** What to do after a failure where nothing was interrupted that Pulumi has a record of. */
export function hintUnrecorded(env: string): string {
  return `Where the provider's process ended, or something exists already and isn't in the state: make recover ENV=${env}`;
}

/**
 * Says in a line that a command was interrupted: for those that only read.
 *
 * @throws Error where nothing can be read.
 */
export function mentionInterrupted({ name }: Environment, stacks: Stacks): void {
  const found = interruptedOf(stacks);
  if (found.some(isUnreadable)) {
    throw new Error(refusal(name, found));
  }
  if (found.length > 0) {
    const which = found.map(({ layer }) => layer).join(", ");
    const busy = found.some(isAtWork) ? "a command is at work on it" : "a command was interrupted there";
    console.error(`note: ${which}: ${busy}; make recover ENV=${name} says more`);
  }
}
