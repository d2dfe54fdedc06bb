import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Scratch } from "../../bench/scratch";
import { type Deployed, layers } from "../../layers";
import type { Emulator } from "../../sandbox/emulator";
import type { Seeded } from "../../sandbox/seed";
import type { Access } from "./inventory";
import { stateOf } from "./state";

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

/** The outputs of all layers as their states have them: what is secret, encrypted. */
export function outputsOf(scratch: Scratch): Deployed {
  const outputs = layers.map((layer) => [
    layer,
    stateOf(scratch, layer).find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs,
  ]);
  return Object.fromEntries(outputs) as Deployed;
}

function emulator({ folder }: Scratch): Emulator {
  return JSON.parse(readFileSync(join(folder, ".local", "emulator.json"), "utf8")) as Emulator;
}
