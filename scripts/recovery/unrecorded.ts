import type { Layer } from "@selfhosted/common";
import { PulumiError } from "../pulumi/cli";
import { readStackState, type StateResource } from "../pulumi/stacks";
import { previewSteps } from "../pulumi/steps";
import type { Copied } from "./damaged";
import type { Interrupted } from "./interrupted";
import { type Outcome, type Plan, plan } from "./plan";

/** What a layer would make, and AWS has already. */
export interface Unrecorded {
  interrupted: Interrupted;
  plan: Plan;
}

/** From when on something may have been made of which the state has no record, and why; undefined where nothing was. */
export function unrecordedSince(
  failing: Date | undefined,
  copied: Copied | undefined,
): { since: Date; because: string } | undefined {
  if (copied !== undefined && !(failing && failing < copied.since)) {
    return { since: copied.since, because: "the state is that of" };
  }
  return failing && { since: failing, because: "deployments have failed since" };
}

/**
 * Looks up in AWS what a deployment would make. What was being made when a provider's process ended, Pulumi keeps no record of, in contrast
 * to what was being made when Pulumi itself did: https://github.com/pulumi/pulumi/blob/master/pkg/backend/snapshot.go
 * (`createSnapshotMutation.End`). What is unclear, such as what isn't this stack's own, is said and left to the deployment.
 *
 * @param since when the deployment began that may have made it. What outlives its stack, such as a key of data, and is older, was left on
 *   purpose.
 * @throws PulumiError where it can't be seen what a deployment would make.
 */
export async function findUnrecorded(layer: Layer, env: string, since: Date): Promise<Unrecorded> {
  const steps = await previewSteps(layer, env).catch((error: unknown) => {
    throw error instanceof PulumiError
      ? new PulumiError(
          `What the failed deployments of ${layer} made can't be looked up, since its preview fails too. Remove the cause, which ` +
            `\`make preview ENV=${env}\` shows, and run this again.`,
        )
      : error;
  });
  const { resources = [] } = await readStackState(layer, env);
  const interrupted: Interrupted = {
    ...{ layer, locks: { locks: [] }, torn: [], resources },
    operations: steps.flatMap(({ op, newState }) =>
      makes.has(op) && newState ? [{ type: "creating", resource: newState }] : [],
    ),
  };
  const isRecent = ({ madeAt = since }: { madeAt?: Date }): boolean => madeAt >= since;
  const creations = (await plan(interrupted)).creations.flatMap((each): Outcome[] => {
    if (each.is === "made") {
      return isRecent(each) ? [{ ...each, copies: each.copies.filter(isRecent) }] : [];
    }
    return each.is === "unclear" && !isWaiting(each.resource) ? [each] : [];
  });
  return { interrupted: { ...interrupted, operations: [] }, plan: { creations, refreshed: [] } };
}

/**
 * Whether a resource is given what only the deployment will make: then AWS, asked with what a preview has in its place, refuses, and has
 * none. https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/plugin/rpc.go (`UnknownStringValue`)
 */
function isWaiting({ inputs }: StateResource): boolean {
  return JSON.stringify(inputs).includes("04da6b54-80e4-46f7-96ec-b56ff0331ba9");
}

/** Pulumi leaves the steps of a replacement (`create-replacement`) out of a preview as JSON, unless it is asked for them. */
const makes = new Set(["create", "replace"]);
