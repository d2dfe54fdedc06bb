import type { SecretArgs } from "@pulumi/aws/secretsmanager";
import type { Service } from "../resource";
import type { Account } from "./account";
import { type Inputs, typesOf } from "./table";
import { tagList, tagMap } from "./tags";

const secrets = typesOf(async () => (await import("@aws-sdk/client-secrets-manager")).SecretsManager, {
  tag: (aws, SecretId, tags) => aws.tagResource({ SecretId, Tags: tagList(tags) }),
  untag: (aws, SecretId, TagKeys) => aws.untagResource({ SecretId, TagKeys }),
});

/** Secrets and their versions. */
export const service: Service<Account> = {
  resources: {
    "aws:secretsmanager/secret:Secret": secrets<Inputs<SecretArgs, "name">>({
      autoname: "name",
      replaceOn: ["name"],
      updateOn: ["description", "kmsKeyId", "recoveryWindowInDays"],
      defaults: (inputs) => ({ recoveryWindowInDays: 30, ...inputs }),
      async create(aws, { name, description, kmsKeyId, tagsAll }) {
        const request = { Name: name, Description: description, KmsKeyId: kmsKeyId, Tags: tagList(tagsAll) };
        return (await aws.createSecret(request)).ARN ?? "";
      },
      async get(aws, SecretId) {
        const found = await aws.describeSecret({ SecretId });
        if (found.DeletedDate) return undefined;
        const { ARN, Name, Description, KmsKeyId, Tags } = found;
        return { arn: ARN, name: Name, description: Description ?? "", kmsKeyId: KmsKeyId, tagsAll: tagMap(Tags) };
      },
      update: (aws, SecretId, { description = "", kmsKeyId }) =>
        aws.updateSecret({ SecretId, Description: description, KmsKeyId: kmsKeyId }),
      async delete(aws, SecretId, { recoveryWindowInDays: days = 30 }) {
        if ((await aws.describeSecret({ SecretId })).DeletedDate) return;
        const window = days === 0 ? { ForceDeleteWithoutRecovery: true } : { RecoveryWindowInDays: days };
        await aws.deleteSecret({ SecretId, ...window });
      },
    }),

    "aws:secretsmanager/secretVersion:SecretVersion": secrets<Record<"secretId" | "secretString", string>>({
      tagged: false,
      replaceOn: ["secretId", "secretString"],
      updateOn: [],
      secrets: ["secretString"],
      async create(aws, { secretId, secretString }) {
        const { VersionId } = await aws.putSecretValue({ SecretId: secretId, SecretString: secretString });
        return `${secretId}|${VersionId}`;
      },
      async get(aws, id) {
        const { ARN, VersionId, SecretString, VersionStages } = await aws.getSecretValue(version(id));
        const { SecretId } = version(id);
        return {
          arn: ARN,
          secretId: SecretId,
          versionId: VersionId,
          secretString: SecretString,
          versionStages: VersionStages,
        };
      },
      // A version goes with its last label. The current one keeps its label until another takes it, or the secret goes.
      async delete(aws, id) {
        const { SecretId, VersionId } = version(id);
        const { VersionStages = [] } = await aws.getSecretValue(version(id));
        for (const VersionStage of VersionStages.filter((stage) => stage !== "AWSCURRENT")) {
          await aws.updateSecretVersionStage({ SecretId, VersionStage, RemoveFromVersionId: VersionId });
        }
      },
    }),
  },
};

/** What the id of a version, `secret|version`, names. */
function version(id: string): { SecretId: string; VersionId: string } {
  const [SecretId = "", VersionId = ""] = id.split("|");
  return { SecretId, VersionId };
}
