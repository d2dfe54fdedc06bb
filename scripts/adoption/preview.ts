import { type Step, typeOf } from "../pulumi/steps";
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

function describeLoss(step: Step): string {
  const { op, urn, replaceReasons } = step;
  const what = describeResource({ urn, type: typeOf(step) });
  const why = replaceReasons?.length ? `, for ${replaceReasons.join(", ")}` : "";
  return `  ${what}: ${op}${why}`;
}

/** What a deployment changes in place, a line for each resource. */
export function describeUpdates(steps: Step[]): string[] {
  return steps
    .filter(({ op }) => op === "update")
    .map((step) => {
      const properties = Object.keys(step.detailedDiff ?? {});
      return `  ${describeResource({ urn: step.urn, type: typeOf(step) })}: ${properties.join(", ") || "changed"}`;
    });
}
