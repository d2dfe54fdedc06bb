import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Layer, projectOf } from "@selfhosted/common";
import { expect } from "chai";
import { parse, stringify } from "yaml";
import type { Scratch } from "../../bench/scratch";
import { plainPulumi } from "./plain-pulumi";

/** Edits the configuration of a layer's stack as a user does in a text editor; `undefined` takes a setting out. */
export function configure({ folder }: Scratch, layer: Layer, changes: Record<string, unknown>): void {
  const file = join(folder, layer, "Pulumi.local.yaml");
  const stack = parse(readFileSync(file, "utf8")) as { config: Record<string, unknown> };
  for (const [key, value] of Object.entries(changes)) {
    stack.config[`${projectOf(layer)}:${key}`] = value;
  }
  writeFileSync(file, stringify(stack));
}

/** Sets secret settings of a layer, encrypted; a dot leads into a map, as in `apiExtraSecrets.TOKEN`. */
export async function configureSecrets(scratch: Scratch, layer: Layer, values: Record<string, string>): Promise<void> {
  const pairs = Object.entries(values).flatMap(([key, value]) => ["--secret", `${key}=${value}`]);
  const set = await plainPulumi(scratch, layer, ["config", "set-all", "--stack", "local", "--path", ...pairs]);
  expect(set.code, set.output).to.equal(0);
}
