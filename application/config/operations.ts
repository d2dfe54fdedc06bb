import {
  choice,
  flag,
  imageReference,
  integer,
  isSecretName,
  logRetentions,
  looksSecret,
  map,
  nearest,
  onlyWith,
  pattern,
  placeOf,
  policyArn,
  projectOf,
  regionOfInstallation,
  sameRegion,
  secretMap,
  stackOf,
  text,
  variableName,
  type ConfigProblem,
  type Rule,
} from "@selfhosted/common";
import { own, type Inputs } from "../inputs";
import { routerPorts } from "../log-router";
import type { ApplicationConfig } from "./settings";

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
    unit: "minutes",
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
    shape: policyArn,
  }),
  apiExtraEnvironment: extraEnvironment("API"),
  apiExtraSecrets: extraSecrets("API"),
  consoleExtraEnvironment: extraEnvironment("console"),
  consoleExtraSecrets: extraSecrets("console"),
  migrationExtraEnvironment: extraEnvironment("migrations"),
  migrationExtraSecrets: extraSecrets("migrations"),
};

/** Switches and numbers, such as ALLOW_CREDENTIALS=true or MAX_TOKEN=5. */
const isPlain = /^(true|false|yes|no|on|off|\d+(\.\d+)?)$/i;

type Plain = "apiExtraEnvironment" | "consoleExtraEnvironment" | "migrationExtraEnvironment" | "logRouterOptions";
type Secret = "apiExtraSecrets" | "consoleExtraSecrets" | "migrationExtraSecrets" | "logRouterSecrets";

/**
 * Values in clear that must be encrypted. The values themselves are never shown.
 *
 * @param isRefused names that are refused anyway, wherever they stand.
 */
export function noSecrets(plain: Plain, secret: Secret, isRefused = (_name: string) => false): Rule<ApplicationConfig> {
  return (config) =>
    Object.entries(config[plain])
      .filter(([name]) => !isRefused(name))
      .filter(([name, value]) => value !== "" && ((isSecretName(name) && !isPlain.test(value)) || looksSecret(value)))
      .map(([name]) => ({
        key: `${plain}.${name}`,
        reason: "holds a secret in clear, for all to read who see the task definition or the configuration",
        fix: `pulumi config rm --path '${plain}.${name}' && pulumi config set --secret --path '${secret}.${name}'`,
      }));
}

/** One value for each name. Fluent Bit takes its options in any case; the name of its output is no secret. */
function oneValue(plain: Plain, secret: Secret): Rule<ApplicationConfig> {
  const same = (name: string): string => (plain === "logRouterOptions" ? name.toLowerCase() : name);
  return (config) => {
    const names = Object.keys(config[plain]);
    const secrets = Object.keys(config[secret]);
    return names.flatMap((name, index) => {
      const before = names.slice(0, index).find((each) => same(each) === same(name));
      const hidden = secrets.find((each) => same(each) === same(name));
      const isSurplus = before !== undefined || !(plain === "logRouterOptions" && same(name) === "name");
      return before === undefined && hidden === undefined
        ? []
        : [
            {
              key: `${plain}.${name}`,
              reason: `is set ${before === undefined ? `in ${secret} too` : `as ${before} too`}; a name has one value`,
              fix: `pulumi config rm --path '${isSurplus ? `${plain}.${name}` : `${secret}.${hidden}`}'`,
            },
          ];
    });
  };
}

const execNeedsWriting: Rule<ApplicationConfig> = ({ execEnabled, readOnlyRootFilesystem }) =>
  execEnabled && readOnlyRootFilesystem
    ? [
        {
          key: "execEnabled",
          reason: "found true with readOnlyRootFilesystem; the agent of ECS Exec writes to the container's file system",
          fix: "pulumi config set readOnlyRootFilesystem false, or pulumi config rm execEnabled",
        },
      ]
    : [];

/** Outputs of Fluent Bit that send to `Host`, which is 127.0.0.1 unless it is set. https://docs.fluentbit.io/manual/data-pipeline/outputs */
const withHost = [
  ...["es", "forward", "gelf", "http", "influxdb", "kafka-rest", "loki", "nats"],
  ...[
    "opensearch",
    "opentelemetry",
    "prometheus_remote_write",
    "skywalking",
    "splunk",
    "syslog",
    "tcp",
    "udp",
    "websocket",
  ],
];

/** All its outputs, and those that AWS's image adds. A customer's image may have more: only a slip of the pen is refused. */
const outputs = [
  ...withHost,
  ...["azure", "azure_blob", "azure_kusto", "azure_logs_ingestion", "bigquery", "chronicle", "counter", "datadog"],
  ...["cloudwatch", "cloudwatch_logs", "firehose", "kinesis", "kinesis_firehose", "kinesis_streams", "s3"],
  ...["exit", "file", "flowcounter", "kafka", "logdna", "newrelic", "nrlogs", "null", "oracle_log_analytics", "pgsql"],
  ...["plot", "prometheus_exporter", "slack", "stackdriver", "stdout", "td", "vivo_exporter"],
];

const routerOptions: Rule<ApplicationConfig> = (config) => {
  const lacksName: ConfigProblem = {
    key: "logRouterOptions",
    reason: "lacks Name, the Fluent Bit output that logRouterImage shall write to",
    fix: "for example: pulumi config set --path logRouterOptions.Name http",
  };
  const wrongPort: ConfigProblem = {
    key: "logRouterOptions",
    reason: "found a Port that is none; allowed: a number from 1 to 65535",
    fix: "for example: pulumi config set --path logRouterOptions.Port 443",
  };
  const { Name: output = "" } = config.logRouterOptions;
  const meant = outputs.includes(output.toLowerCase()) || output.length < 4 ? undefined : nearest(output, outputs);
  const misspelt: ConfigProblem = {
    key: "logRouterOptions.Name",
    reason: `found ${output}, which is no output of Fluent Bit; did you mean ${meant}? It wouldn't start, and every task with it`,
    fix: `pulumi config set --path logRouterOptions.Name ${meant}`,
  };
  const options = [...Object.keys(config.logRouterOptions), ...Object.keys(config.logRouterSecrets)];
  const hasHost = options.some((name) => /^(host|upstream|unix_path|cloud_id)$/i.test(name));
  const lacksHost: ConfigProblem = {
    key: "logRouterOptions.Host",
    reason: `not set: the Fluent Bit output ${output} then sends to the container itself, where nothing takes the logs`,
    fix: "pulumi config set --path logRouterOptions.Host logs.example.com, with the name of your host",
  };
  const arePorts = routerPorts(config).every((port) => Number.isInteger(port) && port >= 1 && port <= 65535);
  return config.logRouterImage === undefined
    ? []
    : [
        ...("Name" in config.logRouterOptions ? [] : [lacksName]),
        ...(meant === undefined ? [] : [misspelt]),
        ...(hasHost || !withHost.includes(output.toLowerCase()) ? [] : [lacksHost]),
        ...(arePorts ? [] : [wrongPort]),
      ];
};

const routerPolicyPlace: Rule<Inputs> = ({ config, upstream: { apiTaskRoleArn } }) => {
  const [found, here] = [placeOf(config.logRouterPolicyArn ?? ""), placeOf(apiTaskRoleArn)];
  if (found === undefined || here === undefined) {
    return [];
  }
  return found.partition === here.partition && [here.account, "aws"].includes(found.account)
    ? []
    : [
        {
          key: "logRouterPolicyArn",
          reason:
            `found a policy of ${found.account} in the partition ${found.partition}; a role takes only policies of its own account ` +
            `and partition, ${here.account} in ${here.partition}, or of AWS there`,
          fix: "aws iam list-policies --scope Local shows those of the account",
        },
      ];
};

export const operationRules: Rule<Inputs>[] = [
  sameRegion("infrastructure"),
  ...own(
    oneValue("apiExtraEnvironment", "apiExtraSecrets"),
    oneValue("consoleExtraEnvironment", "consoleExtraSecrets"),
    oneValue("migrationExtraEnvironment", "migrationExtraSecrets"),
    oneValue("logRouterOptions", "logRouterSecrets"),
    noSecrets("logRouterOptions", "logRouterSecrets"),
    execNeedsWriting,
    onlyWith(["migrationLockRetries"], "migrationLockWaitSeconds"),
    onlyWith(["logRouterOptions", "logRouterSecrets", "logRouterPolicyArn"], "logRouterImage"),
    routerOptions,
  ),
  routerPolicyPlace,
];
