import { rmSync } from "node:fs";
import { confirm } from "../confirm";
import type { Environment } from "../environment";
import { readStacks } from "../stacks";
import { restoreCopy } from "./damaged";
import { describeInterrupted, type Interrupted, interruptedOf } from "./interrupted";
import { describeLock, isAlive } from "./locks";

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Removes what is torn, which holds nothing and hides what is in doubt, and puts copies in the place of states that are damaged.
 *
 * @param agreed by YES=1, which isn't enough where a copy may be old, or a command may be at work on another machine.
 * @returns what was changed; undefined where the user doesn't want it.
 * @throws Error where it can't be done, before anything was changed.
 */
export async function restoreStates(
  environment: Environment,
  found: Interrupted[],
  agreed: boolean,
): Promise<string[] | undefined> {
  const { name } = environment;
  const damaged = restorable(found);
  const doubts = damaged.length > 0 ? found.flatMap(doubtsOf) : [];
  if (doubts.length > 0 ? !(await isSure(name, doubts)) : damaged.length > 0 && !agreed && !(await isIdle(name))) {
    console.log("Nothing was changed.");
    return undefined;
  }
  await refuseChanged(environment, found);
  const changes: string[] = [];
  const changed = (what: string): void => {
    console.log(what);
    changes.push(what);
  };
  for (const file of found.flatMap(({ torn }) => torn)) {
    rmSync(file);
    changed(`${file} was empty and is deleted`);
  }
  for (const each of damaged) {
    changed(restoreCopy(each));
  }
  return changes;
}

/** Whether nothing works on an environment, as the user says. */
export function isIdle(env: string): Promise<boolean> {
  return confirm(`make recover ENV=${env} YES=1`, "Does nothing work on it any more? Type yes: ", "yes");
}

type Restorable = Parameters<typeof restoreCopy>[0];

/** @throws Error where one of what is damaged has no copy: then all is left as it is. */
function restorable(found: Interrupted[]): Restorable[] {
  const damaged = found.flatMap(({ damaged }) => damaged ?? []);
  const lost = damaged.filter(({ copy }) => copy === undefined).map(({ file }) => file);
  if (lost.length > 0) {
    throw new Error(
      `There is no copy of ${lost.join(", ")}. Put one from a backup of this machine in its place, and run this again. Nothing was changed.`,
    );
  }
  return damaged.flatMap(({ file, copy }) => (copy ? { file, copy } : []));
}

/** What a person has to decide. */
function doubtsOf({ layer, damaged, locks }: Interrupted): string[] {
  const { takenAt, mayBeOld } = damaged?.copy ?? { takenAt: new Date(), mayBeOld: false };
  const days = Math.floor((Date.now() - takenAt.getTime()) / dayMs);
  const away = "locks" in locks ? locks.locks.filter((lock) => isAlive(lock) === undefined) : [];
  return [
    ...(mayBeOld
      ? [
          `${layer}: the latest copy that is whole is of ${takenAt.toISOString()}, ${days} ${days === 1 ? "day" : "days"} ago, and commands may have ` +
            `changed the stack since. What they changed or deleted is read from AWS again, and what they made is looked up there; what ` +
            `isn't found stays without a record. If a backup of this machine has a later ${damaged?.file}, put that in its place instead.`,
        ]
      : []),
    ...away.map(
      (lock) => `${layer}: whether this one is still at work can't be seen from here: ${describeLock(lock)}.`,
    ),
  ];
}

/** @throws Error where nobody is there to be asked. */
async function isSure(env: string, doubts: string[]): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new Error(
      [
        ...doubts,
        `YES=1 isn't enough for that. At a terminal, which asks: make recover ENV=${env}. Nothing was changed.`,
      ].join("\n"),
    );
  }
  doubts.forEach((doubt) => console.log(doubt));
  const question = "Does nothing work on it any more, and may each copy become the state? Type yes: ";
  return confirm(`make recover ENV=${env}`, question, "yes");
}

/** @throws Error where something was done meanwhile: a command began, or somebody put a whole state there. */
async function refuseChanged(environment: Environment, found: Interrupted[]): Promise<void> {
  const [before, now] = [found, interruptedOf(await readStacks(environment))].map((all) =>
    all.flatMap(describeInterrupted).join("\n"),
  );
  if (before !== now) {
    throw new Error(
      `Something was done meanwhile, so nothing was changed. It is now:\n${now || "all states are whole"}\nRun this again.`,
    );
  }
}
