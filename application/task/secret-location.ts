import { parseArn, type Rule } from "@selfhosted/common";
import type { RuleArgs } from "../config";

/** A setting that names a secret of the customer's, which ECS reads to start a task. */
export function inTaskAccount(key: "databaseUserSecretArn" | "registryCredentialsSecretArn"): Rule<RuleArgs> {
  return ({ config, upstream: { installation, apiTaskRoleArn } }) => {
    const [secret, role] = [parseArn(config[key] ?? ""), parseArn(apiTaskRoleArn)];
    if (secret === undefined || role === undefined) {
      return undefined;
    }
    const { region } = installation;
    return secret.partition === role.partition && secret.region === region && secret.account === role.account
      ? undefined
      : {
          key,
          reason:
            `found a secret of account ${secret.account} in ${secret.region} (${secret.partition}); tasks start with one of their own ` +
            `account and region only, ${role.account} in ${region} (${role.partition})`,
          fix: `aws secretsmanager list-secrets --region ${region} lists those; or create one there`,
        };
  };
}
