import * as pulumi from "@pulumi/pulumi";
import { choice, ConfigOf, ConfigProblem, flag, map, Rule, tagProblems, text } from "@selfhosted/common";

const keyId = {
  pattern: /^([0-9a-f-]{36}|mrk-[0-9a-f]{32}|alias\/[\w/-]+|arn:[\w-]+:kms:[\w-]+:\d{12}:(key|alias)\/[\w/-]+)$/,
  allowed: "the id, alias (alias/…) or ARN of a KMS key",
};

/** Facts that hold for the whole installation, and are configured nowhere else. */
export const installationSettings = {
  name: text({
    description: "Prefix of every name, so that several installations fit into one account.",
    example: "pulumi",
    default: "pulumi",
    pattern: /^(?!.*--)[a-z]([a-z0-9-]{0,18}[a-z0-9])?$/,
    allowed: "up to 20 lower-case letters, digits and single hyphens, with a letter first and no hyphen last",
  }),
  size: choice(["small", "medium", "large"], {
    description:
      "Sizes everything that has no size of its own set. small is what the vendor calls the start of production: a database " +
      "of 16 GB memory.",
    default: "small",
  }),
  ephemeral: flag({
    description:
      "For a throw-away installation: nothing is protected against deletion, and the database leaves no final snapshot.",
  }),
  tags: map({
    description: "Your own tags for every resource, up to 40. Case makes no difference between two names.",
    key: /^(?!aws:)[\p{L}\p{N} _.:/=+\-@]{1,128}$/iu,
    allowed: "tag names of up to 128 characters, not beginning with aws:",
  }),
  accountId: text({
    description:
      "The AWS account that the stack belongs to. Where it is set, credentials of any other account are refused.",
    example: "111122223333",
    pattern: /^\d{12}$/,
    allowed: "the 12 digits of an AWS account",
    optional: true,
  }),
  permissionsBoundaryArn: text({
    description: "Policy that every IAM role of the installation gets as its permissions boundary.",
    example: "arn:aws:iam::111122223333:policy/boundary",
    pattern: /^arn:[\w-]+:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/,
    allowed: "the ARN of an IAM policy",
    optional: true,
  }),
  serviceKeyId: text({
    ...keyId,
    description:
      "Your KMS key, with which the service encrypts its users' secrets: symmetric, in the installation's region. Without it " +
      "those secrets are lost.",
    example: "alias/pulumi-selfhosted",
  }),
  confirmServiceKeyChange: flag({
    description:
      "Allows another serviceKeyId than the deployed one. What the service encrypted with the old key becomes unreadable. Set " +
      "it for that one deployment only.",
  }),
  dataKeyId: text({
    ...keyId,
    description:
      "A KMS key for the data at rest (database, buckets, secrets, logs) in place of the installation's own. Its policy must " +
      "admit those AWS services, and the account of backupCopyVaultArn. It can't be changed later: a database can't be " +
      "re-encrypted.",
    example: "alias/data",
    optional: true,
  }),
  retainDataKey: flag({
    description:
      "Leaves the installation's own data key in AWS when the installation is destroyed. Without it the snapshots and backups " +
      "that outlive the installation can't be read any more 30 days later.",
  }),
  logRetentionDays: choice(
    ["30", "60", "90", "120", "150", "180", "365", "400", "545", "731", "1096", "1827", "3653"],
    {
      description:
        "Days that CloudWatch keeps the logs of the database and of search. 365 meets the control CloudWatch.16.",
      default: "365",
    },
  ),
};

type Config = ConfigOf<typeof installationSettings>;

export const installationRules: Rule<Config>[] = [regionIsSet, tagsFit, retainsOwnKey];

/** The region of the installation: `aws:region`, the key that every Pulumi program for AWS has. */
export function region(): string {
  return new pulumi.Config("aws").require("region");
}

function regionIsSet(): ConfigProblem[] {
  const found = new pulumi.Config("aws").get("region");
  return found === undefined || !/^[a-z]{2}(-[a-z]+)+-\d$/.test(found)
    ? [
        {
          key: "aws:region",
          reason: `${found === undefined ? "not set; required" : `found "${found}"; allowed`}: the region to install in`,
          fix: "pulumi config set aws:region <region>",
        },
      ]
    : [];
}

function retainsOwnKey({ dataKeyId, retainDataKey }: Config): ConfigProblem[] {
  return retainDataKey && dataKeyId !== undefined
    ? [
        {
          key: "retainDataKey",
          reason: "is for the installation's own key; that in dataKeyId stays in any case",
          fix: "pulumi config rm retainDataKey",
        },
      ]
    : [];
}

function tagsFit({ tags }: Config): ConfigProblem[] {
  return [
    ...tagProblems(tags).map(({ key, reason }) => ({
      key: "tags",
      reason,
      fix: `pulumi config rm --path 'tags${pathOf(key)}'`,
    })),
    ...(Object.keys(tags).length > 40
      ? [{ key: "tags", reason: `found ${Object.keys(tags).length} tags; allowed: up to 40, as AWS takes 50` }]
      : []),
  ];
}

/** A key in a configuration path; one with other signs stands in brackets. */
function pathOf(key: string): string {
  return /^[\w-]+$/.test(key) ? `.${key}` : `["${key}"]`;
}
