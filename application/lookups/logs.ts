import {
  clusterName,
  type ConfigProblem,
  foreignLogGroups,
  logGroupProblems,
  logGroupTags,
  type LookUp,
  namedLookUp,
  standardTags,
} from "@selfhosted/common";
import type { RuleArgs } from "../config";
import { insightsLogGroups } from "../service/names";

/** ECS hasn't made the log group of Container Insights itself: before this layer made it, or with the last metrics of a cluster. */
export const insightsLogGroup: LookUp<RuleArgs> = {
  name: "Container Insights",
  key: "containerInsights",
  what: () => "the log group of Container Insights",
  async check({ config, upstream: { installation } }, { stack, aws }) {
    const names = insightsLogGroups(config.containerInsights, clusterName(installation.name, stack));
    if (names.length === 0) {
      return undefined;
    }
    const tags = standardTags({ name: installation.name, layer: "application", stack, extra: {} });
    const foreign = await foreignLogGroups(names, tags, (name) => logGroupTags(aws.logs, name));
    return { detail: `nothing in the way of ${names.join(", ")}`, problems: insightsProblems(foreign) };
  },
};

/** The log group that ECS has made itself is in the way of the layer's own, which is encrypted and kept for a while. */
function insightsProblems(foreign: string[]): ConfigProblem[] {
  return logGroupProblems(
    "containerInsights",
    foreign,
    "made by ECS and not by this stack; keep its lines elsewhere, then delete it. As long as a cluster has Container Insights, " +
      "ECS makes the group again within a minute: deploy with containerInsights disabled first",
  );
}

/** The policy of the log router exists. Of which account it may be, a rule says. */
export const logRouterPolicy: LookUp<RuleArgs> = namedLookUp(
  "log router policy",
  "policy",
  "logRouterPolicyArn",
  async (arn, _inputs, { aws }) => {
    await aws.iam.getPolicy({ PolicyArn: arn });
    return { detail: arn };
  },
);
