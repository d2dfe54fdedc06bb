import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { physicalName } from "@selfhosted/common";
import { DatabaseConfig } from "./settings/database";

/** What the migrations need; they fail without strict tables, which Aurora doesn't set. */
const sqlMode = [
  "ONLY_FULL_GROUP_BY",
  "STRICT_TRANS_TABLES",
  "NO_ZERO_IN_DATE",
  "NO_ZERO_DATE",
  "ERROR_FOR_DIVISION_BY_ZERO",
  "NO_ENGINE_SUBSTITUTION",
];

/** The parameters of the cluster, which every instance follows. */
export function databaseParameterGroup(
  name: string,
  config: DatabaseConfig,
  opts: pulumi.CustomResourceOptions,
): aws.rds.ClusterParameterGroup {
  const parameters: Record<string, string> = {
    sql_mode: sqlMode.join(","),
    // Where the service has the CA it speaks TLS, otherwise it can't.
    require_secure_transport: config.databaseCaCertificate === undefined ? "OFF" : "ON",
    tls_version: "TLSv1.2,TLSv1.3",
    slow_query_log: config.databaseLogExports.includes("slowquery") ? "1" : "0",
    long_query_time: String(config.databaseSlowQuerySeconds),
    general_log: "0",
    log_output: "FILE",
    server_audit_logging: config.databaseLogExports.includes("audit") ? "1" : "0",
    // Who signs in, and changes of rights and tables; not the data's statements, which may hold secrets.
    server_audit_events: "CONNECT,QUERY_DCL,QUERY_DDL",
    ...config.databaseParameters,
  };
  return new aws.rds.ClusterParameterGroup(
    name,
    {
      name: physicalName("databaseGroup", name),
      description: "Pulumi Self-Hosted",
      family: "aurora-mysql8.0",
      parameters: Object.entries(parameters).map(([parameter, value]) => ({
        name: parameter,
        value,
        applyMethod:
          parameter in config.databaseParameters || parameter === "tls_version" ? "pending-reboot" : "immediate",
      })),
    },
    opts,
  );
}
