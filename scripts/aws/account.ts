import { alwaysIn, awsClients, type Installation } from "@selfhosted/common";

/** @throws Error where the caller's credentials are of another account than the installation's. */
export async function refuseOtherAccount(
  env: string,
  { accountId, region }: Pick<Installation, "accountId" | "region">,
): Promise<void> {
  const identity = await awsClients({ region }).sts.getCallerIdentity({});
  if (alwaysIn(identity, "Account") !== accountId) {
    throw new Error(
      `${env} is in account ${accountId}, but the credentials are those of ${alwaysIn(identity, "Arn")}. Nothing was changed. Use ` +
        `credentials of account ${accountId}: by AWS_PROFILE, or the usual AWS_… variables.`,
    );
  }
}
