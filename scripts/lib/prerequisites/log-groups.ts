import type { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { foreignLogGroups, type Tags } from "@selfhosted/common";
import { insightsLogGroups, insightsProblems, type InsightsQuery } from "../../../application/insights";
import type { Finding } from "../report";
import { asFinding } from "./configuration";

/** The tags of a log group, as `foreignLogGroups` asks for them; undefined where there is no such group. */
export async function logGroupTags(logs: CloudWatchLogs, name: string): Promise<Tags | undefined> {
  const { logGroups = [] } = await logs.describeLogGroups({ logGroupNamePrefix: name });
  const group = logGroups.find(({ logGroupName }) => logGroupName === name);
  if (group === undefined) {
    return undefined;
  }
  const { tags = {} } = await logs.listTagsForResource({ resourceArn: group.arn?.replace(/:\*$/, "") });
  return tags;
}

/** No log group of ECS is where the application layer makes that of Container Insights. */
export async function checkInsights(logs: CloudWatchLogs, query: InsightsQuery): Promise<Finding[]> {
  const names = insightsLogGroups(query);
  const foreign = await foreignLogGroups(names, query.tags, (name) => logGroupTags(logs, name));
  const problems = insightsProblems(foreign);
  return problems.length > 0
    ? problems.map((problem) => asFinding("application", problem))
    : names.map((name) => ({ name: "Container Insights", verdict: "ok", evidence: `nothing in the way of ${name}` }));
}
