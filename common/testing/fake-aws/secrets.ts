import type { AwsAnswers } from ".";

/** Every secret is there, encrypted with AWS's own key. */
export function secrets(): AwsAnswers {
  return { "secrets:DescribeSecret": ({ SecretId }) => ({ ARN: SecretId }) };
}
