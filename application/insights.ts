import { foreignLogGroups, logGroupProblems, type ConfigProblem, type Tags } from "@selfhosted/common";
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { ApplicationConfig } from "./settings";

/** By what the log group of Container Insights is found. */
export interface InsightsQuery {
  config: Pick<ApplicationConfig, "containerInsights">;
  /** Physical name of the ECS cluster. */
  clusterName: string;
  /** Tags of this layer's resources. */
  tags: Tags;
}

/**
 * The log groups that the layer makes for Container Insights: one, or none where that is off.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-reference-performance-logs-ECS.html
 */
export function insightsLogGroups({ config, clusterName }: Omit<InsightsQuery, "tags">): string[] {
  return config.containerInsights === "disabled" ? [] : [`/aws/ecs/containerinsights/${clusterName}/performance`];
}

/** Looks up whether ECS has made the log group itself: before there was this layer's, or with the last metrics of a cluster. */
export async function lookUpInsights(query: InsightsQuery, opts: pulumi.InvokeOptions): Promise<ConfigProblem[]> {
  const names = insightsLogGroups(query);
  return insightsProblems(await foreignLogGroups(names, query.tags, (name) => logGroupTags(name, opts)));
}

async function logGroupTags(name: string, opts: pulumi.InvokeOptions): Promise<Tags | undefined> {
  const { logGroupNames } = await aws.cloudwatch.getLogGroups({ logGroupNamePrefix: name }, opts);
  return logGroupNames.includes(name) ? { ...(await aws.cloudwatch.getLogGroup({ name }, opts)).tags } : undefined;
}

export function insightsProblems(foreign: string[]): ConfigProblem[] {
  return logGroupProblems(
    "containerInsights",
    foreign,
    "made by ECS and not by this stack; keep its lines elsewhere, then delete it. As long as a cluster has Container Insights, " +
      "ECS makes the group again within a minute: deploy with containerInsights disabled first",
  );
}
