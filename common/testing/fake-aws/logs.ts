import type { AwsAnswers } from ".";

/** No log groups and no resource policies. */
export function logs(): AwsAnswers {
  return {
    "logs:DescribeLogGroups": () => ({ logGroups: [] }),
    "logs:ListTagsForResource": () => ({ tags: {} }),
    "logs:DescribeResourcePolicies": () => ({ resourcePolicies: [] }),
  };
}
