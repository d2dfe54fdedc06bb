import type { StepKind } from "./display";
import type { Stage } from "./stage";
import { dependenciesOf, type ResourceState } from "./state";
import { splitRef } from "./urn";
import { UNKNOWN } from "./values";

/** @throws naming every protected resource at once. */
export function refuseProtected(resources: readonly ResourceState[], what: "deleted" | "replaced"): void {
  const kept = resources.filter((resource) => resource.protect && !resource.delete).map(({ urn }) => `'${urn}'`);
  if (kept.length === 0) return;
  throw new Error(
    `${kept.length > 1 ? "these resources" : "this resource"} cannot be ${what} because of \`protect\`: ${kept.join(", ")}. ` +
      "To unprotect, set `protect` to false in the program and run `pulumi up`",
  );
}

/** Deletes one old resource, unless it is to be kept or goes with another; the state forgets it. */
export async function deleteNow(
  stage: Stage,
  resource: ResourceState,
  kind: StepKind,
  goesWithAnother = false,
): Promise<void> {
  const { display, preview, providers, snapshot } = stage;
  await display.step(kind, resource.urn, [], async () => {
    const keep = resource.retainOnDelete || goesWithAnother || resource.external || resource.pendingReplacement;
    if (!preview && resource.custom && !keep) {
      await (await providers.manager(resource.type, resource.provider ?? "")).delete(resource);
    }
    snapshot.drop(resource);
    await snapshot.save();
  });
}

/**
 * Deletes old resources, each after everything that depends on it, as many at once as the operation allows. What a failed
 * deletion still needs is kept.
 *
 * @throws before anything is deleted, when one of them is protected.
 */
export async function deleteAll(stage: Stage, resources: readonly ResourceState[]): Promise<void> {
  refuseProtected(resources, "deleted");
  const going = new Set(resources.map(({ urn }) => urn));
  const deleted = new Map<ResourceState, Promise<boolean>>();
  // From the end, so that the dependents of a resource, which stand behind it, have their promise already.
  for (const resource of [...resources].reverse()) {
    const dependents = [...deleted].filter(([other]) => dependenciesOf(other).includes(resource.urn));
    deleted.set(resource, remove(resource, Promise.all(dependents.map(([, done]) => done))));
  }
  await Promise.all(deleted.values());

  async function remove(resource: ResourceState, dependents: Promise<boolean[]>): Promise<boolean> {
    if ((await dependents).includes(false) || stage.work.cancelled) return false;
    const goesWithAnother = going.has(resource.deletedWith ?? "");
    const done = await stage.work.attempt(resource.urn, () =>
      stage.work.inSlot(async () => {
        await deleteNow(stage, resource, resource.delete ? "delete-replaced" : "delete", goesWithAnother);
        return true;
      }),
    );
    return done ?? false;
  }
}

/** The named resources and what depends on them. @throws when a name is unknown. */
export function withDependents(resources: readonly ResourceState[], targets: readonly string[]): ResourceState[] {
  const unknown = targets.filter((urn) => !resources.some((resource) => resource.urn === urn));
  if (unknown.length > 0) throw new Error(`no resource in the stack has the URN ${unknown.join(", ")}`);
  const chosen = new Set(targets);
  return resources.filter((resource) => {
    const included = chosen.has(resource.urn) || dependenciesOf(resource).some((urn) => chosen.has(urn));
    if (included) chosen.add(resource.urn);
    return included;
  });
}

/** Old resources that can't outlive `root`: those that its replacement would replace, and so on. */
export async function dependentsToReplace(stage: Stage, root: ResourceState): Promise<ResourceState[]> {
  const replaced = new Set([root.urn]);
  const dependents: ResourceState[] = [];
  for (const resource of stage.snapshot.remaining) {
    if (!resource.custom || resource.external || resource.delete || replaced.has(resource.urn)) continue;
    if (!(await isReplacedWith(stage, replaced, resource))) continue;
    replaced.add(resource.urn);
    dependents.push(resource);
  }
  return dependents;
}

async function isReplacedWith(stage: Stage, replaced: Set<string>, resource: ResourceState): Promise<boolean> {
  const { provider = "", propertyDependencies = {}, deletedWith = "", inputs = {} } = resource;
  if (replaced.has(deletedWith) || (provider && replaced.has(splitRef(provider).urn))) return true;
  const affected = Object.keys(inputs).filter((key) => propertyDependencies[key]?.some((urn) => replaced.has(urn)));
  if (affected.length === 0) return false;
  const manager = await stage.providers.manager(resource.type, provider);
  const unknown = Object.fromEntries(affected.map((key) => [key, UNKNOWN]));
  return (await manager.diff(resource, { ...inputs, ...unknown }, resource.ignoreChanges ?? [])).replaces.length > 0;
}

/** Takes over what a killed deployment created and no program registers any more, so that it can be deleted. */
export async function adoptLeftovers({ display, providers, snapshot, work }: Stage): Promise<void> {
  for (const state of snapshot.pendingCreates) {
    display.log(
      "warning",
      state.urn,
      "an interrupted deployment was creating it, but nothing declares it any more: it is deleted",
    );
    await work.attempt(state.urn, async () => {
      const manager = await providers.manager(state.type, state.provider ?? "");
      const { id, outputs } = await manager.create(state.urn, state.inputs ?? {});
      snapshot.adopt({ ...state, id, outputs });
    });
    snapshot.abandon(state.urn);
  }
}
