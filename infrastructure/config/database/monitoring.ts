import { choice, type ConfigOf, decimal, flag, list, oneOf, onlyWith, type Rule } from "@selfhosted/common";
import { type CapacityConfig, instanceClassOf } from "./capacity";

/** Logs and metrics of the database. */
export const monitoringSettings = {
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
  databasePerformanceInsights: flag({
    description: "Performance Insights: records what the database waits for, encrypted with the data key.",
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
    description: "Interval of enhanced monitoring (metrics of the operating system) in seconds. 0 turns it off.",
    default: "60",
    unit: "seconds",
  }),
};

type Config = ConfigOf<typeof monitoringSettings> & CapacityConfig;

/**
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_DatabaseInsights.Engines.html. Of the classes without it, Aurora
 * MySQL 3 has these; the others the look-up refuses.
 */
const insightsOnSmallClass: Rule<Config> = (config) => {
  const type = instanceClassOf(config);
  return (
    config.databasePerformanceInsights &&
    type.startsWith("db.t3.") && {
      key: "databasePerformanceInsights",
      reason: `AWS has no Performance Insights for ${type}; turn it off, or take a larger class`,
      fix: "pulumi config set databasePerformanceInsights false",
    }
  );
};

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html */
const insightsHaveRoom: Rule<Config> = (config) => {
  const { databaseServerless, databasePerformanceInsights, databaseMinCapacity: min } = config;
  return (
    databaseServerless &&
    databasePerformanceInsights &&
    min < 2 && {
      key: "databaseMinCapacity",
      reason: `found ${min}; with databasePerformanceInsights on, AWS advises 2 or more`,
      severity: "warning",
    }
  );
};

const advancedInsightsOn: Rule<Config> = ({ databaseInsightsMode, databasePerformanceInsights }) =>
  databaseInsightsMode === "advanced" &&
  !databasePerformanceInsights && {
    key: "databaseInsightsMode",
    reason: "found advanced, which needs databasePerformanceInsights",
    fix: "pulumi config rm databaseInsightsMode, or: pulumi config set databasePerformanceInsights true",
  };

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html (`DatabaseInsightsMode`) */
const advancedInsightsKept: Rule<Config> = (config) => {
  const { databasePerformanceInsights, databasePerformanceInsightsDays: days } = config;
  return (
    config.databaseInsightsMode === "advanced" &&
    databasePerformanceInsights &&
    Number(days) < 465 && {
      key: "databaseInsightsMode",
      reason: `found advanced with databasePerformanceInsightsDays ${days}; AWS requires it to keep 465 days or more`,
      fix: "pulumi config set databasePerformanceInsightsDays 465",
    }
  );
};

const slowQueriesLogged: Rule<Config> = ({ databaseLogExports: logs }, raw) => {
  const key = "databaseSlowQuerySeconds";
  return (
    raw.has(key) &&
    !logs.includes("slowquery") && {
      key,
      reason: "has no effect: databaseLogExports lacks slowquery",
      fix: `pulumi config rm ${key}`,
    }
  );
};

export const monitoringRules: Rule<Config>[] = [
  onlyWith(["databasePerformanceInsightsDays"], "databasePerformanceInsights"),
  insightsOnSmallClass,
  insightsHaveRoom,
  advancedInsightsOn,
  advancedInsightsKept,
  slowQueriesLogged,
];
