import { nearest, ofConfig, onlyWith, parseArn, type Rule } from "@selfhosted/common";
import type { ApplicationConfig, RuleArgs } from "../config";
import { noSecrets, oneValue } from "../environment/rules";
import { routerPorts } from "./log-router";

/** Outputs of Fluent Bit that send to `Host`, which is 127.0.0.1 unless it is set. https://docs.fluentbit.io/manual/data-pipeline/outputs */
const outputsWithHost = [
  ...words(
    "es forward gelf http influxdb kafka-rest loki nats opensearch opentelemetry prometheus_remote_write skywalking",
  ),
  ...words("splunk syslog tcp udp websocket"),
];

/** All its outputs, and those that AWS's image adds. A customer's image may have more: only misspelt ones are refused. */
const outputs = [
  ...outputsWithHost,
  ...words("azure azure_blob azure_kusto azure_logs_ingestion bigquery chronicle counter datadog"),
  ...words("cloudwatch cloudwatch_logs firehose kinesis kinesis_firehose kinesis_streams s3"),
  ...words("exit file flowcounter kafka logdna newrelic nrlogs null oracle_log_analytics pgsql"),
  ...words("plot prometheus_exporter slack stackdriver stdout td vivo_exporter"),
];

function words(text: string): string[] {
  return text.split(" ");
}

/** Fluent Bit starts with these options, and sends the logs somewhere. */
const validOptions: Rule<ApplicationConfig> = (config) => {
  const { logRouterOptions, logRouterSecrets } = config;
  if (config.logRouterImage === undefined) {
    return undefined;
  }
  const { Name: output = "" } = logRouterOptions;
  const isKnown = outputs.includes(output.toLowerCase());
  const meant = isKnown || output.length < 4 ? undefined : nearest(output, outputs);
  const names = [...Object.keys(logRouterOptions), ...Object.keys(logRouterSecrets)];
  const hasHost = names.some((name) => /^(host|upstream|unix_path|cloud_id)$/i.test(name));
  const arePorts = routerPorts(config).every((port) => Number.isInteger(port) && port >= 1 && port <= 65535);
  return [
    !("Name" in logRouterOptions) && {
      key: "logRouterOptions",
      reason: "lacks Name, the Fluent Bit output that logRouterImage shall write to",
      fix: "for example: pulumi config set --path logRouterOptions.Name http",
    },
    meant !== undefined && {
      key: "logRouterOptions.Name",
      reason: `found ${output}, which is no output of Fluent Bit; did you mean ${meant}? It wouldn't start, and every task with it`,
      fix: `pulumi config set --path logRouterOptions.Name ${meant}`,
    },
    !hasHost &&
      outputsWithHost.includes(output.toLowerCase()) && {
        key: "logRouterOptions.Host",
        reason: `not set: the Fluent Bit output ${output} then sends to the container itself, where nothing takes the logs`,
        fix: "pulumi config set --path logRouterOptions.Host logs.example.com, with the name of your host",
      },
    !arePorts && {
      key: "logRouterOptions",
      reason: "found a Port that is none; allowed: a number from 1 to 65535",
      fix: "for example: pulumi config set --path logRouterOptions.Port 443",
    },
  ];
};

/** Fluent Bit takes its options in any case, but its output by `Name` alone, and that is no secret. */
const oneOption = oneValue(
  "logRouterOptions",
  "logRouterSecrets",
  (name) => name.toLowerCase(),
  ({ name, before, hidden }) => {
    if (before === undefined && name.toLowerCase() === "name") {
      return `logRouterSecrets.${hidden}`;
    }
    return `logRouterOptions.${name === "Name" ? before : name}`;
  },
);

const policyAccount: Rule<RuleArgs> = ({ config, upstream: { apiTaskRoleArn } }) => {
  const [policy, role] = [parseArn(config.logRouterPolicyArn ?? ""), parseArn(apiTaskRoleArn)];
  if (policy === undefined || role === undefined) {
    return undefined;
  }
  return policy.partition === role.partition && [role.account, "aws"].includes(policy.account)
    ? undefined
    : {
        key: "logRouterPolicyArn",
        reason:
          `found a policy of ${policy.account} in the partition ${policy.partition}; a role takes only policies of its own account ` +
          `and partition, ${role.account} in ${role.partition}, or of AWS there`,
        fix: "aws iam list-policies --scope Local lists those of the account",
      };
};

/** Rules over the log router and its destination. */
export const logRouterRules: Rule<RuleArgs>[] = [
  ...ofConfig<ApplicationConfig>(
    oneOption,
    noSecrets("logRouterOptions", "logRouterSecrets"),
    onlyWith(["logRouterOptions", "logRouterSecrets", "logRouterPolicyArn"], "logRouterImage"),
    validOptions,
  ),
  policyAccount,
];
