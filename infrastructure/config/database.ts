import {
  anyText,
  certificate,
  certificatesIn,
  choice,
  commonName,
  decimal,
  emailAddress,
  flag,
  integer,
  list,
  map,
  notWith,
  oneOf,
  onlyWith,
  pattern,
  text,
  topicArn,
  type ConfigOf,
  type ConfigProblem,
  type Rule,
  type Typed,
} from "@selfhosted/common";
import type { X509Certificate } from "node:crypto";
import { placedHere } from "./arns";
import { instanceSize, nearestSize } from "./instance-sizes";
import { dailyWindow, weeklyWindow, windowRules } from "./database-windows";
import type { InstallationConfig } from "./installation";

const instanceClass = pattern(
  new RegExp(`^db\\.[a-z]\\w*\\.${instanceSize}$`),
  "an instance class of Aurora MySQL 3, such as db.r6g.large",
  (text) => `db.${nearestSize(text.replace(/^db\./, ""))}`,
);

const engineVersion = pattern(
  // Older ones too: once the cluster exists, nobody reads it unless it upgrades. What can't be made any more, the look-up refuses.
  /^8\.0\.mysql_aurora\.3\.\d{2}\.\d+(\.\d+)?$/,
  "a version 3 of Aurora MySQL, such as 8.0.mysql_aurora.3.10.4",
  (text) => text.replace(/^.*?(3\.\d{2}\.\d+)\D*$/, "8.0.mysql_aurora.$1"),
);

/**
 * Memory-optimised Graviton classes from 16 GB up, as the vendor asks for production. They exist in every partition, and nearly
 * everywhere: il-central-1 lacks db.r6g, ap-east-2 and ap-southeast-6 and -7 lack m6g and r6g for OpenSearch. No other family
 * is everywhere either, so what a region lacks is refused with what it has.
 */
const defaultClasses = { small: "db.r6g.large", medium: "db.r6g.xlarge", large: "db.r6g.4xlarge" };

const classChange = "The instances restart, in the maintenance window unless databaseApplyImmediately is on.";

/** Aurora MySQL. Facts about classes, versions and limits are those of the Amazon Aurora User Guide. */
export const databaseSettings = {
  databaseInstanceCount: integer({
    description:
      "Instances of the cluster, spread over the zones of the isolated subnets: one writes, the others stand by. With 1 the " +
      "loss of its zone stops the service for about ten minutes.",
    default: 2,
    min: 1,
    max: 15,
  }),
  databaseInstanceClass: text({
    description: "Class of the instances.",
    shape: instanceClass,
    bySize: defaultClasses,
    change: classChange,
  }),
  databaseServerless: flag({
    description: "Aurora Serverless v2: capacity follows the load, in place of a fixed instance class.",
    change: classChange,
  }),
  databaseMinCapacity: decimal({
    description: "Least capacity of a serverless instance, in units of about 2 GB memory, by halves.",
    min: 0.5,
    max: 256,
    bySize: { small: 2, medium: 4, large: 8 },
  }),
  databaseMaxCapacity: decimal({
    description: "Greatest capacity of a serverless instance, in units of about 2 GB memory, by halves.",
    min: 1,
    max: 256,
    bySize: { small: 16, medium: 32, large: 128 },
  }),
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
  databaseUsername: text({
    description: "Name of the administrator, as whom the service signs in.",
    default: "pulumi_admin",
    shape: pattern(
      /^(?!(admin|root|rdsadmin|pulumi_service)$)[a-z][a-z0-9_]{0,15}$/,
      "up to 16 lower-case letters, digits and underscores, with a letter first; not admin, root, rdsadmin or pulumi_service",
    ),
    change: "Can't be changed: AWS renames no administrator, and a new database would be empty.",
  }),
  databasePasswordVersion: integer({
    description:
      "Raise it by one for a new password, with databaseApplyImmediately on, then deploy the application layer: the services get " +
      "it as they roll.",
    default: 1,
    min: 1,
    max: 9999,
  }),
  databasePort: integer({
    description: "Port of the database.",
    default: 3306,
    min: 1150,
    max: 65535,
    change:
      "Turn databaseApplyImmediately on with it, then deploy the application layer: in between, the services don't reach the " +
      "database.",
  }),
  databaseCaCertificate: text({
    description:
      "CA certificates of RDS for the region, as PEM text of at most 32 kB: AWS publishes them as a bundle for each region. Where " +
      "they are set the service speaks TLS to the database, which then refuses anything else; otherwise it speaks clear text.",
    optional: true,
    shape: { ...anyText, file: "eu-central-1-bundle.pem" },
  }),
  databaseBackupRetentionDays: integer({
    description: "Days back that the database can be restored to any second.",
    default: 30,
    unit: "days",
    min: 1,
    max: 35,
    change: "With fewer days, AWS deletes the older backups at once.",
  }),
  databaseBackupWindow: text({
    description: "When the daily backup is made, in UTC.",
    default: "03:00-04:00",
    shape: dailyWindow,
  }),
  databaseMaintenanceWindow: text({
    description: "When AWS may interrupt an instance for maintenance, in UTC.",
    default: "sun:04:30-sun:05:30",
    shape: weeklyWindow,
  }),
  databaseApplyImmediately: flag({
    description:
      "Makes a new password, and changes that may interrupt the database, at once, not in the maintenance window.",
  }),
  databaseBacktrackHours: integer({
    description: "Hours that the cluster can be turned back in place. 0 is none.",
    default: 0,
    unit: "hours",
    min: 0,
    max: 72,
    change: "Can be set to other hours, and turned off for good: AWS turns it on only for a cluster that it makes.",
  }),
  databaseRestoreFromSnapshot: text({
    description:
      "Name or ARN of a cluster snapshot to begin with in place of an empty database. Read only when the cluster is made. " +
      "databaseEngineVersion must be that of the snapshot or newer, and databaseUsername that of the snapshot.",
    example: "pulumi-prod-database-cluster-final-1a2b3c4d",
    shape: pattern(
      /^(arn:[\w-]+:rds:[\w-]+:\d{12}:cluster-snapshot:)?((rds|awsbackup):)?[A-Za-z][\w-]{0,254}$/,
      "the name or ARN of a cluster snapshot",
    ),
    change: "Nothing happens: it is read only when the cluster is made.",
    optional: true,
  }),
  databaseLogExports: list({
    description: "Logs that go to CloudWatch. The general log stays off: its statements may hold secrets.",
    default: ["audit", "error", "slowquery"],
    shape: oneOf(["audit", "error", "slowquery"]),
  }),
  databaseSlowQuerySeconds: decimal({
    description: "Statements that take longer, in seconds, go to the slow query log.",
    default: 1,
    unit: "seconds",
    min: 0,
    max: 3600,
  }),
  databaseParameters: map({
    description:
      "More parameters of the cluster, by MySQL's names; they hold after the next restart. Leave out what equals Aurora's " +
      "default: RDS doesn't keep it, and every update would set it again.",
    example: '{"max_connections":"900"}',
    key: pattern(/^[a-z][a-z0-9_]*$/, "names of parameters"),
    allowed: "names of parameters with their values",
  }),
  databasePerformanceInsights: flag({
    description: "Records what the database waits for, encrypted with the data key.",
    default: true,
  }),
  databasePerformanceInsightsDays: choice(["7", "31", "93", "186", "372", "465", "731"], {
    description: "Days that Performance Insights keeps. 7 costs nothing.",
    default: "7",
    unit: "days",
  }),
  databaseInsightsMode: choice(["standard", "advanced"], {
    description:
      "Mode of CloudWatch Database Insights. advanced is charged by the capacity of the database. A cluster begins with standard; " +
      "where this is left out later, it stays as it is.",
    optional: true,
  }),
  databaseMonitoringSeconds: choice(["0", "1", "5", "10", "15", "30", "60"], {
    description: "Interval of enhanced monitoring (metrics of the operating system) in seconds. 0 is none.",
    default: "60",
    unit: "seconds",
  }),
  databaseIamAuthentication: flag({
    description: "Lets people sign in with IAM for maintenance; the service itself uses its password.",
    default: true,
  }),
  databaseEvents: flag({
    description: "Reports failures, failovers, maintenance and changes of the database to an SNS topic.",
    default: true,
  }),
  databaseEventTopicArn: text({
    description: "Your own topic for the events, in place of the installation's. It must admit events.rds.",
    example: "arn:aws:sns:eu-central-1:111122223333:operations",
    shape: topicArn,
    optional: true,
  }),
  databaseEventEmails: list({
    description: "Addresses that the installation's own topic sends the events to. Each must be confirmed once.",
    example: "operations@example.com",
    shape: { ...emailAddress, allowed: "e-mail addresses" },
    default: [],
  }),
};

export type DatabaseConfig = ConfigOf<typeof databaseSettings>;
type Config = DatabaseConfig;

/** Class of the database's instances, as AWS calls it. */
export function instanceClassOf(config: Pick<Config, "databaseServerless" | "databaseInstanceClass">): string {
  return config.databaseServerless ? "db.serverless" : config.databaseInstanceClass;
}

export const databaseRules: Rule<Config & Pick<InstallationConfig, "aws:region" | "size">>[] = [
  onlyWith(["databaseMinCapacity", "databaseMaxCapacity"], "databaseServerless"),
  onlyWith(["databaseEventTopicArn", "databaseEventEmails"], "databaseEvents"),
  onlyWith(["databasePerformanceInsightsDays"], "databasePerformanceInsights"),
  notWith("databaseEventEmails", "databaseEventTopicArn", "gets the events: subscribe them to that topic"),
  classOrServerless,
  halves("databaseMinCapacity"),
  halves("databaseMaxCapacity"),
  capacityFits,
  insightsOnSmallClass,
  insightsHaveRoom,
  advancedInsightsOn,
  advancedInsightsKept,
  slowQueriesLogged,
  ...windowRules,
  parametersManaged,
  certificatesOfAuthorities,
  certificatesOfRds,
];

export const databasePlacement: Rule<Config & Pick<InstallationConfig, "aws:region">>[] = [
  placedHere("databaseEventTopicArn"),
  placedHere("databaseRestoreFromSnapshot"),
];

function classOrServerless({ databaseServerless }: Config, typed: Typed): ConfigProblem[] {
  return databaseServerless && typed.has("databaseInstanceClass")
    ? [
        {
          key: "databaseInstanceClass",
          reason: "has no effect with databaseServerless",
          fix: "pulumi config rm databaseInstanceClass",
        },
      ]
    : [];
}

function halves(key: "databaseMinCapacity" | "databaseMaxCapacity"): Rule<Config> {
  return (config) =>
    (config[key] * 2) % 1 === 0 ? [] : [{ key, reason: `found ${config[key]}; allowed: steps of 0.5` }];
}

/** Reported at the setting that was typed; the other may be the size's. */
function capacityFits(config: Config & Pick<InstallationConfig, "size">, typed: Typed): ConfigProblem[] {
  const { databaseServerless, databaseMinCapacity: min, databaseMaxCapacity: max } = config;
  if (!databaseServerless || min <= max) {
    return [];
  }
  const origin = (key: string): string => (typed.has(key) ? key : `${key} of size ${config.size}`);
  return typed.has("databaseMaxCapacity")
    ? [
        {
          key: "databaseMaxCapacity",
          reason: `found ${max}; allowed: at least ${origin("databaseMinCapacity")}, ${min}`,
          fix: typed.has("databaseMinCapacity") ? undefined : `pulumi config set databaseMinCapacity ${max}`,
        },
      ]
    : [
        {
          key: "databaseMinCapacity",
          reason: `found ${min}; allowed: at most ${origin("databaseMaxCapacity")}, ${max}`,
          fix: `pulumi config set databaseMaxCapacity ${Math.ceil(min)}`,
        },
      ];
}

/**
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_DatabaseInsights.Engines.html. Of the classes without it, Aurora
 * MySQL 3 has these; the others the look-up refuses.
 */
function insightsOnSmallClass(config: Config): ConfigProblem[] {
  const type = instanceClassOf(config);
  return config.databasePerformanceInsights && type.startsWith("db.t3.")
    ? [
        {
          key: "databasePerformanceInsights",
          reason: `AWS has no Performance Insights for ${type}; turn it off, or take a larger class`,
          fix: "pulumi config set databasePerformanceInsights false",
        },
      ]
    : [];
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html */
function insightsHaveRoom(config: Config): ConfigProblem[] {
  const { databaseServerless, databasePerformanceInsights, databaseMinCapacity: min } = config;
  return databaseServerless && databasePerformanceInsights && min < 2
    ? [
        {
          key: "databaseMinCapacity",
          reason: `found ${min}; with databasePerformanceInsights on, AWS advises 2 or more`,
          severity: "warning",
        },
      ]
    : [];
}

function advancedInsightsOn({ databaseInsightsMode, databasePerformanceInsights }: Config): ConfigProblem[] {
  return databaseInsightsMode === "advanced" && !databasePerformanceInsights
    ? [
        {
          key: "databaseInsightsMode",
          reason: "found advanced, which needs databasePerformanceInsights",
          fix: "pulumi config rm databaseInsightsMode, or: pulumi config set databasePerformanceInsights true",
        },
      ]
    : [];
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html (`DatabaseInsightsMode`) */
function advancedInsightsKept(config: Config): ConfigProblem[] {
  const { databasePerformanceInsights, databasePerformanceInsightsDays: days } = config;
  return config.databaseInsightsMode === "advanced" && databasePerformanceInsights && Number(days) < 465
    ? [
        {
          key: "databaseInsightsMode",
          reason: `found advanced with databasePerformanceInsightsDays ${days}; AWS wants it to keep 465 days or more`,
          fix: "pulumi config set databasePerformanceInsightsDays 465",
        },
      ]
    : [];
}

function slowQueriesLogged({ databaseLogExports: logs }: Config, typed: Typed): ConfigProblem[] {
  const key = "databaseSlowQuerySeconds";
  return typed.has(key) && !logs.includes("slowquery")
    ? [{ key, reason: "has no effect: databaseLogExports lacks slowquery", fix: `pulumi config rm ${key}` }]
    : [];
}

/** Parameters with a setting or a reason of their own. */
export const managedParameters: Record<string, string> = {
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

function parametersManaged({ databaseParameters }: Config): ConfigProblem[] {
  return Object.entries(managedParameters)
    .filter(([parameter]) => parameter in databaseParameters)
    .map(([parameter, reason]) => ({
      key: "databaseParameters",
      reason: `${parameter} ${reason}`,
      fix: `pulumi config rm --path databaseParameters.${parameter}`,
    }));
}

/** The certificates go into task definitions, of which AWS takes 64 kB in all. */
const maxCertificateBytes = 32 * 1024;

function certificatesOfAuthorities({
  "aws:region": region,
  databaseCaCertificate: pem,
}: Config & Pick<InstallationConfig, "aws:region">): ConfigProblem[] {
  const flaw = pem === undefined ? undefined : authorityFlaw(pem);
  return flaw === undefined
    ? []
    : [
        {
          key: "databaseCaCertificate",
          reason: `${flaw}; allowed: certificates of authorities in PEM form, as in the bundle of the region`,
          fix: `pulumi config set databaseCaCertificate < ${region}-bundle.pem`,
        },
      ];
}

function authorityFlaw(pem: string): string | undefined {
  const bytes = Buffer.byteLength(pem);
  if (bytes > maxCertificateBytes) {
    return `found ${bytes} bytes, more than ${maxCertificateBytes}`;
  }
  const fault = certificate.fault(pem);
  if (fault !== undefined) {
    return `found a text that ${fault.because}`;
  }
  const all = certificatesIn(pem);
  const other = all.findIndex(({ ca }) => !ca);
  if (other >= 0) {
    return `found a certificate, number ${other + 1}, that is of no authority`;
  }
  // A bundle may hold a former authority beside its successor.
  return all.some(isValid)
    ? undefined
    : `found ${all.length > 1 ? "certificates" : "a certificate"} that ${datesOf(all)}`;
}

function isValid({ validFrom, validTo }: X509Certificate): boolean {
  return Date.parse(validFrom) <= Date.now() && Date.now() <= Date.parse(validTo);
}

function datesOf(all: X509Certificate[]): string {
  const day = (time: number): string => new Date(time).toISOString().slice(0, 10);
  const expired = Math.max(...all.map(({ validTo }) => Date.parse(validTo)));
  return expired < Date.now()
    ? `expired on ${day(expired)}`
    : `will be valid from ${day(Math.min(...all.map(({ validFrom }) => Date.parse(validFrom))))} on`;
}

/**
 * RDS signs the certificates of its servers itself. Its authorities are called `Amazon RDS eu-central-1 Root CA RSA2048 G1` and the
 * like, older ones without a region: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.SSL.html
 */
function certificatesOfRds({
  "aws:region": region,
  databaseCaCertificate: pem,
}: Config & Pick<InstallationConfig, "aws:region">): ConfigProblem[] {
  if (pem === undefined || authorityFlaw(pem) !== undefined) {
    return [];
  }
  const names = certificatesIn(pem).flatMap((each) => commonName(each) ?? []);
  const ofRds = names.filter((each) => each.startsWith("Amazon RDS "));
  const regions = ofRds.map((each) => /\b[a-z]{2,4}(-[a-z]+)+-\d\b/.exec(each)?.[0] ?? region);
  if (regions.includes(region)) {
    return [];
  }
  const found =
    ofRds.length > 0 ? `authorities of RDS in ${[...new Set(regions)].join(", ")} only` : "no authority of RDS";
  return [
    {
      key: "databaseCaCertificate",
      reason: `found ${found}, but the database in ${region} has a certificate of one there: the service wouldn't trust it`,
      fix: `pulumi config set databaseCaCertificate < ${region}-bundle.pem`,
      severity: "warning",
    },
  ];
}
