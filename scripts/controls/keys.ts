import { among, each, type Group } from "./control";
import { listOf, statementsOf } from "./documents";

const key = "aws:kms/key:Key";
const secret = "aws:secretsmanager/secret:Secret";

/** Who may be anybody: `*`, or any account. */
function isAnybody(principal: unknown): boolean {
  const named = typeof principal === "object" && principal !== null ? Object.values(principal) : [principal];
  return named.flat().includes("*");
}

export const keys: Group = {
  title: "Keys and secrets",
  controls: [
    {
      id: "KMS.1/2",
      title: "no role decrypts with every key",
      absent: "no roles are made",
      looks: [
        each("aws:iam/rolePolicy:RolePolicy", ({ policy }) => {
          const everyKey = statementsOf(policy).some(
            ({ Effect, Action, Resource }) =>
              Effect === "Allow" &&
              listOf(Action).some((action) => /^(\*|kms:(\*|Decrypt|ReEncrypt(From|\*)))$/.test(action)) &&
              listOf(Resource).some((arn) => arn === "*" || /^arn:[\w-]+:kms:[^:]*:[^:]*:(\*|key\/\*)$/.test(arn)),
          );
          return everyKey && "allows to decrypt with every key";
        }),
      ],
    },
    {
      id: "KMS.3/4/5",
      title: "keys rotate, aren't public, and wait to be deleted",
      absent: "all keys are the customer's",
      looks: [
        each(key, ({ enableKeyRotation }) => !enableKeyRotation && "enableKeyRotation is off"),
        each(key, ({ deletionWindowInDays: days = 30 }) => days < 30 && `is deleted after ${days} days`),
        each(key, ({ policy }) => {
          const isOpen = statementsOf(policy ?? {}).some(
            ({ Effect, Principal, Condition }) => Effect === "Allow" && isAnybody(Principal) && !Condition,
          );
          return isOpen && "its policy admits everybody";
        }),
      ],
    },
    {
      id: "CKV_AWS_149",
      title: "secrets encrypted with a customer's key",
      absent: "no secrets are made",
      looks: [each(secret, (i) => !("kmsKeyId" in i) && "is encrypted with AWS's own key")],
    },
    {
      id: "SecretsManager.1/4",
      title: "secrets rotated",
      absent: "no secrets are made",
      option: { command: "make rotate" },
      looks: [
        among(secret, (_, all) => {
          const rotations = all.ofType("aws:secretsmanager/secretRotation:SecretRotation");
          return rotations.length === 0 && "doesn't rotate by itself";
        }),
      ],
    },
    {
      id: "SNS.1",
      title: "topics encrypted",
      absent: "all topics are the customer's",
      looks: [each("aws:sns/topic:Topic", (i) => !("kmsMasterKeyId" in i) && "isn't encrypted")],
    },
  ],
};
