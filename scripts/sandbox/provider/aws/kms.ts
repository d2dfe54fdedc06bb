import type { GrantOperation } from "@aws-sdk/client-kms";
import type { GrantArgs, KeyArgs } from "@pulumi/aws/kms";
import type { Unwrap } from "@pulumi/pulumi";
import type { Service } from "../resource";
import type { Account, Tags } from "./account";
import { type Inputs, typesOf } from "./table";
import { tagMap } from "./tags";

const kms = typesOf(async () => (await import("@aws-sdk/client-kms")).KMS, {
  of: (id) => id,
  async read(aws, KeyId) {
    const { Tags = [] } = await aws.listResourceTags({ KeyId });
    return tagMap(Tags.map(({ TagKey, TagValue }) => ({ Key: TagKey, Value: TagValue })));
  },
  tag: (aws, KeyId, tags) => aws.tagResource({ KeyId, Tags: keyTags(tags) }),
  untag: (aws, KeyId, TagKeys) => aws.untagResource({ KeyId, TagKeys }),
});

/** Keys, their aliases and grants. */
export const service: Service<Account> = {
  resources: {
    "aws:kms/key:Key": kms<Inputs<KeyArgs>>({
      replaceOn: ["multiRegion"],
      updateOn: [
        ...(["deletionWindowInDays", "description", "enableKeyRotation", "isEnabled"] as const),
        ...(["policy", "rotationPeriodInDays"] as const),
      ],
      defaults: (inputs) => ({ isEnabled: true, enableKeyRotation: false, multiRegion: false, ...inputs }),
      async create(aws, { policy, description, multiRegion, tagsAll }) {
        const options = { Policy: policy, Description: description, MultiRegion: multiRegion };
        const { KeyMetadata } = await aws.createKey({ ...options, Tags: keyTags(tagsAll) });
        return KeyMetadata?.KeyId ?? "";
      },
      async settle(aws, KeyId, { enableKeyRotation, rotationPeriodInDays, isEnabled }) {
        if (enableKeyRotation) await aws.enableKeyRotation({ KeyId, RotationPeriodInDays: rotationPeriodInDays });
        else await aws.disableKeyRotation({ KeyId });
        await (isEnabled ? aws.enableKey({ KeyId }) : aws.disableKey({ KeyId }));
      },
      async get(aws, KeyId) {
        const { KeyMetadata: found } = await aws.describeKey({ KeyId });
        if (found?.KeyState === "PendingDeletion") return undefined;
        return {
          arn: found?.Arn,
          keyId: found?.KeyId,
          description: found?.Description ?? "",
          isEnabled: found?.Enabled,
          multiRegion: found?.MultiRegion ?? false,
          policy: (await aws.getKeyPolicy({ KeyId, PolicyName: "default" })).Policy,
          enableKeyRotation: (await aws.getKeyRotationStatus({ KeyId })).KeyRotationEnabled ?? false,
        };
      },
      async update(aws, KeyId, { description = "", policy }) {
        await aws.updateKeyDescription({ KeyId, Description: description });
        if (policy) await aws.putKeyPolicy({ KeyId, Policy: policy, PolicyName: "default" });
      },
      async delete(aws, KeyId, { deletionWindowInDays = 30 }) {
        const { KeyMetadata: found } = await aws.describeKey({ KeyId });
        if (found?.KeyState === "PendingDeletion") return;
        await aws.scheduleKeyDeletion({ KeyId, PendingWindowInDays: deletionWindowInDays });
      },
    }),

    "aws:kms/alias:Alias": kms<Record<"name" | "targetKeyId", string>>({
      tagged: false,
      replaceOn: ["name"],
      updateOn: ["targetKeyId"],
      async create(aws, { name, targetKeyId }) {
        await aws.createAlias({ AliasName: name, TargetKeyId: targetKeyId });
        return name;
      },
      async get(aws, name, { targetKeyId }, { account }) {
        const { KeyMetadata: found } = await aws.describeKey({ KeyId: name });
        const target = targetKeyId?.startsWith("arn:") ? found?.Arn : found?.KeyId;
        return { name, arn: account.arn("kms", name), targetKeyId: target, targetKeyArn: found?.Arn };
      },
      update: (aws, AliasName, { targetKeyId }) => aws.updateAlias({ AliasName, TargetKeyId: targetKeyId }),
      delete: (aws, AliasName) => aws.deleteAlias({ AliasName }),
    }),

    "aws:kms/grant:Grant": kms<Unwrap<GrantArgs>>({
      tagged: false,
      replaceOn: ["granteePrincipal", "keyId", "name", "operations"],
      updateOn: [],
      secrets: ["grantToken"],
      async create(aws, { granteePrincipal, keyId, name, operations }) {
        const Operations = operations as GrantOperation[];
        const request = { KeyId: keyId, Name: name, GranteePrincipal: granteePrincipal, Operations };
        const { GrantId, GrantToken } = await aws.createGrant(request);
        return { id: `${keyId}:${GrantId}`, outputs: { grantToken: GrantToken } };
      },
      async get(aws, id) {
        const { KeyId, GrantId } = grant(id);
        const found = (await aws.listGrants({ KeyId })).Grants?.find((one) => one.GrantId === GrantId);
        if (!found) return undefined;
        const { GranteePrincipal, Name, Operations } = found;
        return {
          grantId: GrantId,
          keyId: KeyId,
          granteePrincipal: GranteePrincipal,
          name: Name,
          operations: Operations,
        };
      },
      delete: (aws, id) => aws.revokeGrant(grant(id)),
    }),
  },
};

/** What the id of a grant, `key:grant`, names. The key may be an ARN. */
function grant(id: string): { KeyId: string; GrantId: string } {
  const end = id.lastIndexOf(":");
  return { KeyId: id.slice(0, end), GrantId: id.slice(end + 1) };
}

function keyTags(tags: Tags): { TagKey: string; TagValue: string }[] {
  return Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
}
