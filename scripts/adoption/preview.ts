import type { Step } from "../pulumi/steps";
import { describeResource } from "../recovery/interrupted";

const harmless = ["same", "create", "update", "read", "refresh"];

/** @throws Error where a deployment would replace or delete anything. */
export function refuseLosses(steps: Step[]): void {
  const losses = steps.filter(({ op }) => !harmless.includes(op));
  if (losses.length > 0) {
    throw new Error(
      ["A deployment would replace or delete what was taken over:", ...[...new Set(losses.map(describeLoss))]].join(
        "\n",
      ),
    );
  }
}

function describeLoss({ op, urn, oldState, newState, replaceReasons }: Step): string {
  const what = describeResource({ urn, type: (newState ?? oldState)?.type ?? "" });
  const why = replaceReasons?.length ? `, for ${replaceReasons.join(", ")}` : "";
  return `  ${what}: ${op}${why}`;
}

/** What a deployment changes in place, a line for each resource. */
export function describeUpdates(steps: Step[]): string[] {
  return steps
    .filter(({ op }) => op === "update")
    .map(({ urn, newState, detailedDiff }) => {
      const properties = Object.keys(detailedDiff ?? {});
      return `  ${describeResource({ urn, type: newState?.type ?? "" })}: ${properties.join(", ") || "changed"}`;
    });
}
