import { isDeepStrictEqual } from "node:util";
import { type AliasListEntry, type KeyMetadata, KMS } from "@aws-sdk/client-kms";
import type { AliasArgs, KeyArgs } from "@pulumi/aws/kms";
import type { Unwrap } from "@pulumi/pulumi";
import { allOf, between, type Check, matching, oneOf, required, rule } from "../checks";
import type { Properties, ResourceType, Service } from "../resource";
import type { Account } from "./account";
import { unlessMissing } from "./errors";
import { fromAws } from "./fields";
import { describeKey, grant, keyIsUsable } from "./kms-grants";
import { documentText, policyDocument } from "./policies";
import { tagChanges, taggable, type Tagged, type Tags } from "./tags";

type KeyInputs = Tagged<Unwrap<KeyArgs>>;
type AliasInputs = Unwrap<AliasArgs>;

const rotates: Check = rule("rotationPeriodInDays", (_period, inputs) =>
  inputs.enableKeyRotation === true ? undefined : "needs enableKeyRotation",
);

/** KMS refuses a policy that would lock everyone out. */
const leavesControl: Check = rule("policy", (policy) =>
  /"kms:(\*|Put\*|PutKeyPolicy)"/.test(String(policy)) ? undefined : "must leave someone the action kms:PutKeyPolicy",
);

const key: ResourceType<Account, KeyInputs> = {
  replaceOn: ["keyUsage", "customerMasterKeySpec", "multiRegion"],
  updateOn: [
    ...(["description", "policy", "isEnabled", "enableKeyRotation"] as const),
    ...(["rotationPeriodInDays", "deletionWindowInDays", "bypassPolicyLockoutSafetyCheck"] as const),
  ],
  defaults: (inputs) => ({
    keyUsage: "ENCRYPT_DECRYPT",
    customerMasterKeySpec: "SYMMETRIC_DEFAULT",
    isEnabled: true,
    enableKeyRotation: false,
    multiRegion: false,
    ...documentText(inputs, "policy"),
  }),
  check: allOf(
    between("deletionWindowInDays", 7, 30),
    between("rotationPeriodInDays", 90, 2560),
    rotates,
    oneOf("keyUsage", ["ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT"]),
    policyDocument("policy", "resource", 32_768),
    leavesControl,
    matching("description", /^.{0,8192}$/s, "up to 8192 characters"),
  ),
  async find(inputs, { account, isResumed }) {
    if (!isResumed) return undefined;
    const { Keys = [] } = await account.client(KMS).listKeys({});
    const ids = Keys.map(({ KeyId = "" }) => KeyId);
    const found = await Promise.all(ids.map((id) => readKey(id, account)));
    const isAsked = (one?: Properties) =>
      one?.description === (inputs.description ?? "") && isDeepStrictEqual(one.tagsAll, inputs.tagsAll);
    return ids[found.findIndex(isAsked)];
  },
  async create({ policy, description, keyUsage, customerMasterKeySpec, multiRegion, tagsAll }, { account }) {
    const request = {
      Policy: policy,
      Description: description,
      KeyUsage: keyUsage as KeyMetadata["KeyUsage"],
      KeySpec: customerMasterKeySpec as KeyMetadata["KeySpec"],
      MultiRegion: multiRegion,
      Tags: kmsTags(tagsAll),
    };
    const { KeyMetadata: created } = await account.client(KMS).createKey(request);
    return { id: created?.KeyId ?? "" };
  },
  async settle(KeyId, { enableKeyRotation, rotationPeriodInDays, isEnabled }, { account }) {
    const client = account.client(KMS);
    if (enableKeyRotation) {
      await client.enableKeyRotation({ KeyId, RotationPeriodInDays: rotationPeriodInDays });
    } else await client.disableKeyRotation({ KeyId });
    await (isEnabled ? client.enableKey({ KeyId }) : client.disableKey({ KeyId }));
  },
  read: (id, _known, { account }) => readKey(id, account),
  async update(KeyId, { description: Description = "", policy, tagsAll }, olds, { account }) {
    const client = account.client(KMS);
    await client.updateKeyDescription({ KeyId, Description });
    if (policy) await client.putKeyPolicy({ KeyId, Policy: policy, PolicyName: "default" });
    const { set, removed } = tagChanges(olds.tagsAll, tagsAll);
    if (removed.length) await client.untagResource({ KeyId, TagKeys: removed });
    if (Object.keys(set).length) await client.tagResource({ KeyId, Tags: kmsTags(set) });
  },
  async delete(KeyId, { deletionWindowInDays = 30 }, { account }) {
    if (!(await describeKey(KeyId, account))) return;
    const request = { KeyId, PendingWindowInDays: deletionWindowInDays };
    await account.client(KMS).scheduleKeyDeletion(request);
  },
};

function kmsTags(tags: Tags) {
  return Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
}

async function readKey(id: string, account: Account): Promise<Properties | undefined> {
  const client = account.client(KMS);
  const found = await describeKey(id, account);
  if (!found) return undefined;
  const KeyId = found.KeyId ?? "";
  const [policy, rotation, tags] = await Promise.all([
    client.getKeyPolicy({ KeyId, PolicyName: "default" }),
    client.getKeyRotationStatus({ KeyId }),
    client.listResourceTags({ KeyId }),
  ]);
  const named = (tags.Tags ?? []).map(({ TagKey = "", TagValue = "" }) => [TagKey, TagValue] as const);
  return {
    ...fromAws({ keyId: "KeyId", arn: "Arn", keyUsage: "KeyUsage", customerMasterKeySpec: "KeySpec" }, found),
    description: found.Description ?? "",
    isEnabled: found.Enabled,
    multiRegion: found.MultiRegion ?? false,
    policy: policy.Policy,
    enableKeyRotation: rotation.KeyRotationEnabled ?? false,
    tagsAll: Object.fromEntries(named.filter(([name]) => !name.startsWith("aws:"))),
  };
}

const alias: ResourceType<Account, AliasInputs> = {
  replaceOn: ["name"],
  updateOn: ["targetKeyId"],
  check: allOf(
    required("name", "targetKeyId"),
    matching(
      "name",
      /^alias\/(?!aws\/)[A-Za-z0-9/_-]{1,250}$/,
      "alias/ and up to 250 letters, digits or /_-, not alias/aws/",
    ),
  ),
  checkReferences: ({ targetKeyId }, { account }) => keyIsUsable("targetKeyId", targetKeyId, account),
  find: async ({ name = "" }, { account }) => (await describeAlias(name, account))?.AliasName,
  async create({ name = "", targetKeyId }, { account }) {
    await account.client(KMS).createAlias({ AliasName: name, TargetKeyId: keyId(targetKeyId) });
    return { id: name };
  },
  async read(id, { targetKeyId }, { account }) {
    const found = await describeAlias(id, account);
    if (!found) return undefined;
    const targetKeyArn = account.arn("kms", `key/${found.TargetKeyId}`);
    const target = targetKeyId?.startsWith("arn:") ? targetKeyArn : found.TargetKeyId;
    return { name: id, arn: found.AliasArn, targetKeyId: target, targetKeyArn };
  },
  async update(id, { targetKeyId }, _olds, { account }) {
    await account.client(KMS).updateAlias({ AliasName: id, TargetKeyId: keyId(targetKeyId) });
  },
  async delete(id, _olds, { account }) {
    await unlessMissing(account.client(KMS).deleteAlias({ AliasName: id }));
  },
};

function keyId(idOrArn: string): string {
  return idOrArn.split("/").at(-1) ?? "";
}

async function describeAlias(name: string, account: Account): Promise<AliasListEntry | undefined> {
  const { Aliases = [] } = await account.client(KMS).listAliases({});
  return Aliases.find(({ AliasName }) => AliasName === name);
}

/** Keys, their aliases and grants. */
export const service: Service<Account> = {
  resources: {
    "aws:kms/alias:Alias": alias,
    "aws:kms/grant:Grant": grant,
    "aws:kms/key:Key": taggable(key),
  },
};
