import {
  choice,
  flag,
  imageReference,
  integer,
  kmsKeyArn,
  logRetentions,
  map,
  ofConfig,
  onlyWith,
  pattern,
  policyArn,
  projectOf,
  regionOfInstallation,
  resourceOverridesSetting,
  type Rule,
  sameRegion,
  secretArn,
  secretMap,
  stackOf,
  text,
  variableName,
} from "@selfhosted/common";
import { inTaskAccount } from "../task/secret-location";
import type { ApplicationConfig, RuleArgs } from "./settings";

function user(container: string) {
  return text({
    description: `User, or user:group, as which the ${container} container runs. Default: the image's own.`,
    example: "1000:1000",
    optional: true,
    shape: pattern(/^[\w-]+(:[\w-]+)?$/, "user or user:group"),
  });
}

function extraEnvironment(container: string) {
  return map({
    description: `Further environment variables of the ${container} container. Names that other settings manage are refused, and so are secrets: they would be shown in clear.`,
    key: variableName,
    allowed: "variable names with texts",
  });
}

function extraSecrets(container: string) {
  return secretMap({
    description: `Further secret environment variables of the ${container} container, kept in Secrets Manager.`,
    key: variableName,
    allowed: "variable names with texts",
  });
}

/** How the containers are run and watched. */
export const operationSettings = {
  "aws:region": regionOfInstallation,
  resourceOverrides: resourceOverridesSetting('{"api-service":{"healthCheckGracePeriodSeconds":300}}'),
  infrastructureStack: text({
    description: "Full name of the infrastructure layer's stack. Default: the stack with this one's name.",
    example: "organization/selfhosted-infrastructure/prod",
    optional: true,
    shape: stackOf(projectOf("infrastructure")),
    change: "The layer then runs on other data: deploy it to a stack of its own instead.",
  }),
  logRetentionDays: choice(logRetentions, {
    description: "Days that the containers' logs are kept. A year is what AWS's security standard asks for.",
    default: "365",
    unit: "days",
  }),
  containerInsights: choice(["enhanced", "enabled", "disabled"], {
    description: "Metrics of the cluster, its services and tasks. `enhanced` adds those of each task and container.",
    default: "enabled",
  }),
  execEnabled: flag({
    description:
      "A shell in running containers by `make shell`, or `aws ecs execute-command`, encrypted and logged. For an emergency; the " +
      "caller needs ecs:ExecuteCommand, and kms:GenerateDataKey on the data key.",
  }),
  readOnlyRootFilesystem: flag({
    description:
      "Containers can't write to their file system but to /tmp, 64 MiB of their memory. Supported by the product since " +
      "March 2025. Fluent Bit's container (logRouterImage) can.",
  }),
  apiUser: user("API"),
  consoleUser: user("console"),
  migrationUser: user("migrations"),
  migrationTimeoutMinutes: integer({
    description:
      "Minutes after which a migration that still runs is reported. It is never stopped: that would spoil the database.",
    default: 60,
    unit: "minutes",
    min: 1,
    max: 1440,
  }),
  migrationRun: text({
    description: "A new value runs the migration once more, such as after a restore of the database.",
    example: "after-restore-1",
    optional: true,
  }),
  migrationLockWaitSeconds: integer({
    description: "Seconds after which the migration gives up one wait for a table's lock. Default: it waits on.",
    example: "10",
    optional: true,
    unit: "seconds",
    min: 1,
    max: 3600,
    env: { migration: "METADATA_LOCK_WAIT_TIMEOUT" },
  }),
  migrationLockRetries: integer({
    description: "How often the migration tries again to get a table's lock. With migrationLockWaitSeconds.",
    example: "20",
    optional: true,
    min: 1,
    max: 1000,
    env: { migration: "METADATA_LOCK_RETRIES" },
  }),
  databaseUserSecretArn: text({
    description:
      "Secret in Secrets Manager, with `username` and `password` in JSON, of a database user of your own: the API and its jobs sign in as " +
      "that, and only migrations as the administrator. The vendor documents no such user: try it before users depend on it. Make it once " +
      "the database is there: `CREATE USER 'api'@'%' IDENTIFIED BY '…' REQUIRE SSL`, then `GRANT SELECT, INSERT, UPDATE, DELETE, EXECUTE, " +
      "CREATE TEMPORARY TABLES ON pulumi.* TO 'api'@'%'`. Tasks read the secret when they start.",
    example: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:pulumi-api-user-AbCdEf",
    optional: true,
    shape: secretArn,
  }),
  databaseUserSecretKeyArn: text({
    description:
      "Your KMS key that encrypts that secret, where it is neither AWS's own nor the installation's data key. Its policy must leave the " +
      "account's IAM to decide.",
    example: "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-000000000000",
    optional: true,
    shape: kmsKeyArn,
  }),
  secretMaxAgeDays: integer({
    description: "Days without a new value after which `make verify` warns of a secret. 0: never.",
    default: 365,
    unit: "days",
    min: 0,
    max: 3650,
  }),
  logRouterImage: text({
    description:
      "Image of Fluent Bit. Where it is set, API and console send their logs through it to the destination that " +
      "logRouterOptions name, instead of CloudWatch. The migration's log stays in CloudWatch.",
    example: "111122223333.dkr.ecr.eu-central-1.amazonaws.com/aws-for-fluent-bit:3.0.0",
    optional: true,
    shape: imageReference,
  }),
  logRouterOptions: map({
    description:
      "Options of the Fluent Bit output, `Name` first of all. Tasks may call its `Port`; without one, 443 only.",
    example: '{"Name":"http","Host":"logs.example.com","Port":"443","tls":"on"}',
  }),
  logRouterSecrets: secretMap({ description: "Secret options of the Fluent Bit output." }),
  logRouterPolicyArn: text({
    description:
      "IAM policy of your own that lets Fluent Bit write to its destination, where that is in AWS: Firehose, S3, OpenSearch, " +
      "CloudWatch. Without the right to write, logs are lost and only Fluent Bit's own log says so. API, console and jobs " +
      "get it, for Fluent Bit acts in their role.",
    example: "arn:aws:iam::111122223333:policy/pulumi-logs",
    optional: true,
    shape: policyArn,
  }),
  apiExtraEnvironment: extraEnvironment("API"),
  apiExtraSecrets: extraSecrets("API"),
  consoleExtraEnvironment: extraEnvironment("console"),
  consoleExtraSecrets: extraSecrets("console"),
  migrationExtraEnvironment: extraEnvironment("migrations"),
  migrationExtraSecrets: extraSecrets("migrations"),
};

const execNeedsWriting: Rule<ApplicationConfig> = ({ execEnabled, readOnlyRootFilesystem }) =>
  execEnabled &&
  readOnlyRootFilesystem && {
    key: "execEnabled",
    reason: "found true with readOnlyRootFilesystem; the agent of ECS Exec writes to the container's file system",
    fix: "pulumi config set readOnlyRootFilesystem false, or pulumi config rm execEnabled",
  };

export const operationRules: Rule<RuleArgs>[] = [
  sameRegion("infrastructure"),
  inTaskAccount("databaseUserSecretArn"),
  ...ofConfig<ApplicationConfig>(
    execNeedsWriting,
    onlyWith(["migrationLockRetries"], "migrationLockWaitSeconds"),
    onlyWith(["databaseUserSecretKeyArn"], "databaseUserSecretArn"),
  ),
];
