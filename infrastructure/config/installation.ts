import {
  accountId,
  choice,
  type ConfigOf,
  configPath,
  flag,
  kmsKey,
  logRetentions,
  map,
  pattern,
  policyArn,
  regionName,
  resourceOverridesSetting,
  type Rule,
  sizes,
  tagProblems,
  text,
} from "@selfhosted/common";
import { inRegion } from "./placement";

/** What holds for the whole installation, and is configured nowhere else. */
export const installationSettings = {
  "aws:region": text({
    description: "The region to install in.",
    example: "eu-central-1",
    shape: regionName,
    change: "An installation can't move: with another region, this is the stack of another installation.",
  }),
  name: text({
    description: "Prefix of every name, so that several installations fit into one account.",
    default: "pulumi",
    shape: pattern(
      /^(?!.*--)[a-z]([a-z0-9-]{0,18}[a-z0-9])?$/,
      "up to 20 lower-case letters, digits and single hyphens, with a letter first and no hyphen last",
    ),
    change: "Can't be changed: AWS renames neither a database nor a bucket, and new ones would be empty.",
  }),
  size: choice(sizes, {
    description:
      "Sizes everything that has no size of its own set. small is what the vendor calls the start of production: a database " +
      "of 16 GB memory.",
    default: "small",
    change: "The instances of the database restart, in the maintenance window unless databaseApplyImmediately is on.",
  }),
  ephemeral: flag({
    description:
      "For a throw-away installation: nothing is protected against deletion, and the database leaves no final snapshot.",
    change: "Takes the protection off what is there already, with all that it holds.",
  }),
  tags: map({
    description: "Your own tags for every resource, up to 40. Case makes no difference between two names.",
    example: '{"team":"platform"}',
    key: pattern(
      /^(?!aws:)[\p{L}\p{N} _.:/=+\-@]{1,128}$/iu,
      "tag names of up to 128 characters, not beginning with aws:",
    ),
    allowed: "tag names of up to 128 characters, not beginning with aws:",
  }),
  accountId: text({
    description:
      "The AWS account that the stack belongs to. Where it is set, credentials of any other account are refused.",
    example: "111122223333",
    shape: accountId,
    optional: true,
    change: "An installation can't move: with another account, this is the stack of another installation.",
  }),
  permissionsBoundaryArn: text({
    description: "Policy that every IAM role of the installation gets as its permissions boundary.",
    example: "arn:aws:iam::111122223333:policy/boundary",
    shape: policyArn,
    optional: true,
  }),
  serviceKeyId: text({
    description:
      "Your KMS key, with which the service encrypts its users' secrets: symmetric, in the installation's region. Without it " +
      "those secrets are lost.",
    example: "alias/pulumi-selfhosted",
    shape: kmsKey,
    change: "What the service encrypted with the former key becomes unreadable; confirmServiceKeyChange allows it.",
  }),
  confirmServiceKeyChange: flag({
    description:
      "Allows another serviceKeyId than the deployed one. What the service encrypted with the old key becomes unreadable. Set " +
      "it for that one deployment only.",
  }),
  dataKeyId: text({
    description:
      "A KMS key for the data at rest (database, buckets, secrets, logs) in place of the installation's own. Its policy must " +
      "admit those AWS services, and the account of backupCopyVaultArn.",
    example: "alias/data",
    shape: kmsKey,
    optional: true,
    change: "Can't be changed: AWS doesn't encrypt a database anew, and a new one would be empty.",
  }),
  retainDataKey: flag({
    description:
      "Leaves the installation's own data key in AWS when the installation is destroyed. Without it the snapshots and backups " +
      "that outlive the installation can't be read any more 30 days later.",
  }),
  resourceOverrides: resourceOverridesSetting('{"database-cluster":{"enableLocalWriteForwarding":true}}'),
  logRetentionDays: choice(logRetentions, {
    description:
      "Days that CloudWatch keeps the logs of the database and of search. 365 meets the control CloudWatch.16.",
    default: "365",
    unit: "days",
    change: "With fewer days, CloudWatch deletes the logs that are older.",
  }),
};

export type InstallationConfig = ConfigOf<typeof installationSettings>;

const tagsFit: Rule<InstallationConfig> = ({ tags }) =>
  tagProblems(tags).map(({ key, reason }) => ({
    key: "tags",
    reason,
    fix: `pulumi config rm --path '${configPath("tags", key)}'`,
  }));

const fewEnoughTags: Rule<InstallationConfig> = ({ tags }) => {
  const found = Object.keys(tags).length;
  return found > 40 && { key: "tags", reason: `found ${found} tags; allowed: up to 40, as AWS takes 50` };
};

const retainsOwnKey: Rule<InstallationConfig> = ({ dataKeyId, retainDataKey }) =>
  retainDataKey &&
  dataKeyId !== undefined && {
    key: "retainDataKey",
    reason: "is for the installation's own key; that in dataKeyId stays in any case",
    fix: "pulumi config rm retainDataKey",
  };

/** What has logs in CloudWatch. */
interface Logs {
  databaseLogExports: string[];
  searchEnabled: boolean;
}

const retainsSomeLogs: Rule<InstallationConfig & Logs> = ({ databaseLogExports, searchEnabled }, raw) => {
  const key = "logRetentionDays";
  return (
    raw.has(key) &&
    databaseLogExports.length === 0 &&
    !searchEnabled && {
      key,
      reason: "has no effect: databaseLogExports is empty, and searchEnabled is off",
      fix: `pulumi config rm ${key}`,
    }
  );
};

const confirmedOnce: Rule<InstallationConfig> = ({ confirmServiceKeyChange }) =>
  confirmServiceKeyChange && {
    key: "confirmServiceKeyChange",
    reason: "found true, for this deployment only: as long as it is on, any other serviceKeyId is taken",
    fix: "after the deployment: pulumi config rm confirmServiceKeyChange",
    severity: "warning",
  };

export const installationRules: Rule<InstallationConfig>[] = [tagsFit, fewEnoughTags, retainsOwnKey, confirmedOnce];

export const logsRules: Rule<InstallationConfig & Logs>[] = [retainsSomeLogs];

export const installationPlacement: Rule<InstallationConfig>[] = [
  inRegion("serviceKeyId"),
  inRegion("dataKeyId"),
  inRegion("permissionsBoundaryArn"),
];
