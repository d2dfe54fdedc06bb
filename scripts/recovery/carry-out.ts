import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Layer } from "@selfhosted/common";
import { mustPulumi, withoutAsking } from "../pulumi/cli";
import type { StateResource } from "../pulumi/stacks";
import { type Interrupted, nameOf } from "./interrupted";
import type { Plan } from "./plan";

/**
 * Lifts the lock of a layer's stack, takes what was made into its state, and ends what is pending. Where it is killed itself, it goes on
 * from there the next time: an operation stays pending until what it made is in the state.
 */
export async function carryOut(
  { layer, locks, operations, resources }: Interrupted,
  env: string,
  plan: Plan,
): Promise<void> {
  const { creations, refreshed } = plan;
  const stack = ["--stack", env];
  if ("unread" in locks || locks.locks.length > 0) {
    await mustPulumi(layer, ["cancel", ...stack, "--yes", "--non-interactive"]);
  }
  const made = creations.flatMap((outcome) => (outcome.is === "made" ? [outcome] : []));
  for (const { resource } of made) {
    await setReplacedAside(layer, env, resource, resources);
  }
  if (made.length > 0) {
    await importResources(layer, env, made, { protect: false });
  }
  if (operations.length > 0) {
    // Something must be the target, or all is refreshed; of the stack itself there is nothing to read.
    const root = resources.filter(({ type }) => type === "pulumi:pulumi:Stack").map(({ urn }) => urn);
    const targets = (refreshed.length > 0 ? refreshed : root).flatMap((urn) => ["--target", urn]);
    await mustPulumi(layer, ["refresh", "--clear-pending-creates", ...targets, ...stack, ...withoutAsking]);
  }
}

/**
 * What was being replaced has the URN of its replacement, and no two may. Under another name it isn't in the program, so that the next
 * deployment deletes it once nothing uses it any more, as the one that was interrupted would have.
 */
async function setReplacedAside(
  layer: Layer,
  env: string,
  { urn }: StateResource,
  state: StateResource[],
): Promise<void> {
  if (state.some((other) => other.urn === urn && !other.delete)) {
    const name = `${nameOf(urn)}-replaced-${Date.now().toString(36)}`;
    await mustPulumi(layer, ["state", "rename", urn, name, "--stack", env, "--yes", "--non-interactive"]);
  }
}

/** Takes what is there into the state, below parents and by a provider that are in it. */
export async function importResources(
  layer: Layer,
  env: string,
  resources: Importable[],
  { protect }: { protect: boolean },
): Promise<void> {
  await withFile(importFile(resources), (file) => {
    const options = [`--protect=${protect}`, "--generate-code=false", ...withoutAsking];
    return mustPulumi(layer, ["import", "--file", file, "--stack", env, ...options]);
  });
}

/** A resource as the program makes it, and its id, as the provider imports it. */
export interface Importable {
  resource: StateResource;
  id: string;
}

/** As `pulumi import --file` reads it: https://www.pulumi.com/docs/iac/adopting-pulumi/import/#bulk-import-operations */
export function importFile(made: Importable[]): object {
  const urns = new Map<string, string>();
  const named = (urn: string): string => {
    const name = urns.get(urn) ?? `urn${urns.size}`;
    urns.set(urn, name);
    return name;
  };
  const resources = made.map(({ id, resource: { urn, type, parent = "", provider = "" } }) => ({
    ...{ type, id, name: nameOf(urn), provider: named(provider.replace(/::[^:]*$/, "")) },
    ...(!/::pulumi:pulumi:Stack::[^:]*$/.test(parent) && { parent: named(parent) }),
  }));
  return { nameTable: Object.fromEntries([...urns].map(([urn, name]) => [name, urn])), resources };
}

async function withFile<T>(content: object, use: (file: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "import-"));
  try {
    const file = join(folder, "import.json");
    writeFileSync(file, JSON.stringify(content));
    return await use(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
