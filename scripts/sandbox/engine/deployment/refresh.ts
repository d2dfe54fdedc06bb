import { ensure } from "../errors";
import { type ResourceState, withReferences } from "../state/state";
import { changedKeys, markSecrets } from "../state/values";
import type { Stage } from "./work";

/** Brings the state, or its targets, to what the providers find; the state forgets what is gone. Nothing else is changed. */
export async function refresh(stage: Stage): Promise<void> {
  const { snapshot, targets, work } = stage;
  for (const urn of targets) {
    ensure(snapshot.find(urn), `no resource named '${urn}' found`);
  }
  const found = new Map<ResourceState, ResourceState | undefined>();
  const read = async (old: ResourceState): Promise<void> => {
    await work.attempt(old.urn, async () => void found.set(old, await refreshOne(stage, old)));
  };
  const refreshed = snapshot.remaining.filter(({ urn }) => targets.size === 0 || targets.has(urn));
  await Promise.all(refreshed.map(read));
  snapshot.change((old) => (found.has(old) ? found.get(old) : old));
  const known = new Set(snapshot.resources.map(({ urn }) => urn));
  snapshot.change((old) => withReferences(old, (urn) => (known.has(urn) ? urn : undefined)));
}

async function refreshOne({ display, providers }: Stage, old: ResourceState): Promise<ResourceState | undefined> {
  const { custom, inputs = {}, outputs = {}, additionalSecretOutputs, ignoreChanges } = old;
  const found = await (await providers.manager(old)).read({ inputs: {}, outputs: {}, ...old });
  if (!found) {
    return display.step("delete", old, async () => undefined);
  }
  const news = markSecrets(found.outputs, additionalSecretOutputs);
  // What AWS makes up itself, and what the program ignores, isn't a change.
  const changed = changedKeys(outputs, news).filter((key) => key in inputs && !ignoreChanges?.includes(key));
  const next = { ...old, ...(custom && { id: found.id }), inputs: found.inputs ?? inputs, outputs: news };
  return display.step(changed.length > 0 ? "update" : "same", old, async () => next, changed);
}
