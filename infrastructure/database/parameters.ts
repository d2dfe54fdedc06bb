import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { physicalName } from "@selfhosted/common";
import type { DatabaseConfig } from "../config/database";

/** What the migrations need; they fail without strict tables, which Aurora doesn't set. */
const sqlMode = [
  "ONLY_FULL_GROUP_BY",
  "STRICT_TRANS_TABLES",
  "NO_ZERO_IN_DATE",
  "NO_ZERO_DATE",
  "ERROR_FOR_DIVISION_BY_ZERO",
  "NO_ENGINE_SUBSTITUTION",
];

/** Sign-ins, and changes of rights and tables; not the data's statements, which may hold secrets. */
const auditEvents = "CONNECT,QUERY_DCL,QUERY_DDL";

/** Aurora's default of long_query_time, in seconds. */
const defaultSlowQuerySeconds = 10;

/**
 * Parameters whose values differ from Aurora's defaults. RDS doesn't list one that is set to its default, and the provider then
 * finds it missing at every update (https://github.com/hashicorp/terraform-provider-aws/issues/23335).
 *
 * Not set, since these are Aurora's defaults: general_log and slow_query_log are off, log_output is FILE, require_secure_transport is
 * OFF, and from version 3.04 on there is no TLS before 1.2
 * (https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Reference.ParameterGroups.html).
 */
function parametersOf(config: DatabaseConfig): Record<string, string> {
  const { databaseLogExports: logs, databaseSlowQuerySeconds: slow } = config;
  return {
    sql_mode: sqlMode.join(","),
    // Clients without TLS are refused at once, so not by default: those that run were started before there was any.
    ...(demandsTls(config) && { require_secure_transport: "ON" }),
    ...(logs.includes("slowquery") && { slow_query_log: "1" }),
    ...(logs.includes("slowquery") && slow !== defaultSlowQuerySeconds && { long_query_time: String(slow) }),
    ...(logs.includes("audit") && { server_audit_logging: "1", server_audit_events: auditEvents }),
    ...config.databaseParameters,
  };
}

/** Authorities that were given always meant that, before there were any by default. */
function demandsTls({ databaseTlsRequired, databaseCaCertificate }: DatabaseConfig): boolean {
  return databaseTlsRequired || databaseCaCertificate !== undefined;
}

/** What AWS calls the parameters of Aurora MySQL 3. */
export const parameterFamily = "aurora-mysql8.0";

/** The parameters of the cluster, which every instance follows. */
export function databaseParameterGroup(
  name: string,
  config: DatabaseConfig,
  opts: pulumi.CustomResourceOptions,
): aws.rds.ClusterParameterGroup {
  return new aws.rds.ClusterParameterGroup(
    name,
    {
      name: physicalName("databaseGroup", name),
      description: "Pulumi Self-Hosted",
      family: parameterFamily,
      parameters: Object.entries(parametersOf(config)).map(([parameter, value]) => ({
        name: parameter,
        value,
        applyMethod: parameter in config.databaseParameters ? "pending-reboot" : "immediate",
      })),
    },
    opts,
  );
}
