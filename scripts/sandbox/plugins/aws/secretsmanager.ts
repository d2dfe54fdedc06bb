import { type DescribeSecretResponse, SecretsManager } from "@aws-sdk/client-secrets-manager";
import type { SecretArgs, SecretVersionArgs } from "@pulumi/aws/secretsmanager";
import type { Unwrap } from "@pulumi/pulumi";
import { allOf, matching, required, rule, secretRule } from "../checks";
import type { ResourceType, Service } from "../resource";
import type { Account } from "./account";
import { unlessMissing } from "./errors";
import { documentText, policyDocument } from "./policies";
import { exists, keyExists } from "./references";
import { tagChanges, taggable, type Tagged, tagList, tagMap } from "./tags";

type SecretInputs = Omit<Tagged<Unwrap<SecretArgs>>, "policy"> & { policy?: string };
type VersionInputs = Unwrap<SecretVersionArgs>;

const secret: ResourceType<Account, SecretInputs> = {
  autoname: "name",
  replaceOn: ["name"],
  updateOn: ["description", "kmsKeyId", "policy", "recoveryWindowInDays"],
  defaults: (inputs) => ({ recoveryWindowInDays: 30, ...documentText(inputs, "policy") }),
  check: allOf(
    matching("name", /^[A-Za-z0-9/_+=.@-]{1,512}$/, "1 to 512 letters, digits or /_+=.@-"),
    rule("recoveryWindowInDays", (days) =>
      days === 0 || (Number(days) >= 7 && Number(days) <= 30) ? undefined : "must be 0 or from 7 to 30",
    ),
    policyDocument("policy", "resource", 20_480),
  ),
  checkReferences: ({ kmsKeyId }, { account }) => keyExists("kmsKeyId", kmsKeyId, account),
  find: async ({ name = "" }, { account }) => (await describeSecret(name, account))?.ARN,
  async create({ name, description, kmsKeyId, tagsAll }, { account }) {
    const request = { Name: name, Description: description, KmsKeyId: kmsKeyId, Tags: tagList(tagsAll) };
    const { ARN = "" } = await account.client(SecretsManager).createSecret(request);
    return { id: ARN };
  },
  async settle(SecretId, { policy }, { account }) {
    const client = account.client(SecretsManager);
    if (policy) await client.putResourcePolicy({ SecretId, ResourcePolicy: policy });
    else await client.deleteResourcePolicy({ SecretId });
  },
  async read(SecretId, { policy }, { account }) {
    const found = await describeSecret(SecretId, account);
    if (!found) return undefined;
    const held = policy && (await account.client(SecretsManager).getResourcePolicy({ SecretId })).ResourcePolicy;
    return {
      arn: found.ARN,
      name: found.Name,
      description: found.Description ?? "",
      ...(found.KmsKeyId && { kmsKeyId: found.KmsKeyId }),
      ...(policy && { policy: held }),
      tagsAll: tagMap(found.Tags),
    };
  },
  async update(SecretId, { description = "", kmsKeyId, tagsAll }, olds, { account }) {
    const client = account.client(SecretsManager);
    const KmsKeyId = kmsKeyId ?? (olds.kmsKeyId && "alias/aws/secretsmanager");
    await client.updateSecret({ SecretId, Description: description, KmsKeyId });
    const { set, removed } = tagChanges(olds.tagsAll, tagsAll);
    if (removed.length) await client.untagResource({ SecretId, TagKeys: removed });
    if (Object.keys(set).length) await client.tagResource({ SecretId, Tags: tagList(set) });
  },
  async delete(SecretId, { recoveryWindowInDays: days = 30 }, { account }) {
    if (!(await describeSecret(SecretId, account))) return;
    const window = days === 0 ? { ForceDeleteWithoutRecovery: true } : { RecoveryWindowInDays: days };
    await account.client(SecretsManager).deleteSecret({ SecretId, ...window });
  },
};

/** The secret, unless it is about to be deleted. */
async function describeSecret(id: string, account: Account): Promise<DescribeSecretResponse | undefined> {
  const describe = account.client(SecretsManager).describeSecret({ SecretId: id });
  const found = await unlessMissing(describe);
  return found?.DeletedDate ? undefined : found;
}

const secretVersion: ResourceType<Account, VersionInputs> = {
  replaceOn: ["secretId", "secretString"],
  updateOn: [],
  secrets: ["secretString"],
  check: allOf(
    required("secretId", "secretString"),
    secretRule("secretString", (text) =>
      typeof text === "string" && text.length > 0 && Buffer.byteLength(text) <= 65_536
        ? undefined
        : "must be a text of 1 to 65536 bytes",
    ),
  ),
  checkReferences: ({ secretId }, { account }) => {
    const describe = account.client(SecretsManager).describeSecret({ SecretId: secretId });
    return exists("secretId", secretId, describe);
  },
  async find({ secretId, secretString }, { account, isResumed }) {
    if (!isResumed) return undefined;
    const current = await getValue(account, secretId);
    return current?.SecretString === secretString ? `${secretId}|${current?.VersionId}` : undefined;
  },
  async create({ secretId, secretString }, { account }) {
    const { VersionId } = await account
      .client(SecretsManager)
      .putSecretValue({ SecretId: secretId, SecretString: secretString });
    return { id: `${secretId}|${VersionId}` };
  },
  async read(id, _known, { account }) {
    const [secretId, versionId] = id.split("|");
    const found = await getValue(account, secretId, versionId);
    return (
      found && {
        secretId,
        arn: found.ARN,
        secretArn: found.ARN,
        versionId: found.VersionId,
        secretString: found.SecretString,
        versionStages: found.VersionStages ?? [],
      }
    );
  },
  // A version goes with its last label. The current one keeps its label until another takes it, or the secret goes.
  async delete(id, { secretId: SecretId }, { account }) {
    const VersionId = id.split("|")[1];
    const stages = (await getValue(account, SecretId, VersionId))?.VersionStages ?? [];
    for (const VersionStage of stages.filter((stage) => stage !== "AWSCURRENT")) {
      const request = { SecretId, VersionStage, RemoveFromVersionId: VersionId };
      await account.client(SecretsManager).updateSecretVersionStage(request);
    }
  },
};

async function getValue(account: Account, SecretId: string, VersionId?: string) {
  return unlessMissing(account.client(SecretsManager).getSecretValue({ SecretId, VersionId }));
}

/** Secrets and their versions. */
export const service: Service<Account> = {
  resources: {
    "aws:secretsmanager/secret:Secret": taggable(secret),
    "aws:secretsmanager/secretVersion:SecretVersion": secretVersion,
  },
};
