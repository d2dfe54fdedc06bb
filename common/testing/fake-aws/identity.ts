import { accountId, type Partition, partitions } from "../account";
import { type AwsAnswers, awsError } from ".";

/** The service-linked role of OpenSearch and all policies; no role of an installation. The caller may do everything. */
export function iam(): AwsAnswers {
  return {
    "iam:GetPolicy": ({ PolicyArn }) => ({ Policy: { Arn: PolicyArn } }),
    "iam:GetRole": ({ RoleName }) => {
      throw awsError("NoSuchEntityException", `The role with name ${String(RoleName)} cannot be found.`);
    },
    "iam:SimulatePrincipalPolicy": ({ ActionNames = [] }) => ({
      EvaluationResults: (ActionNames as string[]).map((EvalActionName) => ({
        EvalActionName,
        EvalDecision: "allowed",
      })),
    }),
    "iam:ListRoles": ({ PathPrefix }) => ({
      Roles:
        PathPrefix === "/aws-service-role/opensearchservice.amazonaws.com/"
          ? [{ RoleName: "AWSServiceRoleForAmazonOpenSearchService" }]
          : [],
    }),
  };
}

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
