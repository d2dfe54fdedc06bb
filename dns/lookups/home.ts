import type { AwsClients } from "@selfhosted/common";
import type { Inputs } from "../config";

/**
 * Why the installation's own account can't be asked, if it can't: where the layer acts as a role, the caller's credentials may be of
 * another account.
 */
export async function notHome(
  { upstream: { installation } }: Inputs,
  { sts }: AwsClients,
): Promise<string | undefined> {
  const { Account: account } = await sts.getCallerIdentity({});
  return account === installation.accountId
    ? undefined
    : `it is in account ${installation.accountId}, but the credentials are of ${account}`;
}
