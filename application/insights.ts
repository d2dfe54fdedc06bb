import { logGroupProblems, type ConfigProblem } from "@selfhosted/common";
import type { ApplicationConfig } from "./config";

/** By what the log group of Container Insights is named. */
export interface InsightsQuery {
  config: Pick<ApplicationConfig, "containerInsights">;
  /** Physical name of the ECS cluster. */
  clusterName: string;
}

/**
 * The log groups that the layer makes for Container Insights: one, or none where that is off.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-reference-performance-logs-ECS.html
 */
export function insightsLogGroups({ config, clusterName }: InsightsQuery): string[] {
  return config.containerInsights === "disabled" ? [] : [`/aws/ecs/containerinsights/${clusterName}/performance`];
}

/** The log group that ECS has made itself is in the way of the layer's own, which is encrypted and kept for a while. */
export function insightsProblems(foreign: string[]): ConfigProblem[] {
  return logGroupProblems(
    "containerInsights",
    foreign,
    "made by ECS and not by this stack; keep its lines elsewhere, then delete it. As long as a cluster has Container Insights, " +
      "ECS makes the group again within a minute: deploy with containerInsights disabled first",
  );
}
