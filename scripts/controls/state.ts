import type { StackState } from "../pulumi/stacks";
import type { Resource } from "./resources";

/** The resources in the state of an environment, but those that wait for their end. */
export function resourcesOf(stacks: Record<string, Pick<StackState, "resources">>): Resource[] {
  return Object.values(stacks).flatMap(({ resources }) =>
    resources
      .filter((resource) => !resource.delete && !resource.pendingReplacement)
      .map(({ type, urn, inputs = {} }) => ({ type, name: urn.split("::").at(-1) ?? "", inputs })),
  );
}
