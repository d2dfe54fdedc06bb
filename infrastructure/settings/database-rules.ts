import { ConfigProblem, Rule } from "@selfhosted/common";
import { X509Certificate } from "node:crypto";
import { databaseSettings, DatabaseConfig } from "./database";
import { databaseCapacity, Sized } from "../sizes";
import { onlyWith } from "./only-with";

/** Parameters with a setting or a reason of their own. */
const managedParameters: Record<string, string> = {
  general_log: "stays off: its statements may hold secrets",
  log_output: "stays FILE: only files go to CloudWatch",
  long_query_time: "is set by databaseSlowQuerySeconds",
  require_secure_transport: "is set by databaseCaCertificate",
  server_audit_events: "is set by the installer: without the data's statements, which may hold secrets",
  server_audit_logging: "is set by databaseLogExports",
  slow_query_log: "is set by databaseLogExports",
  sql_mode: "is set by the installer: the migrations need strict tables",
  tls_version: "stays as Aurora has it: TLS 1.2 and newer",
};

/** The certificates go into task definitions, of which AWS takes 64 kB in all. */
const maxCertificateBytes = 32 * 1024;

export const databaseRules: Rule<Sized<DatabaseConfig>>[] = [
  onlyWith(databaseSettings, "databaseServerless", ["databaseMinCapacity", "databaseMaxCapacity"]),
  onlyWith(databaseSettings, "databaseEvents", ["databaseEventTopicArn", "databaseEventEmails"]),
  onlyWith(databaseSettings, "databasePerformanceInsights", ["databasePerformanceInsightsDays"]),
  classOrServerless,
  capacityFits,
  insightsOnSmallClass,
  windowsApart,
  parametersManaged,
  emailsOnOwnTopic,
  certificatesParse,
];

function classOrServerless({ databaseServerless, databaseInstanceClass }: DatabaseConfig): ConfigProblem[] {
  return databaseServerless && databaseInstanceClass !== undefined
    ? [
        {
          key: "databaseInstanceClass",
          reason: "has no effect with databaseServerless",
          fix: "pulumi config rm databaseInstanceClass",
        },
      ]
    : [];
}

function capacityFits(config: Sized<DatabaseConfig>): ConfigProblem[] {
  const keys = ["databaseMinCapacity", "databaseMaxCapacity"] as const;
  const uneven = keys
    .filter((key) => ((config[key] ?? 0) * 2) % 1 !== 0)
    .map((key) => ({ key, reason: `found ${config[key]}; allowed: steps of 0.5` }));
  const { min, max } = databaseCapacity(config);
  return config.databaseServerless && min > max ? [...uneven, capacityUpsideDown(config, min, max)] : uneven;
}

/** At the key that was set; where the other isn't, its value is that of the size. */
function capacityUpsideDown(config: Sized<DatabaseConfig>, min: number, max: number): ConfigProblem {
  const origin = (key: "databaseMinCapacity" | "databaseMaxCapacity"): string =>
    config[key] === undefined ? `${key} of size ${config.size}` : key;
  return config.databaseMaxCapacity === undefined
    ? {
        key: "databaseMinCapacity",
        reason: `found ${min}; allowed: at most ${origin("databaseMaxCapacity")}, ${max}`,
        fix: `pulumi config set databaseMaxCapacity ${Math.ceil(min)}`,
      }
    : {
        key: "databaseMaxCapacity",
        reason: `found ${max}; allowed: at least ${origin("databaseMinCapacity")}, ${min}`,
        fix: `pulumi config set databaseMinCapacity ${max}`,
      };
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_DatabaseInsights.Engines.html */
function insightsOnSmallClass(config: DatabaseConfig): ConfigProblem[] {
  const type = config.databaseInstanceClass ?? "";
  return config.databasePerformanceInsights && /^db\.(t2|t3|t4g\.(micro|small))/.test(type)
    ? [
        {
          key: "databasePerformanceInsights",
          reason: `AWS has no Performance Insights for ${type}; turn it off, or take a larger class`,
          fix: "pulumi config set databasePerformanceInsights false",
        },
      ]
    : [];
}

const minutesOfDay = 24 * 60;
const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** AWS refuses windows of less than 30 minutes, and a daily backup during weekly maintenance. */
function windowsApart({ databaseBackupWindow, databaseMaintenanceWindow }: DatabaseConfig): ConfigProblem[] {
  const [backupStart = 0, backupEnd = 0] = databaseBackupWindow.split("-").map(minuteOfDay);
  const [start = 0, end = 0] = databaseMaintenanceWindow.split("-").map(minuteOfWeek);
  const backup = span(backupStart, backupEnd, minutesOfDay);
  const maintenance = span(start, end, 7 * minutesOfDay);
  const problems: ConfigProblem[] = [];
  if (backup < 30) {
    problems.push({ key: "databaseBackupWindow", reason: "allowed: 30 minutes or more" });
  }
  if (maintenance < 30 || maintenance > minutesOfDay) {
    problems.push({ key: "databaseMaintenanceWindow", reason: "allowed: 30 minutes to 24 hours" });
  }
  const fromBackup = (start - backupStart + 7 * minutesOfDay) % minutesOfDay;
  if (problems.length === 0 && (fromBackup < backup || fromBackup + maintenance > minutesOfDay)) {
    const reason = `found ${databaseMaintenanceWindow}, which overlaps the daily databaseBackupWindow, ${databaseBackupWindow}`;
    problems.push({ key: "databaseMaintenanceWindow", reason });
  }
  return problems;
}

function minuteOfDay(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

function minuteOfWeek(time: string): number {
  return days.indexOf(time.slice(0, 3)) * minutesOfDay + minuteOfDay(time.slice(4));
}

function span(start: number, end: number, cycle: number): number {
  return (end - start + cycle) % cycle;
}

function parametersManaged({ databaseParameters }: DatabaseConfig): ConfigProblem[] {
  return Object.entries(managedParameters)
    .filter(([parameter]) => parameter in databaseParameters)
    .map(([parameter, reason]) => ({
      key: "databaseParameters",
      reason: `${parameter} ${reason}`,
      fix: `pulumi config rm --path databaseParameters.${parameter}`,
    }));
}

function emailsOnOwnTopic({ databaseEventTopicArn, databaseEventEmails }: DatabaseConfig): ConfigProblem[] {
  return databaseEventTopicArn !== undefined && databaseEventEmails.length > 0
    ? [
        {
          key: "databaseEventEmails",
          reason: "has no effect with databaseEventTopicArn; subscribe them to that topic",
          fix: "pulumi config rm databaseEventEmails",
        },
      ]
    : [];
}

function certificatesParse({ databaseCaCertificate: pem }: DatabaseConfig): ConfigProblem[] {
  if (pem === undefined) {
    return [];
  }
  const fix = "pulumi config set databaseCaCertificate < <region>-bundle.pem";
  const problem = (reason: string): ConfigProblem[] => [{ key: "databaseCaCertificate", reason, fix }];
  if (Buffer.byteLength(pem) > maxCertificateBytes) {
    return problem(`found ${Buffer.byteLength(pem)} bytes; allowed: ${maxCertificateBytes}. Take the region's bundle`);
  }
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) {
    return problem("found no CERTIFICATE block; allowed: the PEM text itself, not a path to it");
  }
  const broken = blocks.findIndex((block) => !isCertificate(block));
  return broken < 0 ? [] : problem(`CERTIFICATE block ${broken + 1} is not an X.509 certificate`);
}

function isCertificate(block: string): boolean {
  try {
    return new X509Certificate(block).ca;
  } catch {
    return false;
  }
}
