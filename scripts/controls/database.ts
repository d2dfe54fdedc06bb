import { among, each, type Group } from "./control";
import type { Inputs, Resources } from "./resources";

const cluster = "aws:rds/cluster:Cluster";
const instance = "aws:rds/clusterInstance:ClusterInstance";
const absent = "no database is made";

/** The value of a parameter in the parameter group of a cluster. */
function parameter(all: Resources, { dbClusterParameterGroupName }: Inputs<typeof cluster>, name: string): string {
  const groups = all.ofType("aws:rds/clusterParameterGroup:ClusterParameterGroup");
  const group = groups.find(({ inputs }) => inputs.name === dbClusterParameterGroupName);
  return group?.inputs.parameters?.find((each) => each.name === name)?.value ?? "";
}

/** Whether RDS reports the events of a source: all of a kind, or those of one. */
function isSubscribed(all: Resources, sourceType: string, id?: string): boolean {
  return all
    .ofType("aws:rds/eventSubscription:EventSubscription")
    .filter(({ inputs }) => inputs.sourceType === sourceType && inputs.enabled !== false)
    .some(({ inputs: { sourceIds = [] } }) => sourceIds.length === 0 || (id !== undefined && sourceIds.includes(id)));
}

export const database: Group = {
  title: "Database",
  controls: [
    {
      id: "RDS.2",
      title: "not reachable from the internet",
      absent,
      looks: [
        each(instance, ({ publiclyAccessible }) => publiclyAccessible !== false && "publiclyAccessible isn't false"),
      ],
    },
    {
      id: "RDS.4",
      title: "snapshots encrypted",
      absent,
      looks: [
        each(cluster, ({ storageEncrypted }) => !storageEncrypted && "storage, and so its snapshots, isn't encrypted"),
      ],
    },
    {
      id: "RDS.6",
      title: "enhanced monitoring",
      absent,
      looks: [each(instance, ({ monitoringInterval }) => !monitoringInterval && "monitoringInterval is 0")],
    },
    {
      id: "RDS.7",
      title: "deletion protection",
      absent,
      looks: [each(cluster, ({ deletionProtection }) => !deletionProtection && "deletionProtection is off")],
    },
    {
      id: "RDS.9",
      title: "logs in CloudWatch",
      absent,
      looks: [each(cluster, ({ enabledCloudwatchLogsExports: logs = [] }) => logs.length === 0 && "exports no log")],
    },
    {
      id: "RDS.11",
      title: "automatic backups of 7 days or more",
      absent,
      looks: [each(cluster, ({ backupRetentionPeriod: days = 1 }) => days < 7 && `backups are kept for ${days} days`)],
    },
    {
      id: "RDS.12",
      title: "IAM authentication possible",
      absent,
      looks: [
        each(cluster, ({ iamDatabaseAuthenticationEnabled: on }) => !on && "iamDatabaseAuthenticationEnabled is off"),
      ],
    },
    {
      id: "RDS.13/35",
      title: "minor versions by themselves",
      absent,
      looks: [
        each(
          instance,
          ({ autoMinorVersionUpgrade }) => autoMinorVersionUpgrade === false && "autoMinorVersionUpgrade is off",
        ),
      ],
    },
    {
      id: "RDS.14",
      title: "backtrack",
      absent,
      option: { layer: "infrastructure", settings: ["databaseBacktrackHours"] },
      looks: [each(cluster, ({ backtrackWindow }) => !backtrackWindow && "backtrackWindow is 0")],
    },
    {
      id: "RDS.15",
      title: "in several zones",
      absent,
      looks: [
        among(cluster, ({ clusterIdentifier }, all) => {
          const instances = all.ofType(instance).filter(({ inputs }) => inputs.clusterIdentifier === clusterIdentifier);
          const zones = new Set(instances.map(({ inputs }) => inputs.availabilityZone));
          return zones.size < 2 && `its ${instances.length} instances are in one zone`;
        }),
      ],
    },
    {
      id: "RDS.16",
      title: "tags copied to snapshots",
      absent,
      looks: [each(cluster, ({ copyTagsToSnapshot }) => !copyTagsToSnapshot && "copyTagsToSnapshot is off")],
    },
    {
      id: "RDS.19/20",
      title: "events of cluster and instances reported",
      absent,
      looks: [
        among(
          cluster,
          (i, all) => !isSubscribed(all, "db-cluster", i.clusterIdentifier) && "nothing reports its events",
        ),
        among(instance, (i, all) => !isSubscribed(all, "db-instance", i.identifier) && "nothing reports its events"),
      ],
    },
    {
      id: "RDS.21/22",
      title: "events of parameter and security groups reported",
      absent,
      looks: [
        among(cluster, (_, all) => {
          const missing = ["db-parameter-group", "db-security-group"].filter((type) => !isSubscribed(all, type));
          return missing.length > 0 && `nothing reports the events of ${missing.join(" and ")}`;
        }),
      ],
    },
    {
      id: "RDS.23",
      title: "another port than the usual one",
      absent,
      option: { layer: "infrastructure", settings: ["databasePort"] },
      looks: [each(cluster, ({ port = 3306 }) => port === 3306 && "port is 3306")],
    },
    {
      id: "RDS.24",
      title: "administrator with a name of its own",
      absent,
      looks: [
        each(
          cluster,
          ({ masterUsername = "admin" }) =>
            ["admin", "postgres", "root"].includes(masterUsername) && `masterUsername is ${masterUsername}`,
        ),
      ],
    },
    {
      id: "RDS.27",
      title: "encrypted with a customer's key",
      absent,
      looks: [each(cluster, (i) => !(i.storageEncrypted && i.kmsKeyId) && "storage isn't encrypted with a key of KMS")],
    },
    {
      id: "RDS.34/45",
      title: "audit log written and exported",
      absent,
      looks: [
        among(cluster, (i, all) => {
          const isExported = i.enabledCloudwatchLogsExports?.includes("audit");
          const isWritten = parameter(all, i, "server_audit_logging") === "1";
          return !(isExported && isWritten) && `the audit log isn't ${isWritten ? "exported" : "written"}`;
        }),
      ],
    },
    {
      id: "CKV_AWS_353/354",
      title: "Performance Insights, encrypted",
      absent,
      option: { layer: "infrastructure", settings: ["databasePerformanceInsights"] },
      looks: [
        each(
          instance,
          (i) =>
            !(i.performanceInsightsEnabled && i.performanceInsightsKmsKeyId) && "has no encrypted Performance Insights",
        ),
      ],
    },
    {
      id: "DatabaseTls",
      title: "refuses connections without TLS",
      absent,
      option: { layer: "infrastructure", settings: ["databaseCaCertificate"] },
      looks: [
        among(
          cluster,
          (i, all) => parameter(all, i, "require_secure_transport") !== "ON" && "require_secure_transport isn't ON",
        ),
      ],
    },
    {
      id: "CKV2_AWS_8",
      title: "in a backup plan that copies to another vault",
      absent,
      option: { layer: "infrastructure", settings: ["backupEnabled", "backupCopyVaultArn"] },
      looks: [
        among(cluster, ({ clusterIdentifier = "" }, all) => {
          const selections = all.ofType("aws:backup/selection:Selection");
          const isSelected = selections.some(({ inputs: { resources = [] } }) =>
            resources.some((arn) => arn.endsWith(`:${clusterIdentifier}`)),
          );
          const rules = all.ofType("aws:backup/plan:Plan").flatMap(({ inputs }) => inputs.rules);
          const isCopied = rules.some(({ copyActions = [] }) => copyActions.length > 0);
          return (
            !(isSelected && isCopied) && `is in no backup plan${isSelected ? " that copies to another vault" : ""}`
          );
        }),
      ],
    },
  ],
};
