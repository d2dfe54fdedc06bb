import type * as pulumi from "@pulumi/pulumi";
import { Alarm, type AlarmArgs, FaultAlarm, type Metric, type OnCall } from "@selfhosted/common/components";
import type { AlarmsConfig } from "../config/alarms";
import type { DatabaseConfig } from "../config/database";
import { memoryBytes, mostConnections } from "./limits";

export interface DatabaseAlarmsArgs {
  config: DatabaseConfig & Pick<AlarmsConfig, "runbooksUrl">;
  clusterIdentifier: pulumi.Input<string>;
  topicArn: pulumi.Input<string>;
}

/** Who is called, and the name of the alarm that is on while the database is in trouble. */
export interface DatabaseAlarms extends OnCall {
  database: pulumi.Output<string>;
}

/**
 * The database's own alarms. Metrics and their dimensions:
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html and …/dimensions.html. Those of a
 * role follow a failover: the writer's are always those of the instance that writes.
 */
export function databaseAlarms(
  name: string,
  args: DatabaseAlarmsArgs,
  opts: pulumi.CustomResourceOptions,
): DatabaseAlarms {
  const { topicArn } = args;
  const { runbooksUrl } = args.config;
  const made = Object.entries(alarms(args)).map(([thing, each]): [string, Alarm] => [
    thing,
    new Alarm(`${name}-${thing}`, { runbooksUrl, ...each }, opts),
  ]);
  const fault = new FaultAlarm(
    `${name}-trouble`,
    {
      means: "The database is at a limit, or standing still: updates, logins and the console are slow or fail.",
      look: "which of the alarms below this one is on, in CloudWatch, and the top statements in Performance Insights.",
      runbook: "database.md#the-database-is-in-trouble",
      runbooksUrl,
      symptoms: made.filter(([thing]) => symptoms.includes(thing)).map(([, alarm]) => alarm),
      topicArn,
    },
    opts,
  );
  return { topicArn, database: fault.alarmName, ...(runbooksUrl && { runbooksUrl }) };
}

/** Of one and the same fault, which users notice now. The others call on their own. */
const symptoms = ["connections", "cpu", "memory", "deadlocks", "silence"];

function alarms({ config, clusterIdentifier, topicArn }: DatabaseAlarmsArgs): Record<string, AlarmArgs> {
  const of = (role: "WRITER" | "READER", name: string, statistic: Metric["statistic"]): Metric => ({
    namespace: "AWS/RDS",
    name,
    dimensions: { DBClusterIdentifier: clusterIdentifier, Role: role },
    statistic,
  });
  const memory = memoryBytes(config);
  const lag: AlarmArgs = {
    series: of("READER", "AuroraReplicaLag", "Maximum"),
    // Milliseconds. The vendor calls above a second.
    ...{ is: "above", threshold: 1000, points: 5, missing: "ignore" },
    means: "The standby is more than a second behind: a failover now would take longer.",
    look: "writes and CPU of the writer, and the standby's CPU.",
    runbook: "database.md#a-replica-lags",
    topicArn,
  };
  return {
    connections: {
      series: of("WRITER", "DatabaseConnections", "Maximum"),
      // Without points the writer is gone, which `silence` says.
      ...{ is: "above", threshold: 0.8 * mostConnections(config), points: 5, missing: "ignore" },
      means: "The database has 80 % of the connections that it can take. At the limit the API's requests fail.",
      look: "how many API tasks run, and statements that wait, in Performance Insights.",
      runbook: "database.md#too-many-connections",
    },
    cpu: {
      series: of("WRITER", "CPUUtilization", "Average"),
      // A backup or a large update may use it all for minutes.
      ...{ is: "above", threshold: 90, points: 10, missing: "ignore" },
      means: "The database's CPU has been used up for ten minutes: all that users do is slow.",
      look: "the top statements in Performance Insights.",
      runbook: "scale.md#the-database-has-too-little-capacity",
    },
    memory: {
      series: of("WRITER", "FreeableMemory", "Minimum"),
      ...{ is: "below", threshold: 0.1 * memory, points: 10, missing: "ignore" },
      means: "Less than a tenth of the database's memory is free: it may restart, which interrupts all requests.",
      look: "the number of connections, and the class of the instances.",
      runbook: "scale.md#the-database-has-too-little-capacity",
    },
    deadlocks: {
      series: of("WRITER", "Deadlocks", "Average"),
      // Per second. Single ones are tried again; twelve a minute for five minutes aren't chance.
      ...{ is: "above", threshold: 0.2, points: 5, missing: "notBreaching" },
      means: "Transactions block each other: some updates of users fail.",
      look: "statements that wait for locks, in Performance Insights, and whether a migration or a job runs.",
      runbook: "database.md#deadlocks",
    },
    silence: {
      // The engine writes it each minute, as long as it runs.
      series: of("WRITER", "EngineUptime", "Minimum"),
      ...{ is: "below", threshold: 1, points: 3, missing: "breaching" },
      means: "The database reports nothing: no instance writes, and the service is down.",
      look: "`make events`: a failover or a restart of the database.",
      runbook: "database.md#the-database-failed-over",
    },
    "local-storage": {
      series: of("WRITER", "FreeLocalStorage", "Minimum"),
      // An instance has about twice its memory of it.
      ...{ is: "below", threshold: 0.2 * memory, points: 5, missing: "ignore" },
      means:
        "The instance's own disk, for temporary tables, is nearly full: large queries will fail, then the database restarts.",
      look: "long queries, and the size of the slow query log.",
      runbook: "database.md#the-database-is-full",
      topicArn,
    },
    volume: {
      series: {
        ...of("WRITER", "AuroraVolumeBytesLeftTotal", "Minimum"),
        dimensions: { DBClusterIdentifier: clusterIdentifier },
        period: 300,
      },
      // A volume grows to 128 TiB or more by itself. Reported for Aurora MySQL only.
      ...{ is: "below", threshold: 10 * 1024 ** 4, points: 3, missing: "ignore" },
      means: "The database's volume has less than 10 TiB left to grow. When it is full, nothing can be written.",
      look: "the volume's size over the last weeks, on the dashboard.",
      runbook: "database.md#the-database-is-full",
      topicArn,
    },
    // A single instance has no standby.
    ...(config.databaseInstanceCount > 1 && { lag }),
  };
}
