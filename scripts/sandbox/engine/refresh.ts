import { COMPONENTS } from "./deployment";
import type { Stage } from "./stage";
import type { ResourceState } from "./state";
import { changedKeys, markSecrets } from "./values";

/** Brings the state to what the providers find; the state forgets what is gone. Nothing else is changed. */
export async function refresh(stage: Stage): Promise<void> {
  const resources = stage.snapshot.remaining.filter((resource) => !resource.delete);
  await Promise.all(
    resources.map((resource) =>
      stage.work.attempt(resource.urn, () => stage.work.inSlot(() => refreshOne(stage, resource))),
    ),
  );
}

async function refreshOne({ display, providers, snapshot }: Stage, resource: ResourceState): Promise<void> {
  const { urn, type, custom, id = "", inputs = {}, outputs = {}, provider = "" } = resource;
  const manager = custom ? await providers.manager(type, provider) : COMPONENTS;
  const found = await manager.read(urn, id, { inputs, outputs });
  if (!found) return display.step("delete", urn, [], async () => snapshot.drop(resource));
  const news = markSecrets(found.outputs, resource.additionalSecretOutputs ?? []);
  const changed = changedKeys(outputs, news);
  await display.step(changed.length > 0 ? "update" : "same", urn, changed, async () => {
    snapshot.replace(resource, {
      ...resource,
      ...(custom && { id: found.id }),
      inputs: found.inputs ?? inputs,
      outputs: news,
    });
  });
  display.details(outputs, news, changed);
}
