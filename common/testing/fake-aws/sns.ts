import type { AwsAnswers } from ".";

/** Every topic is there, without encryption. */
export function sns(): AwsAnswers {
  return { "sns:GetTopicAttributes": ({ TopicArn }) => ({ Attributes: { TopicArn: String(TopicArn) } }) };
}
