import {
  assumingRole,
  type AwsClients,
  type Check,
  explainAws,
  ifKnown,
  type Installation,
  isDenied,
  lookUp,
  lookUpCaller,
} from "@selfhosted/common";
import type { Config } from "../config";

/** Clients that reach the zone: with the caller's credentials in the installation's account, or as the role in another. */
export async function lookUpAccess(
  config: Pick<Config, "assumeRoleArn">,
  installation: Installation,
  aws: AwsClients,
): Promise<Check<AwsClients>> {
  const role = ifKnown(() => ({ arn: config.assumeRoleArn }));
  if (role?.arn === undefined) {
    const caller = await lookUpCaller("applicationStack", () => installation, aws);
    return { ...caller, value: role !== undefined && caller.problems.length === 0 ? aws : undefined };
  }
  const { arn } = role;
  return lookUp({ name: "role", key: "assumeRoleArn", what: () => `role ${arn}` }, async () => {
    try {
      return { detail: arn, value: await assumingRole(aws, installation.region, arn) };
    } catch (error) {
      const problem = isDenied(error)
        ? {
            reason: `role ${arn} can't be assumed: it doesn't exist, doesn't trust these credentials, or they may not call sts:AssumeRole on it`,
            fix: "have the role's owner name the caller in its trust policy, and allow the caller sts:AssumeRole on the role",
          }
        : explainAws(error, `role ${arn}`);
      return { problems: [{ key: "assumeRoleArn", ...problem }] };
    }
  });
}

/**
 * Why the caller's credentials don't reach the installation's own account; undefined where they do. They may be of another account
 * where the layer acts as a role.
 */
export async function outOfReach(
  { accountId }: Installation,
  { sts }: Pick<AwsClients, "sts">,
): Promise<string | undefined> {
  const { Account: account } = await sts.getCallerIdentity({});
  return account === accountId ? undefined : `it is in account ${accountId}, but the credentials are of ${account}`;
}
