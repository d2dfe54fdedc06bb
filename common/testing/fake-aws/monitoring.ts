import type { AwsAnswers } from ".";

/** No log groups and no resource policies. */
export function logs(): AwsAnswers {
  return {
    "logs:DescribeLogGroups": () => ({ logGroups: [] }),
    "logs:ListTagsForResource": () => ({ tags: {} }),
    "logs:DescribeResourcePolicies": () => ({ resourcePolicies: [] }),
  };
}

/** Every topic is there, without encryption. */
export function sns(): AwsAnswers {
  return { "sns:GetTopicAttributes": ({ TopicArn }) => ({ Attributes: { TopicArn: String(TopicArn) } }) };
}
