import { ConfigProblem } from "@selfhosted/common";
import { databaseInstanceClass, Sized } from "./sizes";
import { DatabaseConfig } from "./settings/database";

type Config = Sized<
  Pick<
    DatabaseConfig,
    "databaseEngineVersion" | "databaseInstanceClass" | "databaseInstanceCount" | "databaseServerless"
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

/**
 * Why AWS can't make the instances.
 *
 * @param offer the first of the acceptable classes that AWS offers; undefined where it offers none for that version.
 * @param zones those of the isolated subnets, in the order in which instances take them.
 */
export function classProblems(
  config: Config,
  offer: Offer | undefined,
  zones: string[],
  region: string,
): ConfigProblem[] {
  const [wanted] = acceptableClasses(config);
  const { databaseEngineVersion: version } = config;
  if (offer === undefined) {
    const list = `aws rds describe-db-engine-versions --engine aurora-mysql --region ${region}`;
    const reason = `found ${version}, for which AWS offers no class of instances in ${region}; allowed: those of \`${list}\``;
    return [{ key: "databaseEngineVersion", reason, fix: "pulumi config set databaseEngineVersion <version>" }];
  }
  if (offer.instanceClass !== wanted) {
    const [key, value] = config.databaseServerless
      ? ["databaseServerless", "false"]
      : ["databaseInstanceClass", offer.instanceClass];
    const reason = `AWS doesn't offer ${wanted} for ${version} in ${region}; it has ${offer.instanceClass}`;
    return [{ key, reason, fix: `pulumi config set ${key} ${value}` }];
  }
  const without = zones
    .slice(0, config.databaseInstanceCount)
    .filter((zone) => !offer.availabilityZones.includes(zone));
  return without.length === 0
    ? []
    : [
        {
          key: "databaseInstanceClass",
          reason:
            `AWS has ${wanted} in ${offer.availabilityZones.join(", ")}, but the isolated subnets are also in ` +
            `${without.join(", ")}; allowed: a class or subnets with the zones in common`,
        },
      ];
}
