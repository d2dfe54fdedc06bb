import { type GrantListEntry, type KeyMetadata, type KMS, paginateListGrants } from "@aws-sdk/client-kms";
import type { InfrastructureOutputs } from "@selfhosted/common";
import { type CheckResult, checkResult } from "../report";

/** The keys without which nothing can be read. */
export async function checkKeys(kms: KMS, infrastructure: InfrastructureOutputs): Promise<CheckResult[]> {
  const keys = { "data key": infrastructure.dataKeyArn, "service key": infrastructure.serviceKeyArn };
  return Promise.all(
    Object.entries(keys).map(async ([name, arn]) =>
      checkKey(name, arn, (await kms.describeKey({ KeyId: arn })).KeyMetadata),
    ),
  );
}

export function checkKey(name: string, arn: string, key: KeyMetadata | undefined): CheckResult {
  const until = key?.DeletionDate ? `, deleted on ${key.DeletionDate.toISOString().slice(0, 10)}` : "";
  const commands = (...all: string[]): string =>
    all.map((each) => `aws kms ${each} --region ${arn.split(":")[3]} --key-id ${arn}`).join(" && ");
  return checkResult(
    name,
    key?.KeyState === "Enabled",
    `${key?.KeyState ?? "no such key"}${until}`,
    key?.KeyState === "PendingDeletion"
      ? `cancel its deletion now, without it everything that it encrypted is lost: ${commands("cancel-key-deletion", "enable-key")}`
      : `enable it, without it the service can't decrypt what it stored: ${commands("enable-key")}`,
  );
}

export async function describeGrants(kms: KMS, keyArn: string): Promise<GrantListEntry[]> {
  const grants: GrantListEntry[] = [];
  for await (const page of paginateListGrants({ client: kms }, { KeyId: keyArn })) {
    grants.push(...(page.Grants ?? []));
  }
  return grants;
}

export interface WantedGrant {
  name: string;
  keyArn: string;
  roleArn: string;
}

/**
 * The grant opens the service key to the API's role.
 *
 * A role that was deleted and made again has the same ARN, but the grant goes on naming the role that is gone, by its id. The
 * provider can't read such a grant, and can't replace one that is protected, so it must be revoked first:
 * https://github.com/hashicorp/terraform-provider-aws/issues/29340
 */
export function checkGrant(grants: GrantListEntry[], { name, keyArn, roleArn }: WantedGrant): CheckResult {
  const missingOf = (held: GrantListEntry[]): string[] =>
    (["Decrypt", "Encrypt", "GenerateDataKey"] as const).filter(
      (each) => !held.some(({ Operations = [] }) => Operations.includes(each)),
    );
  const missing = missingOf(grants.filter(({ GranteePrincipal: grantee }) => grantee === roleArn));
  const unfit = grants.flatMap((grant) => {
    const isUnfit = grant.Name === name && (grant.GranteePrincipal !== roleArn || missingOf([grant]).length > 0);
    return isUnfit && grant.GrantId !== undefined ? [{ ...grant, GrantId: grant.GrantId }] : [];
  });
  const described = unfit.map(({ GrantId, GranteePrincipal: grantee = "nobody" }) =>
    grantee === roleArn
      ? `${GrantId} opens less`
      : `${GrantId} is for ${grantee}${grantee.startsWith("arn:") ? "" : ", a role that is gone"}`,
  );
  const region = keyArn.split(":")[3];
  const commands = unfit.map(
    ({ GrantId }) => `aws kms revoke-grant --region ${region} --key-id ${keyArn} --grant-id ${GrantId}`,
  );
  return checkResult(
    "service key grant",
    missing.length === 0,
    missing.length === 0 ? `to ${roleArn}` : [`none to ${roleArn} for ${missing.join(", ")}`, ...described].join("; "),
    [...commands, "in infrastructure/: pulumi up --refresh"].join(", then "),
  );
}
