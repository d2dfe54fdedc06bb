import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { type Layer, projectOf } from "@selfhosted/common/layer";
import { causeOf } from "../report";
import { filesIn, folderOf } from "./backend";

/** A state that was cut as it was written, where it is an uncompressed file: by a machine that lost its power. */
export interface DamagedState {
  file: string;
  /** The latest that there is of it from before. */
  copy?: StateCopy;
}

interface StateCopy {
  file: string;
  takenAt: Date;
  /** Whether more may have been written since than what was cut: the state from before the last write isn't whole either. */
  mayBeOld: boolean;
}

/** A state that is a copy of an earlier one, until it is known what was made since. */
export interface Copied {
  since: Date;
  /** What was damaged, which is kept under a name that says from when the copy is. */
  kept: string[];
}

function stateFile(layer: Layer, stack: string, backend: string): string {
  return join(folderOf(backend, layer), ".pulumi", "stacks", projectOf(layer), `${stack}.json`);
}

/**
 * The state of a layer's stack, where it isn't whole. Pulumi keeps the state from before its last write beside it, and one from the end of
 * each update: https://github.com/pulumi/pulumi/blob/master/pkg/backend/diy/state.go (`backupTarget`, `addToHistory`).
 */
export function damagedState(layer: Layer, stack: string, backend: string): DamagedState | undefined {
  if (!backend.startsWith("file://")) {
    return undefined;
  }
  const file = stateFile(layer, stack, backend);
  if (!existsSync(file) || takenAt(file) !== undefined) {
    return undefined;
  }
  const history = join(folderOf(backend, layer), ".pulumi", "history", projectOf(layer), stack);
  // Names end in the time of the update.
  const ofUpdates = filesIn(history).filter((each) => each.endsWith(".checkpoint.json"));
  const before = wholeOf([`${file}.bak`]);
  const ofUpdate = wholeOf(ofUpdates.sort().reverse());
  // After an update that completed, its own copy is newer than what was there before its last write.
  const copy = before && ofUpdate && ofUpdate.takenAt > before.takenAt ? ofUpdate : (before ?? ofUpdate);
  return copy ? { file, copy: { ...copy, mayBeOld: before === undefined } } : { file };
}

function wholeOf(files: string[]): Pick<StateCopy, "file" | "takenAt"> | undefined {
  for (const file of files) {
    const time = takenAt(file);
    if (time !== undefined) {
      return { file, takenAt: time };
    }
  }
  return undefined;
}

/** When Pulumi wrote a state; undefined where the file isn't whole, or isn't there. */
function takenAt(file: string): Date | undefined {
  try {
    const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as Checkpoint;
    const time = checkpoint?.latest?.manifest?.time;
    const milliseconds = time === undefined ? statSync(file).mtimeMs : Date.parse(time);
    // AWS says to the second when it made something.
    return new Date(Math.floor(milliseconds / 1000) * 1000);
  } catch {
    return undefined;
  }
}

interface Checkpoint {
  checkpoint?: { latest?: { manifest?: { time?: string } } };
}

export function describeDamaged({ file, copy }: DamagedState): string {
  const before = copy ? `${copy.file} is whole, of ${copy.takenAt.toISOString()}` : "there is no copy of it";
  return `its state ${file} was cut as it was written; ${before}`;
}

/**
 * Puts the copy in the place of what is damaged, which is kept beside it. There is a state at any moment, and it is the one or the other.
 *
 * @returns what was done.
 * @throws Error where it can't be; the state is as it was then.
 */
export function restoreCopy({ file, copy }: DamagedState & { copy: StateCopy }): string {
  // Pulumi takes what ends in .json for a stack.
  const next = `${file}.next`;
  try {
    copyToDisk(copy.file, next);
    if (takenAt(file) !== undefined) {
      throw new Error("it is whole again");
    }
    const kept = freeName(`${file}.damaged-${compact(copy.takenAt)}`);
    copyToDisk(file, kept);
    renameSync(next, file);
    toDisk(dirname(file));
    return `${copy.file} is now the state; what was damaged is kept as ${kept}`;
  } catch (error) {
    rmSync(next, { force: true });
    throw new Error(`${file} is as it was, since no copy could be put in its place: ${causeOf(error)}`);
  }
}

/** Whether the state of a layer's stack is a copy, of which it isn't known yet what was made since: no command has found it all. */
export function copiedState(layer: Layer, stack: string, backend: string): Copied | undefined {
  if (!backend.startsWith("file://")) {
    return undefined;
  }
  const file = stateFile(layer, stack, backend);
  if (!existsSync(file)) {
    return undefined;
  }
  const found = filesIn(dirname(file)).flatMap((kept) => {
    const [, time] = kept.startsWith(file) ? (/^\.damaged-(\d+T\d+Z)(-\d+)?$/.exec(kept.slice(file.length)) ?? []) : [];
    return time === undefined ? [] : { kept, since: fromCompact(time) };
  });
  const times = found.map(({ since }) => Number(since));
  return found.length > 0 ? { since: new Date(Math.min(...times)), kept: found.map(({ kept }) => kept) } : undefined;
}

/** From now on, the state is one like any other: it is known what was made since the copy. */
export function endCopied({ kept }: Copied): void {
  kept.forEach((file) => renameSync(file, freeName(`${file}.done`)));
}

/** `20260320T130007Z` */
function compact(time: Date): string {
  return time.toISOString().replace(/[-:]|\.\d+/g, "");
}

function fromCompact(text: string): Date {
  return new Date(text.replace(/^(\d{4})(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z"));
}

function freeName(wanted: string): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted}-${number}`;
    if (!existsSync(name)) {
      return name;
    }
  }
}

/** A copy that is there after a loss of power, or not at all. */
function copyToDisk(from: string, to: string): void {
  try {
    copyFileSync(from, to);
    toDisk(to);
  } catch (error) {
    rmSync(to, { force: true });
    throw error;
  }
}

function toDisk(path: string): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
