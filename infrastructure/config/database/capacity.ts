import { type ConfigOf, decimal, flag, integer, onlyWith, type Rule, text } from "@selfhosted/common";
import type { InstallationConfig } from "../installation";
import { instanceClass } from "../instances";

/**
 * Memory-optimised Graviton classes from 16 GB up, as the vendor asks for production. They exist in every partition, and nearly
 * everywhere: il-central-1 lacks db.r6g, ap-east-2 and ap-southeast-6 and -7 lack m6g and r6g for OpenSearch. No other family
 * is everywhere either, so what a region lacks is refused with what it has.
 */
const defaultClasses = { small: "db.r6g.large", medium: "db.r6g.xlarge", large: "db.r6g.4xlarge" };

const classChange = "The instances restart, in the maintenance window unless databaseApplyImmediately is on.";

export const capacitySettings = {
  databaseInstanceCount: integer({
    description:
      "Instances of the cluster, spread over the zones of the isolated subnets: one writes, the others stand by. With 1 the " +
      "loss of its zone stops the service for about ten minutes.",
    default: 2,
    min: 1,
    max: 15,
  }),
  databaseInstanceClass: text({
    description: "Instance class.",
    shape: instanceClass,
    bySize: defaultClasses,
    change: classChange,
  }),
  databaseServerless: flag({
    description: "Aurora Serverless v2: capacity follows the load, in place of a fixed instance class.",
    change: classChange,
  }),
  databaseMinCapacity: decimal({
    description: "Minimum capacity of a serverless instance, in ACUs of about 2 GB memory, in steps of 0.5.",
    min: 0.5,
    max: 256,
    bySize: { small: 2, medium: 4, large: 8 },
  }),
  databaseMaxCapacity: decimal({
    description: "Maximum capacity of a serverless instance, in ACUs of about 2 GB memory, in steps of 0.5.",
    min: 1,
    max: 256,
    bySize: { small: 16, medium: 32, large: 128 },
  }),
};

export type CapacityConfig = ConfigOf<typeof capacitySettings>;

/** Class of the database's instances, as AWS calls it. */
export function instanceClassOf(config: Pick<CapacityConfig, "databaseServerless" | "databaseInstanceClass">): string {
  return config.databaseServerless ? "db.serverless" : config.databaseInstanceClass;
}

const classOrServerless: Rule<CapacityConfig> = ({ databaseServerless }, raw) =>
  databaseServerless &&
  raw.has("databaseInstanceClass") && {
    key: "databaseInstanceClass",
    reason: "has no effect with databaseServerless",
    fix: "pulumi config rm databaseInstanceClass",
  };

function halves(key: "databaseMinCapacity" | "databaseMaxCapacity"): Rule<CapacityConfig> {
  return (config) => (config[key] * 2) % 1 !== 0 && { key, reason: `found ${config[key]}; allowed: steps of 0.5` };
}

/** Reported at the bound that is set; the other may be the size's. */
const capacityFits: Rule<CapacityConfig & Pick<InstallationConfig, "size">> = (config, raw) => {
  const { databaseServerless, databaseMinCapacity: min, databaseMaxCapacity: max } = config;
  if (!databaseServerless || min <= max) {
    return false;
  }
  const origin = (key: string): string => (raw.has(key) ? key : `${key} of size ${config.size}`);
  return raw.has("databaseMaxCapacity")
    ? {
        key: "databaseMaxCapacity",
        reason: `found ${max}; allowed: at least ${origin("databaseMinCapacity")}, ${min}`,
        fix: raw.has("databaseMinCapacity") ? undefined : `pulumi config set databaseMinCapacity ${max}`,
      }
    : {
        key: "databaseMinCapacity",
        reason: `found ${min}; allowed: at most ${origin("databaseMaxCapacity")}, ${max}`,
        fix: `pulumi config set databaseMaxCapacity ${Math.ceil(min)}`,
      };
};

export const capacityRules: Rule<CapacityConfig & Pick<InstallationConfig, "size">>[] = [
  onlyWith(["databaseMinCapacity", "databaseMaxCapacity"], "databaseServerless"),
  classOrServerless,
  halves("databaseMinCapacity"),
  halves("databaseMaxCapacity"),
  capacityFits,
];
