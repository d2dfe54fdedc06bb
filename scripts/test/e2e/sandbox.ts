import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Scratch } from "../../bench/scratch";
import type { Deployed } from "../../layers";
import type { Emulator } from "../../sandbox/emulator";
import type { Seeded } from "../../sandbox/seed";
import type { Access } from "./inventory";

/** What the account of a scratch checkout was seeded with. */
export function seeded(scratch: Scratch): Seeded {
  return emulator(scratch).account;
}

export function access(scratch: Scratch): Access {
  const { url, account } = emulator(scratch);
  return {
    endpoint: url,
    region: account.region,
    credentials: { accessKeyId: "sandbox", secretAccessKey: "sandbox" },
    forcePathStyle: true,
  };
}

/** The outputs of all layers, as `make outputs` gives them. */
export async function outputsOf(scratch: Scratch): Promise<Deployed> {
  const { code, stdout, output } = await scratch.make("--silent", "outputs", "ENV=local", "JSON=1");
  expect(code, output).to.equal(0);
  return JSON.parse(stdout) as Deployed;
}

function emulator({ folder }: Scratch): Emulator {
  return JSON.parse(readFileSync(join(folder, ".local", "emulator.json"), "utf8")) as Emulator;
}
