import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Layer, projectOf } from "@selfhosted/common";
import type { Scratch } from "../../bench/scratch";
import { layers } from "../../layers";
import type { Checkpoint, ResourceState } from "../../sandbox/engine/state/state";
import { isDefaultProvider } from "../../sandbox/engine/state/urn";

/** The resources in the state of a layer's stack `local`, as the backend has it and `pulumi stack export` would give it. */
export function stateOf({ folder }: Scratch, layer: Layer): ResourceState[] {
  const file = join(folder, ".local", "state", ".pulumi", "stacks", projectOf(layer), "local.json");
  return (JSON.parse(readFileSync(file, "utf8")) as Checkpoint).checkpoint.latest?.resources ?? [];
}

/**
 * What was done to resources between two exports, as `<operation> <type>`, sorted: Pulumi notes when it made a resource, and when it
 * last changed it. Left out are providers that it makes by itself, and what it only reads.
 */
function operations(before: ResourceState[], after: ResourceState[]): string[] {
  const former = new Map(before.map((resource) => [resource.urn, resource]));
  const remaining = new Set(after.map(({ urn }) => urn));
  const operation = ({ urn, created, modified }: ResourceState): string | undefined => {
    const old = former.get(urn);
    if (old === undefined) {
      return "create";
    }
    return old.created !== created ? "replace" : old.modified !== modified ? "update" : undefined;
  };
  return [
    ...after.map((resource) => ({ what: operation(resource), ...resource })),
    ...before.filter(({ urn }) => !remaining.has(urn)).map((resource) => ({ what: "delete", ...resource })),
  ]
    .filter(({ urn, external }) => !isDefaultProvider(urn) && external !== true)
    .flatMap(({ what, type }) => (what === undefined ? [] : [`${what} ${type}`]))
    .sort();
}

/** Does something, and says what it did to the resources of all layers. */
export async function operationsOf(scratch: Scratch, work: () => Promise<unknown>): Promise<string[]> {
  const state = (): ResourceState[] => layers.flatMap((layer) => stateOf(scratch, layer));
  const before = state();
  await work();
  return operations(before, state());
}
