import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Scratch } from "../../bench/scratch";
import type { Seeded } from "../../sandbox/seed";
import type { Access } from "./inventory";

/** What the account of a scratch checkout was seeded with. */
export function seeded(scratch: Scratch): Seeded {
  return read(scratch, "seeded.json") as Seeded;
}

export function access(scratch: Scratch): Access {
  const { url } = read(scratch, "emulator.json") as { url: string };
  return {
    endpoint: url,
    region: seeded(scratch).region,
    credentials: { accessKeyId: "sandbox", secretAccessKey: "sandbox" },
    forcePathStyle: true,
  };
}

/** Lines of the summaries that say how many resources were made, changed or removed. */
export function changes(output: string): string[] {
  return output.split("\n").filter((line) => /^\s+\S+ \d+ (created|updated|deleted|replaced)/.test(line));
}

function read(scratch: Scratch, file: string): unknown {
  return JSON.parse(readFileSync(join(scratch.folder, ".local", file), "utf8"));
}
