import type { StackState } from "../pulumi/stacks";
import type { Import } from "./part";

/**
 * Refuses a stack that holds anything but what this command takes over, which it may have done before.
 *
 * @throws Error where it was deployed, or holds something else.
 */
export function refuseDeployed(
  env: string,
  { resources, operations }: Pick<StackState, "resources" | "operations">,
  imports: Import[],
): void {
  const ids = imports.map(({ id }) => id);
  const others = resources.filter(
    ({ type, id }) => id !== undefined && id !== "" && !type.startsWith("pulumi:providers:") && !ids.includes(id),
  );
  // Those of this command are imports.
  const begun = operations.filter(({ type }) => type !== "importing");
  if (others.length + begun.length > 0) {
    throw new Error(
      `infrastructure of ${env} is deployed, or is being deployed: it holds ${others.length + begun.length} resources of its own. What ` +
        "another installer has made is taken over by an environment that isn't deployed yet: make init ENV=…",
    );
  }
}
