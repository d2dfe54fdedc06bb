import { accountId, partitions, type Partition } from "../account";
import type { AwsAnswers } from ".";

export function sts(partition: Partition): AwsAnswers {
  return {
    "sts:GetCallerIdentity": () => ({
      Account: accountId,
      Arn: `arn:${partitions[partition].partition}:iam::${accountId}:user/operator`,
    }),
    "sts:AssumeRole": () => ({
      Credentials: { AccessKeyId: "AKIA", SecretAccessKey: "secret", SessionToken: "token" },
    }),
  };
}
