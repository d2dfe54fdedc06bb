import { type DatabaseConfig, instanceClassOf } from "../config/database";

const GiB = 1024 ** 3;

/** GiB of memory for each virtual CPU, by the begin of the family. */
const memoryOfCpu: Record<string, number> = { r: 8, x: 16 };

/** The burstable classes, in GiB. */
const burstable: Record<string, number> = { micro: 1, small: 2, medium: 4, large: 8 };

type Capacity = Pick<DatabaseConfig, "databaseInstanceClass" | "databaseMaxCapacity" | "databaseServerless">;

/**
 * Memory of an instance in GiB: by its class, and of a serverless one what it has at its maximum, to which its metrics refer.
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.DBInstanceClass.Summary.html
 *
 * @returns undefined of a class that isn't known here.
 */
function memoryOf(config: Capacity): number | undefined {
  if (config.databaseServerless) {
    return config.databaseMaxCapacity * 2;
  }
  const [, family = "", size = ""] = instanceClassOf(config).split(".");
  if (family.startsWith("t")) {
    return burstable[size];
  }
  const times = /^(\d*)xlarge$/.exec(size)?.[1];
  const cpus = size === "large" ? 2 : times === undefined ? undefined : 4 * Number(times || "1");
  const perCpu = memoryOfCpu[family.charAt(0)];
  return cpus && perCpu && cpus * perCpu;
}

/** Bytes of memory of an instance; of an unknown class those of the smallest that the vendor allows. */
export function memoryBytes(config: Capacity): number {
  return (memoryOf(config) ?? 16) * GiB;
}

/**
 * Connections that an instance takes: `max_connections`, which follows the memory. The formula of AWS's default parameter, with the
 * memory that is left for MySQL, gives the round numbers of its tables, both for classes and for ACUs:
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Managing.Performance.html#AuroraMySQL.Managing.MaxConnections
 */
export function mostConnections(config: Capacity & Pick<DatabaseConfig, "databaseParameters">): number {
  const configured = Number(config.databaseParameters["max_connections"]);
  if (configured > 0) {
    return configured;
  }
  const memory = memoryBytes(config) / GiB;
  return memory < 16
    ? 45 * Math.max(1, Math.floor(Math.log2(memory)))
    : 1000 * (1 + Math.round(Math.log2(memory / 16)));
}
