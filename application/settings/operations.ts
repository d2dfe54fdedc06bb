import { choice, flag, integer, map, secretMap, text } from "@selfhosted/common";
import { imageReference, variableName } from "./patterns";

function user(container: string) {
  return text({
    description: `User, or user:group, as which the ${container} container runs. Default: the image's own.`,
    example: "1000:1000",
    optional: true,
    pattern: /^[\w-]+(:[\w-]+)?$/,
    allowed: "user or user:group",
  });
}

function extraEnvironment(container: string) {
  return map({
    description: `Further environment variables of the ${container} container. Names that other settings manage are refused.`,
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
  infrastructureStack: text({
    description: "Full name of the infrastructure layer's stack. Default: the stack with this one's name.",
    example: "organization/selfhosted-infrastructure/prod",
    optional: true,
    pattern: /^[^/\s]+\/[^/\s]+\/[^/\s]+$/,
    allowed: "organization/project/stack",
  }),
  // The retentions that CloudWatch Logs knows, from 30 days on.
  logRetentionDays: choice(
    ["30", "60", "90", "120", "150", "180", "365", "400", "545", "731", "1096", "1827", "3653"],
    {
      description: "Days that the containers' logs are kept. A year is what AWS's security standard asks for.",
      default: "365",
    },
  ),
  containerInsights: choice(["enhanced", "enabled", "disabled"], {
    description: "Metrics of the cluster, its services and tasks. `enhanced` adds those of each task and container.",
    default: "enabled",
  }),
  execEnabled: flag({
    description:
      "A shell in running containers by `aws ecs execute-command`, encrypted and logged. For an emergency; whoever opens one needs " +
      "kms:GenerateDataKey on the data key.",
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
    min: 1,
    max: 1440,
  }),
  migrationRun: text({
    description: "Any new word here runs the migration once more, such as after a restore of the database.",
    example: "after-restore-1",
    optional: true,
  }),
  migrationLockWaitSeconds: integer({
    description: "Seconds after which the migration gives up one wait for a table's lock. Default: it waits on.",
    example: "10",
    optional: true,
    min: 1,
    max: 3600,
  }),
  migrationLockRetries: integer({
    description: "How often the migration tries again to get a table's lock. With migrationLockWaitSeconds.",
    example: "20",
    optional: true,
    min: 1,
    max: 1000,
  }),
  logRouterImage: text({
    description:
      "Image of Fluent Bit. Where it is set, API and console send their logs through it to the destination that " +
      "logRouterOptions name, instead of CloudWatch. The migration's log stays in CloudWatch.",
    example: "111122223333.dkr.ecr.eu-central-1.amazonaws.com/aws-for-fluent-bit:3.0.0",
    optional: true,
    ...imageReference,
  }),
  logRouterOptions: map({
    description:
      "Options of the Fluent Bit output, `Name` first of all. Tasks may call the `Port` that stands here; without one, 443 only.",
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
    pattern: /^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/,
    allowed: "the ARN of an IAM policy",
  }),
  apiExtraEnvironment: extraEnvironment("API"),
  apiExtraSecrets: extraSecrets("API"),
  consoleExtraEnvironment: extraEnvironment("console"),
  consoleExtraSecrets: extraSecrets("console"),
  migrationExtraEnvironment: extraEnvironment("migrations"),
  migrationExtraSecrets: extraSecrets("migrations"),
};
