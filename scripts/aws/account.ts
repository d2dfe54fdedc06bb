import { alwaysIn, awsClients, type Installation } from "@selfhosted/common";
import { messageOf } from "../report";
import { saying } from "../waiting";

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

/**
 * After a failure, of which Pulumi shows the words of AWS alone: says why AWS accepts nothing of the caller's any more, and what to do, as
 * where the credentials have expired meanwhile. Nothing where it answers.
 */
export async function sayWhyRefused(region: string): Promise<void> {
  try {
    await saying("asking AWS", awsClients({ region }).sts.getCallerIdentity({}));
  } catch (error) {
    console.error(messageOf(error));
  }
}
