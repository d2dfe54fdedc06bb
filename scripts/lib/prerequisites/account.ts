import type { STS } from "@aws-sdk/client-sts";
import type { Installation } from "@selfhosted/common";
import { finding, type Finding } from "../report";

/** The credentials are those of the account, and the region that of the installation. */
export async function checkAccount(
  sts: STS,
  wanted: { accountId: string | undefined; region: string },
  installation: Installation | undefined,
): Promise<Finding[]> {
  const { Account: account = "", Arn: caller = "" } = await sts.getCallerIdentity({});
  return judgeAccount({ account, caller }, wanted, installation);
}

/** @param installation as it is deployed; undefined before that. */
export function judgeAccount(
  { account, caller }: { account: string; caller: string },
  wanted: { accountId: string | undefined; region: string },
  installation: Installation | undefined,
): Finding[] {
  const accountId = installation?.accountId ?? wanted.accountId ?? account;
  return [
    finding(
      "account",
      account === accountId && (wanted.accountId ?? account) === account,
      `${caller}${account === accountId ? "" : `, but the installation belongs to account ${accountId}`}`,
      `use credentials of account ${accountId}${installation ? "" : ", or correct accountId in infrastructure/"}`,
    ),
    ...(installation === undefined
      ? []
      : [
          finding(
            "region",
            installation.region === wanted.region,
            `${wanted.region}${installation.region === wanted.region ? "" : `, but deployed in ${installation.region}`}`,
            `an installation can't move: in infrastructure/: pulumi config set aws:region ${installation.region}`,
          ),
        ]),
  ];
}
