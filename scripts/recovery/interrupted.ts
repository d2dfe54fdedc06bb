import type { Layer } from "@selfhosted/common";
import type { Environment } from "../environment";
import { layers } from "../layers";
import { type PendingOperation, readStackState, type StateResource } from "../pulumi/stacks";
import { backendOf, tornFiles } from "./backend";
import { describeLock, isAlive, type Locks, readLocks } from "./locks";

/** A layer whose last command didn't come to its end, or hasn't yet. */
export interface Interrupted {
  layer: Layer;
  locks: Locks;
  /** Files that Pulumi was writing, without which it can read the stack again. */
  torn: string[];
  operations: PendingOperation[];
  resources: StateResource[];
}

/** The layers with a lock on their stack, or with pending operations in its state. */
export async function findInterrupted({ name, stack }: Environment): Promise<Interrupted[]> {
  const found = await Promise.all(
    layers.map(async (layer) => {
      const backend = await backendOf(layer);
      const torn = tornFiles(layer, stack, backend);
      const [state, locks] = await Promise.all([
        torn.length > 0 ? undefined : readStackState(layer, name),
        readLocks(layer, stack, backend),
      ]);
      return { layer, locks, torn, operations: state?.pending_operations ?? [], resources: state?.resources ?? [] };
    }),
  );
  return found.filter(({ locks, torn, operations }) => isLocked(locks) || torn.length > 0 || operations.length > 0);
}

function isLocked(locks: Locks): boolean {
  return "locks" in locks && locks.locks.length > 0;
}

/** Whether a command of this machine is at work on the layer. */
export function isAtWork({ locks }: Interrupted): boolean {
  return "locks" in locks && locks.locks.some((lock) => isAlive(lock) === true);
}

/** What was found of a layer, a line each. */
export function describeInterrupted({ layer, locks, torn, operations }: Interrupted): string[] {
  return [
    ...("unread" in locks ? [`${layer}: ${locks.unread}`] : []),
    ...("locks" in locks ? locks.locks.map((lock) => `${layer}: locked by ${describeLock(lock)}`) : []),
    ...torn.map((file) => `${layer}: killed while writing ${file}, which is empty; the state is beside it, and whole`),
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
export async function refuseInterrupted(environment: Environment): Promise<void> {
  const found = await findInterrupted(environment);
  if (found.length > 0) {
    throw new Error(refusal(environment.name, found));
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
  const found = await findInterrupted(environment).catch(() => []);
  return found.length > 0 ? `make recover ENV=${environment.name} && ` : "";
}

/** Says in a line that a command was interrupted: for those that only read. */
export async function mentionInterrupted(environment: Environment): Promise<void> {
  // What can't be read, the command itself meets and explains.
  const found = await findInterrupted(environment).catch(() => []);
  if (found.length > 0) {
    const which = found.map(({ layer }) => layer).join(", ");
    const busy = found.some(isAtWork) ? "a command is at work on it" : "a command was interrupted there";
    console.error(`note: ${which}: ${busy}; make recover ENV=${environment.name} says more`);
  }
}
