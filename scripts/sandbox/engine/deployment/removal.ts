import { ensure } from "../errors";
import { dependenciesOf, type ResourceState } from "../state/state";
import { splitRef } from "../state/urn";
import { unknown } from "../state/values";
import type { Stage } from "./work";

/**
 * Deletes one old resource, unless it is to be kept; the state forgets it.
 *
 * @param how whether another deletion takes it along; whether it has or gets a replacement, which is what counts as a step.
 */
export async function deleteNow(
  stage: Stage,
  resource: ResourceState,
  how: { goesWithAnother?: boolean; isReplaced?: boolean } = {},
): Promise<void> {
  const { display, preview, providers, snapshot } = stage;
  const { urn, protect, retainOnDelete, external, pendingReplacement } = resource;
  const remove = async (): Promise<void> => {
    ensure(
      !protect || how.isReplaced,
      `resource "${urn}" cannot be deleted\nbecause it is protected. To unprotect the resource, either remove the ` +
        "`protect` flag from the resource in your Pulumi program and run `pulumi up`, or use the command:\n" +
        `\`pulumi state unprotect '${urn}'\``,
    );
    if (!preview && !retainOnDelete && !how.goesWithAnother && !external && !pendingReplacement) {
      await (await providers.manager(resource)).delete(resource);
    }
    snapshot.drop(resource);
  };
  const work = (): Promise<void> => snapshot.during("deleting", resource, remove);
  await (how.isReplaced ? work() : display.step("delete", resource, work));
}

/** Deletes old resources: what nothing depends on at once, then what nothing depends on any more, and so on until one fails. */
export async function deleteAll(stage: Stage, resources: readonly ResourceState[]): Promise<void> {
  const { work } = stage;
  const going = new Set(resources.map(({ urn }) => urn));
  let left = [...resources];
  while (left.length > 0 && !work.stopped.aborted) {
    const needed = new Set(left.flatMap(dependenciesOf));
    const free = left.filter(({ urn }) => !needed.has(urn));
    left = left.filter((resource) => !free.includes(resource));
    const remove = (resource: ResourceState): Promise<void> =>
      deleteNow(stage, resource, {
        goesWithAnother: going.has(resource.deletedWith ?? ""),
        isReplaced: resource.delete,
      });
    await Promise.all(free.map((resource) => work.attempt(resource.urn, () => remove(resource))));
  }
}

/** Old resources that can't outlive `root`: those that its replacement would replace, and so on. */
export async function dependentsToReplace(stage: Stage, root: ResourceState): Promise<ResourceState[]> {
  const replaced = new Set([root.urn]);
  const dependents: ResourceState[] = [];
  for (const resource of stage.snapshot.remaining) {
    const isCandidate = resource.custom && !resource.external && !resource.delete && !replaced.has(resource.urn);
    if (isCandidate && (await isReplacedWith(stage, replaced, resource))) {
      replaced.add(resource.urn);
      dependents.push(resource);
    }
  }
  return dependents;
}

async function isReplacedWith(stage: Stage, replaced: Set<string>, resource: ResourceState): Promise<boolean> {
  const { provider = "", propertyDependencies = {}, deletedWith = "", inputs = {} } = resource;
  if (replaced.has(deletedWith) || (provider && replaced.has(splitRef(provider).urn))) {
    return true;
  }
  const affected = Object.keys(inputs).filter((key) => propertyDependencies[key]?.some((urn) => replaced.has(urn)));
  if (affected.length === 0) {
    return false;
  }
  const unknowns = Object.fromEntries(affected.map((key) => [key, unknown]));
  const manager = await stage.providers.manager(resource);
  return (await manager.diff(resource, { ...inputs, ...unknowns })).replaces.length > 0;
}
