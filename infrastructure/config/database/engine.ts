import { choice, type ConfigOf, flag, map, pattern, type Rule, text } from "@selfhosted/common";

const engineVersion = pattern(
  // Older ones too: once the cluster exists, it is read only for an upgrade. The look-up refuses those that AWS no longer makes.
  /^8\.0\.mysql_aurora\.3\.\d{2}\.\d+(\.\d+)?$/,
  "a version 3 of Aurora MySQL, such as 8.0.mysql_aurora.3.10.4",
  (text) => text.replace(/^.*?(3\.\d{2}\.\d+)\D*$/, "8.0.mysql_aurora.$1"),
);

export const engineSettings = {
  databaseEngineVersion: text({
    description:
      "Version of Aurora MySQL that the cluster is made with. Default: a patch of 3.10, the release with long-term support.",
    default: "8.0.mysql_aurora.3.10.4",
    shape: engineVersion,
    change:
      "With databaseAutoMinorUpgrade off, a newer version upgrades the cluster; AWS never goes back to an older one.",
  }),
  databaseAutoMinorUpgrade: flag({
    description:
      "AWS installs new minor versions in the maintenance window, as its control RDS.13 asks, and databaseEngineVersion is only " +
      "where the cluster begins. That may lead off the release with long-term support: AWS advises to turn it off to stay on " +
      "one, and then databaseEngineVersion upgrades; a cluster that AWS moved on stays where it is.",
    default: true,
  }),
  databaseStorageType: choice(["aurora", "aurora-iopt1"], {
    description:
      "aurora pays for each I/O, aurora-iopt1 more for storage and nothing for I/O. A cluster begins with aurora; where this is " +
      "left out later, it stays as it is.",
    optional: true,
    change: "AWS takes aurora-iopt1 once in 30 days, and aurora at any time.",
  }),
  databaseParameters: map({
    description:
      "More parameters of the cluster, by MySQL's names; they hold after the next restart. Leave out what equals Aurora's " +
      "default: RDS doesn't keep it, and every update would set it again.",
    example: '{"max_connections":"900"}',
    key: pattern(/^[a-z][a-z0-9_]*$/, "names of parameters"),
    allowed: "names of parameters with their values",
  }),
};

/** Parameters with a setting or a reason of their own. */
export const managedParameters: Record<string, string> = {
  general_log: "stays off: its statements may hold secrets",
  log_output: "stays FILE: only files go to CloudWatch",
  long_query_time: "is set by databaseSlowQuerySeconds",
  require_secure_transport: "is set by databaseTlsRequired",
  server_audit_events: "is set by the installer: without the data's statements, which may hold secrets",
  server_audit_logging: "is set by databaseLogExports",
  slow_query_log: "is set by databaseLogExports",
  sql_mode: "is set by the installer: the migrations need strict tables",
  tls_version: "stays as Aurora has it: TLS 1.2 and newer",
};

const parametersManaged: Rule<ConfigOf<typeof engineSettings>> = ({ databaseParameters }) =>
  Object.entries(managedParameters)
    .filter(([parameter]) => parameter in databaseParameters)
    .map(([parameter, reason]) => ({
      key: "databaseParameters",
      reason: `${parameter} ${reason}`,
      fix: `pulumi config rm --path databaseParameters.${parameter}`,
    }));

export const engineRules: Rule<ConfigOf<typeof engineSettings>>[] = [parametersManaged];
