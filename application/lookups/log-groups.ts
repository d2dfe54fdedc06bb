import { clusterName, foreignLogGroups, logGroupTags, standardTags, type LookUp } from "@selfhosted/common";
import type { Inputs } from "../config";
import { insightsLogGroups, insightsProblems } from "../insights";

/** ECS hasn't made the log group of Container Insights itself: before there was this layer's, or with the last metrics of a cluster. */
export const insightsLogGroup: LookUp<Inputs> = {
  name: "Container Insights",
  key: "containerInsights",
  what: () => "the log group of Container Insights",
  async look({ config, upstream: { installation } }, { stack, aws }) {
    const names = insightsLogGroups({ config, clusterName: clusterName(installation.name, stack) });
    if (names.length === 0) {
      return undefined;
    }
    const tags = standardTags({ name: installation.name, layer: "application", stack, extra: {} });
    const foreign = await foreignLogGroups(names, tags, (name) => logGroupTags(aws.logs, name));
    return { evidence: `nothing in the way of ${names.join(", ")}`, problems: insightsProblems(foreign) };
  },
};
