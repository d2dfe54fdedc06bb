import { allOf, between, type Check, listOf, matching, oneOf, required, rule, secretRule } from "../checks";
import { identifier } from "./rds-common";

const logExports = ["audit", "error", "general", "slowquery", "instance", "iam-db-auth-error", "postgresql"];
const window = "([01]\\d|2[0-3]):[0-5]\\d";
const day = "(mon|tue|wed|thu|fri|sat|sun)";

const credentials: Check = ({
  masterPassword,
  masterUsername,
  manageMasterUserPassword: isManaged,
  snapshotIdentifier,
}) => {
  if (masterPassword !== undefined && isManaged === true) {
    return [{ property: "masterPassword", reason: "doesn't go with manageMasterUserPassword" }];
  }
  if (snapshotIdentifier !== undefined) return [];
  const missing = [
    ...(masterUsername === undefined ? ["masterUsername"] : []),
    ...(masterPassword === undefined && !isManaged ? ["masterPassword"] : []),
  ];
  return missing.map((property) => ({ property, reason: "is required where there is no snapshotIdentifier" }));
};

const capacity = allOf(
  between("serverlessv2ScalingConfiguration.minCapacity", 0, 256),
  between("serverlessv2ScalingConfiguration.maxCapacity", 1, 256),
  rule("serverlessv2ScalingConfiguration", (value) => {
    const { minCapacity: least, maxCapacity: most } = value as { minCapacity?: unknown; maxCapacity?: unknown };
    if (typeof least !== "number" || typeof most !== "number") return undefined;
    if (least > most) return "must not have a minCapacity above maxCapacity";
    return Number.isInteger(2 * least) && Number.isInteger(2 * most) ? undefined : "must count in half units";
  }),
);

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html (`DatabaseInsightsMode`) */
const insights = allOf(
  oneOf("databaseInsightsMode", ["standard", "advanced"]),
  rule("databaseInsightsMode", (mode, { performanceInsightsEnabled, performanceInsightsRetentionPeriod: days = 0 }) =>
    mode === "advanced" && (performanceInsightsEnabled !== true || Number(days) < 465)
      ? "needs performanceInsightsEnabled and a performanceInsightsRetentionPeriod of 465 or more"
      : undefined,
  ),
);

/** What RDS would refuse about a cluster. */
export const clusterCheck = allOf(
  required("engine"),
  identifier("clusterIdentifier"),
  oneOf("engine", ["aurora-mysql", "aurora-postgresql"]),
  oneOf("engineMode", ["provisioned"]),
  // The provider takes "" too, but sends nothing then: the storage would stay as it is.
  oneOf("storageType", ["aurora", "aurora-iopt1"]),
  rule("engineVersion", (version, { engine }) => {
    const pattern = engine === "aurora-mysql" ? /^(5\.7|8\.[04])(\.mysql_aurora\.\d+\.\d+\.\d+)?$/ : /^\d+(\.\d+)?$/;
    return pattern.test(String(version)) ? undefined : `must be a version of ${String(engine)}`;
  }),
  matching("databaseName", /^[A-Za-z][A-Za-z0-9_]{0,63}$/, "1 to 64 letters, digits or underscores"),
  matching("masterUsername", /^[A-Za-z][A-Za-z0-9_]{0,15}$/, "1 to 16 letters, digits or underscores"),
  secretRule("masterPassword", (password) =>
    /^[!#-.0-?A-~]{8,41}$/.test(String(password))
      ? undefined
      : 'must be 8 to 41 printable characters without / " @ or space',
  ),
  credentials,
  between("backupRetentionPeriod", 1, 35),
  between("backtrackWindow", 0, 259_200),
  between("port", 1150, 65_535),
  oneOf("monitoringInterval", [0, 1, 5, 10, 15, 30, 60]),
  matching("preferredBackupWindow", new RegExp(`^${window}-${window}$`), "hh24:mi-hh24:mi"),
  matching(
    "preferredMaintenanceWindow",
    new RegExp(`^${day}:${window}-${day}:${window}$`, "i"),
    "ddd:hh24:mi-ddd:hh24:mi",
  ),
  listOf("enabledCloudwatchLogsExports", logExports),
  capacity,
  insights,
  matching("kmsKeyId", /^arn:/, "the ARN of a key"),
  rule("kmsKeyId", (_key, { storageEncrypted }) => (storageEncrypted === false ? "needs storageEncrypted" : undefined)),
  identifier("finalSnapshotIdentifier", 255),
);
