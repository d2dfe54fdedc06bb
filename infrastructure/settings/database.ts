import { choice, ConfigOf, decimal, flag, integer, list, map, text } from "@selfhosted/common";

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
    description: "Class of the instances. Default: by size.",
    example: "db.r6g.large",
    pattern: /^db\.(?!serverless)[a-z0-9]+\.[a-z0-9]+$/,
    allowed: "an instance class of Aurora MySQL 3, such as db.r6g.large",
    optional: true,
  }),
  databaseServerless: flag({
    description: "Aurora Serverless v2: capacity follows the load, in place of a fixed instance class.",
  }),
  databaseMinCapacity: decimal({
    description: "Least capacity of a serverless instance, in units of about 2 GB memory, by halves. Default: by size.",
    min: 0.5,
    max: 256,
    optional: true,
  }),
  databaseMaxCapacity: decimal({
    description:
      "Greatest capacity of a serverless instance, in units of about 2 GB memory, by halves. Default: by size.",
    min: 1,
    max: 256,
    optional: true,
  }),
  databaseEngineVersion: text({
    description:
      "Version of Aurora MySQL that the cluster is made with. Default: a patch of 3.10, the release with long-term support.",
    example: "8.0.mysql_aurora.3.10.4",
    default: "8.0.mysql_aurora.3.10.4",
    // Older ones too: once the cluster exists, nobody reads it unless it upgrades. What can't be made any more, the look-up refuses.
    pattern: /^8\.0\.mysql_aurora\.3\.\d{2}\.\d+(\.\d+)?$/,
    allowed: "a version 3 of Aurora MySQL, such as 8.0.mysql_aurora.3.10.4",
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
  }),
  databaseUsername: text({
    description: "Name of the administrator, as whom the service signs in. It can't be changed later.",
    default: "pulumi_admin",
    pattern: /^(?!(admin|root|rdsadmin|pulumi_service)$)[a-z][a-z0-9_]{0,15}$/,
    allowed:
      "up to 16 lower-case letters, digits and underscores, with a letter first; not admin, root, rdsadmin or pulumi_service",
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
    description:
      "Port of the database. Change it with databaseApplyImmediately on, then deploy the application layer: in between, the " +
      "services don't reach the database.",
    default: 3306,
    min: 1150,
    max: 65535,
  }),
  databaseCaCertificate: text({
    description:
      "CA certificates of RDS for the region, as PEM text of at most 32 kB: AWS publishes them as <region>-bundle.pem. Where " +
      "they are set the service speaks TLS to the database, which then refuses anything else; otherwise it speaks clear text.",
    allowed: "PEM text with one or more CERTIFICATE blocks",
    optional: true,
  }),
  databaseBackupRetentionDays: integer({
    description: "Days back that the database can be restored to any second.",
    default: 30,
    min: 1,
    max: 35,
  }),
  databaseBackupWindow: text({
    description: "When the daily backup is made, in UTC.",
    default: "03:00-04:00",
    pattern: /^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/,
    allowed: "a time of day such as 03:00-04:00",
  }),
  databaseMaintenanceWindow: text({
    description: "When AWS may interrupt an instance for maintenance, in UTC.",
    default: "sun:04:30-sun:05:30",
    pattern:
      /^(mon|tue|wed|thu|fri|sat|sun):([01]\d|2[0-3]):[0-5]\d-(mon|tue|wed|thu|fri|sat|sun):([01]\d|2[0-3]):[0-5]\d$/,
    allowed: "a time of the week such as sun:04:30-sun:05:30",
  }),
  databaseApplyImmediately: flag({
    description:
      "Makes a new password, and changes that may interrupt the database, at once, not in the maintenance window.",
  }),
  databaseBacktrackHours: integer({
    description:
      "Hours that the cluster can be turned back in place. Only a cluster that was made with it can have it. 0 is none.",
    default: 0,
    min: 0,
    max: 72,
  }),
  databaseRestoreFromSnapshot: text({
    description:
      "Name or ARN of a cluster snapshot to begin with in place of an empty database. Read only when the cluster is made. " +
      "databaseEngineVersion must be that of the snapshot or newer, and databaseUsername that of the snapshot.",
    example: "pulumi-prod-database-cluster-final-1a2b3c4d",
    pattern: /^(arn:[\w-]+:rds:[\w-]+:\d{12}:cluster-snapshot:)?((rds|awsbackup):)?[A-Za-z][\w-]{0,254}$/,
    allowed: "the name or ARN of a cluster snapshot",
    optional: true,
  }),
  databaseLogExports: list({
    description: "Logs that go to CloudWatch. The general log stays off: its statements may hold secrets.",
    example: "audit,error,slowquery",
    default: ["audit", "error", "slowquery"],
    pattern: /^(audit|error|slowquery)$/,
    allowed: "names among audit, error, slowquery",
  }),
  databaseSlowQuerySeconds: decimal({
    description: "Statements that take longer go to the slow query log.",
    default: 1,
    min: 0,
    max: 3600,
  }),
  databaseParameters: map({
    description:
      "More parameters of the cluster, by MySQL's names; they hold after the next restart. Leave out what equals Aurora's " +
      "default: RDS doesn't keep it, and every update would set it again.",
    key: /^[a-z][a-z0-9_]*$/,
    allowed: "names of parameters with their values",
  }),
  databasePerformanceInsights: flag({
    description: "Records what the database waits for, encrypted with the data key.",
    default: true,
  }),
  databasePerformanceInsightsDays: choice(["7", "31", "93", "186", "372", "731"], {
    description: "Days that Performance Insights keeps. 7 costs nothing.",
    default: "7",
  }),
  databaseMonitoringSeconds: choice(["0", "1", "5", "10", "15", "30", "60"], {
    description: "Interval of enhanced monitoring (metrics of the operating system) in seconds. 0 is none.",
    default: "60",
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
    pattern: /^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]+$/,
    allowed: "the ARN of an SNS topic",
    optional: true,
  }),
  databaseEventEmails: list({
    description: "Addresses that the installation's own topic sends the events to. Each must be confirmed once.",
    example: "operations@example.com",
    pattern: /^[^@\s]+@[^@\s]+\.[^@\s]+$/,
    allowed: "e-mail addresses",
    default: [],
  }),
};

export type DatabaseConfig = ConfigOf<typeof databaseSettings>;
