import { execFileSync } from "node:child_process";
import {
  closeSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectOf } from "@selfhosted/common";
import type { Scratch } from "../../bench/scratch";
import { layers } from "../../layers";

const stateFolder = ({ folder }: Scratch): string => join(folder, ".local", "state", ".pulumi");

/** Cuts the state that was written last, as a machine does that loses its power. */
export function cutState(scratch: Scratch, random: () => number): void {
  const files = layers.map((layer) => join(stateFolder(scratch), "stacks", projectOf(layer), "local.json"));
  const [last = ""] = files.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  truncateSync(last, Math.floor(random() * statSync(last).size));
}

/** The state of a checkout on a disk of its own, which can be filled. */
interface Disk {
  fill: () => void;
  /** Makes room, and puts the state back where it was. */
  remove: () => void;
}

const mount = (folder: string): unknown =>
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=64m", "tmpfs", folder], { stdio: "pipe" });

export function whyNoFullDisk(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "disk-"));
  try {
    mount(folder);
    execFileSync("umount", [folder]);
    return undefined;
  } catch {
    return "nobody but root may mount a small disk here";
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function fullDisk(scratch: Scratch): Disk {
  const folder = stateFolder(scratch);
  const aside = mkdtempSync(join(tmpdir(), "state-"));
  const filler = join(folder, "filler");
  const copy = (from: string, to: string): void => cpSync(from, to, { recursive: true, preserveTimestamps: true });
  copy(folder, aside);
  mount(folder);
  copy(aside, folder);
  return {
    fill: () => {
      const file = openSync(filler, "w");
      for (let size = 2 ** 20; size > 0;) {
        try {
          writeSync(file, Buffer.alloc(size));
        } catch {
          size = Math.floor(size / 2);
        }
      }
      closeSync(file);
    },
    remove: () => {
      rmSync(filler, { force: true });
      [aside, folder].forEach((each) => mkdirSync(each, { recursive: true }));
      rmSync(aside, { recursive: true });
      copy(folder, aside);
      execFileSync("umount", [folder]);
      rmSync(folder, { recursive: true });
      copy(aside, folder);
      rmSync(aside, { recursive: true });
    },
  };
}
