import { alwaysIn } from "../aws/answers";
import type { AwsClients } from "../aws/clients";
import { type Location, locationOf } from "../partition";
import { type Check, lookUp } from "./look-up";

/**
 * Checks that the credentials are of the installation's account. Where they aren't, they reach nothing that is configured, so that every
 * other look-up would fail too.
 *
 * @param key the setting that the installation's account comes from.
 * @returns the location of the installation.
 */
export function lookUpCaller(
  key: string,
  installation: () => { accountId: string; region: string },
  { sts }: Pick<AwsClients, "sts">,
): Promise<Check<Location>> {
  return lookUp({ name: "account", key, what: "the account of the credentials" }, async () => {
    const identity = await sts.getCallerIdentity({});
    const [account, caller] = [alwaysIn(identity, "Account"), alwaysIn(identity, "Arn")];
    const { accountId, region } = installation();
    const reason = `the installation belongs to account ${accountId}, but the credentials are those of ${caller}`;
    const fix = `use credentials of account ${accountId}: by AWS_PROFILE, or the usual AWS_… variables`;
    return account === accountId
      ? { detail: `${caller}, in ${region}`, value: locationOf(identity, region) }
      : { problems: [{ key, reason, fix }] };
  });
}
