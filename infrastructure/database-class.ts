import { ConfigProblem } from "@selfhosted/common";
import { databaseInstanceClass, Sized } from "./sizes";
import { DatabaseConfig } from "./settings/database";

type Config = Sized<
  Pick<
    DatabaseConfig,
    | "databaseInstanceClass"
    | "databaseMaxCapacity"
    | "databaseMinCapacity"
    | "databaseServerless"
    | "databaseStorageType"
  >
>;

/** A class that AWS offers in the region for the wanted version, and the zones that have it. */
export interface Offer {
  instanceClass: string;
  availabilityZones: string[];
}

/** Families in the order in which they take the place of one that a region lacks. */
const families = ["r7g", "r6g", "r8g", "r6i", "r7i", "r5"];

/** The class of the instances, and after it those of the same size that can take its place. */
export function acceptableClasses(config: Config): [string, ...string[]] {
  const wanted = databaseInstanceClass(config);
  const size = /\w*xlarge$/.exec(wanted)?.[0] ?? "large";
  return [wanted, ...families.map((family) => `db.${family}.${size}`)];
}

/** An instance of the cluster. */
export interface ExistingInstance {
  identifier: string;
  instanceClass: string;
  zone: string;
}

/**
 * Zones of the instances that a deployment makes, or changes to another class; undefined for those whose zone isn't known.
 *
 * @param zones those of the isolated subnets, in the order in which instances take them.
 */
export function zonesOfChanges(
  config: Config,
  identifiers: string[],
  zones: string[],
  existing: ExistingInstance[],
): (string | undefined)[] {
  return identifiers.flatMap((each, index) => {
    const found = existing.find(({ identifier }) => identifier === each);
    if (found === undefined) {
      return [zones[index % zones.length]];
    }
    return found.instanceClass === databaseInstanceClass(config) ? [] : [found.zone];
  });
}

/** What the instances are to be made in. */
export interface InstancePlace {
  /** Version that the cluster runs after the deployment. */
  version: string;
  /** Whether the cluster exists. */
  exists: boolean;
  region: string;
  /** Zones of the instances that are made or changed. */
  zones: (string | undefined)[];
}

/**
 * Why AWS can't make the instances.
 *
 * @param offer the first of the acceptable classes that AWS offers; undefined where it offers none for that version.
 */
export function classProblems(config: Config, offer: Offer | undefined, place: InstancePlace): ConfigProblem[] {
  const [wanted] = acceptableClasses(config);
  const { version, exists, region, zones } = place;
  const storage = config.databaseStorageType === undefined ? "" : ` with storage ${config.databaseStorageType}`;
  if (offer === undefined) {
    const list = `aws rds describe-db-engine-versions --engine aurora-mysql --region ${region}`;
    const upgrade = exists ? "pulumi config set databaseAutoMinorUpgrade false && " : "";
    const reason =
      `found ${version}, for which AWS offers no class of instances${storage} in ${region}; allowed: ` +
      `${exists ? "a newer version of" : "those of"} \`${list}\``;
    const fix = `${upgrade}pulumi config set databaseEngineVersion <version>`;
    return [{ key: "databaseEngineVersion", reason, fix }];
  }
  if (offer.instanceClass !== wanted) {
    const reason = `AWS doesn't offer ${wanted} for ${version}${storage} in ${region}; it has ${offer.instanceClass}`;
    return config.databaseServerless
      ? [{ key: "databaseServerless", reason, fix: withoutServerless(config) }]
      : [
          {
            key: "databaseInstanceClass",
            reason,
            fix: `pulumi config set databaseInstanceClass ${offer.instanceClass}`,
          },
        ];
  }
  const without = [...new Set(zones)].filter((zone) => zone !== undefined && !offer.availabilityZones.includes(zone));
  return without.length === 0
    ? []
    : [
        {
          key: "databaseInstanceClass",
          reason:
            `AWS has ${wanted} in ${offer.availabilityZones.join(", ")}, but instances of the database are also for ` +
            `${without.join(", ")}; allowed: a class or subnets with the zones in common`,
        },
      ];
}

/** Capacities are refused without serverless. */
function withoutServerless(config: Config): string {
  const keys = (["databaseMinCapacity", "databaseMaxCapacity"] as const).filter((key) => config[key] !== undefined);
  return ["pulumi config set databaseServerless false", ...keys.map((key) => `pulumi config rm ${key}`)].join(" && ");
}
