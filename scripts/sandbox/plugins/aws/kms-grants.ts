import { isDeepStrictEqual } from "node:util";
import { type GrantListEntry, type GrantOperation, type KeyMetadata, KMS } from "@aws-sdk/client-kms";
import type { GrantArgs } from "@pulumi/aws/kms";
import type { Unwrap } from "@pulumi/pulumi";
import { allOf, listOf, matching, required } from "../checks";
import type { Problem, ResourceType } from "../resource";
import type { Account } from "./account";
import { unlessMissing } from "./errors";
import { roleExists } from "./references";

type GrantInputs = Unwrap<GrantArgs>;

const operations: readonly GrantOperation[] = [
  ...(["Decrypt", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "ReEncryptFrom"] as const),
  ...(["ReEncryptTo", "CreateGrant", "RetireGrant", "DescribeKey", "Sign", "Verify", "GetPublicKey"] as const),
  ...(["GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext", "GenerateMac", "VerifyMac"] as const),
  "DeriveSharedSecret",
];

export const grant: ResourceType<Account, GrantInputs> = {
  replaceOn: ["keyId", "granteePrincipal", "operations", "name", "constraints", "retiringPrincipal"],
  updateOn: ["retireOnDelete", "grantCreationTokens"],
  secrets: ["grantToken"],
  check: allOf(
    required("keyId", "granteePrincipal", "operations"),
    matching("name", /^[A-Za-z0-9:/_-]{1,256}$/, "1 to 256 letters, digits or :/_-"),
    listOf("operations", operations),
  ),
  async checkReferences({ keyId, granteePrincipal, retiringPrincipal }, { account }) {
    return [
      ...(await keyIsUsable("keyId", keyId, account)),
      ...(await principalExists("granteePrincipal", granteePrincipal, account)),
      ...(await principalExists("retiringPrincipal", retiringPrincipal, account)),
    ];
  },
  async find(inputs, { account }) {
    const found = (await listGrants(inputs.keyId, account)).find((one) => isSameGrant(one, inputs));
    return found && `${inputs.keyId}:${found.GrantId}`;
  },
  async create(inputs, { account }) {
    const request = {
      Name: inputs.name,
      KeyId: inputs.keyId,
      GranteePrincipal: inputs.granteePrincipal,
      RetiringPrincipal: inputs.retiringPrincipal,
      Operations: inputs.operations as GrantOperation[],
      Constraints: constraints(inputs),
      GrantTokens: inputs.grantCreationTokens,
    };
    const { GrantId, GrantToken } = await account.client(KMS).createGrant(request);
    return { id: `${inputs.keyId}:${GrantId}`, outputs: { grantToken: GrantToken } };
  },
  async read(id, known, { account }) {
    const grantId = grantIdOf(id);
    const keyId = id.slice(0, -grantId.length - 1);
    const found = (await listGrants(keyId, account)).find(({ GrantId }) => GrantId === grantId);
    return (
      found && {
        grantId,
        keyId,
        granteePrincipal: found.GranteePrincipal,
        operations: found.Operations,
        ...(known.name && { name: found.Name }),
        ...(known.retiringPrincipal && { retiringPrincipal: found.RetiringPrincipal }),
      }
    );
  },
  update: () => Promise.resolve(),
  async delete(id, { keyId: KeyId, retireOnDelete }, { account }) {
    const request = { KeyId, GrantId: grantIdOf(id) };
    const client = account.client(KMS);
    await unlessMissing(retireOnDelete ? client.retireGrant(request) : client.revokeGrant(request));
  },
};

function constraints({ constraints: [constraint] = [] }: GrantInputs) {
  return (
    constraint && {
      EncryptionContextEquals: constraint.encryptionContextEquals,
      EncryptionContextSubset: constraint.encryptionContextSubset,
    }
  );
}

function grantIdOf(id: string): string {
  return id.slice(id.lastIndexOf(":") + 1);
}

async function listGrants(KeyId: string, account: Account): Promise<GrantListEntry[]> {
  const list = account.client(KMS).listGrants({ KeyId });
  return (await unlessMissing(list))?.Grants ?? [];
}

/** KMS gives the grant there is when all that is asked is the same. */
function isSameGrant(found: GrantListEntry, inputs: GrantInputs): boolean {
  const sorted = (list: readonly string[] = []) => [...list].sort();
  return (
    inputs.name !== undefined &&
    found.Name === inputs.name &&
    found.GranteePrincipal === inputs.granteePrincipal &&
    isDeepStrictEqual(sorted(found.Operations), sorted(inputs.operations))
  );
}

async function principalExists(property: string, arn: string | undefined, account: Account): Promise<Problem[]> {
  return arn?.includes(":role/") ? roleExists(property, arn, account) : [];
}

/** The key, unless it is about to be deleted. */
export async function describeKey(id: string, account: Account): Promise<KeyMetadata | undefined> {
  const found = await unlessMissing(account.client(KMS).describeKey({ KeyId: id }));
  return found?.KeyMetadata?.KeyState === "PendingDeletion" ? undefined : found?.KeyMetadata;
}

export async function keyIsUsable(property: string, id: string, account: Account): Promise<Problem[]> {
  const found = await describeKey(id, account);
  if (!found) return [{ property, reason: `names ${id}, which doesn't exist or is about to be deleted` }];
  return found.Enabled ? [] : [{ property, reason: `names ${id}, which is disabled` }];
}
