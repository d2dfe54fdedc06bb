import type { KeyMetadata, KMS } from "@aws-sdk/client-kms";
import { allPages, alwaysIn, globalArn, isDenied, unlessError } from "@selfhosted/common";
import { type Demand, demand } from "../demand";
import type { Place } from "./place";
import { alsoFor, isFor, parsePolicy, type Policy, type PolicyStatement, withStatements } from "./policy";
import { isTagged, ownTags } from "./tags";

/** A key, as KMS describes it. */
export interface FoundKey {
  arn: string;
  metadata: KeyMetadata;
  /** Made by this command. */
  isOwn: boolean;
  /** Has its alias: it hasn't where the command was killed before it gave it one. */
  isNamed: boolean;
  rotates: boolean;
  policy: Policy;
}

/** The Sids of the statements. */
const [ofAccount, ofDeployers] = ["AccountDecides", "Deployers"];

const leavesToAccount = (policy: Policy): boolean =>
  policy.Statement.some(({ Effect, Principal, Action = [], Condition }) => {
    const principals = typeof Principal === "object" ? [Principal["AWS"] ?? []].flat() : [];
    const isAll = [Action].flat().some((each) => each === "kms:*" || each === "*");
    return Effect === "Allow" && isAll && !Condition && principals.some((each) => /:root$|^\d{12}$/.test(each));
  });

export const keyDemands: Demand<KMS, Place, FoundKey>[] = [
  demand({
    name: "rotated each year",
    fault: "its rotation is off",
    // AWS rotates only what it made itself.
    holds: ({ rotates, metadata }) => rotates || metadata.Origin !== "AWS_KMS",
    operation: "kms enable-key-rotation",
    request: (_, { arn }) => ({ KeyId: arn }),
    send: (kms: KMS, request) => kms.enableKeyRotation(request),
  }),
  demand({
    name: "left to the account's IAM, open to the deployers",
    fault: "its policy doesn't leave to the account's IAM who may use it",
    holds: ({ policy, isOwn }, { deployers }) =>
      leavesToAccount(policy) && (!isOwn || isFor(policy, ofDeployers, deployers)),
    operation: "kms put-key-policy",
    request: (wanted, { arn, policy }) => ({ KeyId: arn, PolicyName: "default", Policy: keyPolicy(wanted, policy) }),
    send: (kms: KMS, request) => kms.putKeyPolicy(request),
  }),
];

/** In the policy of a key, the resource `*` is the key itself. */
function keyPolicy({ location, deployers }: Place, policy = parsePolicy(undefined)): string {
  const root = globalArn(location.partition, "iam", "root", location.accountId);
  const allow = (Sid: string, AWS: string | string[], Action: string[] | string): PolicyStatement => ({
    ...{ Sid, Effect: "Allow", Principal: { AWS }, Action, Resource: "*" },
  });
  const named = alsoFor(policy, ofDeployers, deployers);
  const use = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"];
  return JSON.stringify(
    withStatements(policy, [
      allow(ofAccount, root, "kms:*"),
      ...(named.length === 0 ? [] : [allow(ofDeployers, named, use)]),
    ]),
  );
}

/** What nobody but its owner should change: undefined where nothing is wrong. */
export function unusable({ arn, metadata }: FoundKey): { fault: string; fix: string } | undefined {
  const { KeyState: state, KeySpec: spec, KeyUsage: usage } = metadata;
  if (spec !== "SYMMETRIC_DEFAULT" || usage !== "ENCRYPT_DECRYPT") {
    return { fault: `it is a key of another sort (${spec}, ${usage})`, fix: "name another alias: STATE_KEY=alias/…" };
  }
  const enable = `aws kms enable-key --key-id ${arn}`;
  const fixes: Record<string, string> = {
    Disabled: enable,
    PendingDeletion: `aws kms cancel-key-deletion --key-id ${arn} && ${enable}`,
  };
  const another = "name another alias: STATE_KEY=alias/…";
  return state === "Enabled" ? undefined : { fault: `its state is ${state}`, fix: fixes[state ?? ""] ?? another };
}

/** The key of the alias, or one that was made for it and has no alias yet; undefined where there is neither. */
export async function describeKey(kms: KMS, { keyAlias }: Place): Promise<FoundKey | undefined> {
  const found = await unlessError(/^NotFoundException$/, kms.describeKey({ KeyId: keyAlias }));
  const metadata = found?.KeyMetadata ?? (await nameless(kms, keyAlias));
  if (metadata === undefined) {
    return undefined;
  }
  const arn = alwaysIn(metadata, "Arn");
  const canRotate = metadata.KeyState !== "PendingDeletion" && metadata.KeySpec === "SYMMETRIC_DEFAULT";
  const [tags, rotation, policy] = await Promise.all([
    tagsOf(kms, arn),
    canRotate ? kms.getKeyRotationStatus({ KeyId: arn }) : undefined,
    kms.getKeyPolicy({ KeyId: arn, PolicyName: "default" }),
  ]);
  return {
    ...{ arn, metadata, isOwn: isTagged(tags), isNamed: found !== undefined },
    rotates: rotation?.KeyRotationEnabled ?? false,
    policy: parsePolicy(policy.Policy),
  };
}

/** A key that this command made for the alias before it was killed: nobody else has such a tag. */
async function nameless(kms: KMS, keyAlias: string): Promise<KeyMetadata | undefined> {
  const keys = await allPages(async (Marker) => {
    const { Keys: items, NextMarker: next } = await kms.listKeys({ Marker });
    return { items, next };
  });
  for (const { KeyId: id = "" } of keys) {
    const tags = await tagsOf(kms, id);
    if (isTagged(tags) && tags["alias"] === keyAlias) {
      const { KeyMetadata: metadata } = await kms.describeKey({ KeyId: id });
      if (metadata?.KeyState === "Enabled") {
        return metadata;
      }
    }
  }
  return undefined;
}

/** None of a key that isn't to be seen. */
async function tagsOf(kms: KMS, KeyId: string): Promise<Record<string, string>> {
  try {
    const { Tags = [] } = await kms.listResourceTags({ KeyId });
    return Object.fromEntries(Tags.map(({ TagKey = "", TagValue = "" }) => [TagKey, TagValue]));
  } catch (error) {
    if (isDenied(error)) {
      return {};
    }
    throw error;
  }
}

/** A new key, with its policy from the beginning. Its alias comes later, when nothing is missing any more. */
export async function createKey(kms: KMS, place: Place): Promise<FoundKey> {
  const tags = Object.entries({ ...ownTags, alias: place.keyAlias });
  const Policy = keyPolicy(place);
  const made = await kms.createKey({
    Description: "Pulumi's state: secrets, and the bucket",
    Policy,
    Tags: tags.map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
  });
  const metadata = alwaysIn(made, "KeyMetadata");
  return {
    ...{ arn: alwaysIn(metadata, "Arn"), metadata, isOwn: true, isNamed: false },
    ...{ rotates: false, policy: parsePolicy(Policy) },
  };
}
