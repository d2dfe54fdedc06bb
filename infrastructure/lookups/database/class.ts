import type { DBEngineVersion, OrderableDBInstanceOption } from "@aws-sdk/client-rds";
import {
  allPages,
  type AwsClients,
  type Check,
  type ConfigProblem,
  lookUpIfAllowed,
  nearest,
  problemIf,
  resultOf,
  setCommand,
  unlessError,
} from "@selfhosted/common";
import type { Config } from "../../config";
import { databaseSettings, instanceClassOf } from "../../config/database";
import { isNewer, versionAfter } from "../../database/engine";
import type { Network } from "../../network/network";
import type { Clusters, ExistingInstance } from "./clusters";

export interface ClassQuery {
  region: string;
  network: Promise<Check<Network>>;
  clusters: Promise<Check<Clusters>>;
  instances: () => Promise<ExistingInstance[]>;
  /** Identifiers of the instances that there are to be. */
  identifiers: () => string[];
}

/**
 * AWS has the class of the instances, for the version that the cluster runs after the deployment and in the zones of the instances
 * that are made or changed. Where none is, nothing is asked: AWS no longer offers old versions.
 */
export function lookUpClass(config: Config, { rds }: AwsClients, query: ClassQuery): Promise<Check> {
  return lookUpIfAllowed(
    { name: "database class", key: "databaseInstanceClass", what: "the classes of database instances" },
    async () => {
      const { own } = await resultOf(query.clusters);
      const { databaseZones } = await resultOf(query.network);
      const existing = own ? await query.instances() : [];
      const zones = zonesOfChanges(config, query.identifiers(), databaseZones, existing);
      const wanted = instanceClassOf(config);
      if (zones.length === 0) {
        return { detail: `${wanted}, as it is` };
      }
      const version = versionAfter(config, own?.EngineVersion);
      const offers = await offersFor(rds, version, config.databaseStorageType);
      const place = { version, region: query.region, storage: config.databaseStorageType };
      return {
        detail: `${wanted} for ${version}`,
        problems:
          offers.size === 0
            ? [await versionProblem(rds, own?.EngineVersion, place)]
            : classProblems(config, offers, { ...place, zones }),
      };
    },
  );
}

/**
 * Zones of the instances that a deployment makes, or changes to another class; undefined for those whose zone isn't known.
 *
 * @param zones those of the isolated subnets, in the order in which instances take them.
 */
function zonesOfChanges(
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
    return found.instanceClass === instanceClassOf(config) ? [] : [found.zone];
  });
}

/** What AWS has for a version and a storage: classes, each with its zones. */
type Offers = Map<string, string[]>;

async function offersFor(rds: AwsClients["rds"], version: string, storage: string | undefined): Promise<Offers> {
  const options = await orderable(rds, version);
  const fitting = options.filter(({ StorageType }) => storage === undefined || StorageType === storage);
  return new Map(
    fitting.map(({ DBInstanceClass = "", AvailabilityZones = [] }) => [
      DBInstanceClass,
      AvailabilityZones.map(({ Name = "" }) => Name),
    ]),
  );
}

async function orderable(rds: AwsClients["rds"], EngineVersion: string): Promise<OrderableDBInstanceOption[]> {
  const options = allPages(async (Marker) => {
    const request = { Engine: "aurora-mysql", EngineVersion, MaxRecords: 100, Marker };
    const page = await rds.describeOrderableDBInstanceOptions(request);
    return { items: page.OrderableDBInstanceOptions, next: page.Marker };
  });
  return (await unlessError(/InvalidParameter/, options)) ?? [];
}

interface Place {
  version: string;
  region: string;
  /** The setting `databaseStorageType`. */
  storage: string | undefined;
}

/** Families in the order in which they take the place of one that a region lacks. */
const families = ["r7g", "r6g", "r8g", "r6i", "r7i", "r5"];

/** The class that comes nearest to one that AWS doesn't have: by its letters, or else of the same size. */
function substitute(wanted: string, offers: Offers): string | undefined {
  const size = /\w*xlarge$/.exec(wanted)?.[0] ?? "large";
  return (
    nearest(wanted, [...offers.keys()]) ??
    families.map((family) => `db.${family}.${size}`).find((each) => offers.has(each))
  );
}

/** Why AWS can't make the instances. */
function classProblems(
  config: Config,
  offers: Offers,
  place: Place & { zones: (string | undefined)[] },
): ConfigProblem[] {
  const { version, region, storage, zones } = place;
  const wanted = instanceClassOf(config);
  const has = offers.get(wanted);
  const key = config.databaseServerless ? "databaseServerless" : "databaseInstanceClass";
  if (has === undefined) {
    const instead = substitute(wanted, offers);
    const stored = storage === undefined ? "" : ` with storage ${storage}`;
    return [
      {
        key,
        reason:
          `AWS doesn't offer ${wanted} for ${version}${stored} in ${region}; ` +
          `it has ${instead ?? [...offers.keys()].sort().join(", ")}`,
        fix: config.databaseServerless ? withoutServerless : instead && setCommand(key, instead),
      },
    ];
  }
  const without = [...new Set(zones)].filter((zone) => zone !== undefined && !has.includes(zone));
  return problemIf(without.length > 0, {
    key,
    reason:
      `AWS has ${wanted} in ${has.join(", ")}, but instances of the database are also for ${without.join(", ")}; ` +
      "allowed: a class or subnets with the zones in common",
  });
}

/** Capacities are refused without serverless. */
const withoutServerless = [
  "pulumi config set databaseServerless false",
  "pulumi config rm databaseMinCapacity",
  "pulumi config rm databaseMaxCapacity",
].join(" && ");

/** A version of which AWS makes no instances; where the cluster exists, it needs an upgrade first. */
async function versionProblem(
  rds: AwsClients["rds"],
  running: string | undefined,
  { version, region, storage }: Place,
): Promise<ConfigProblem> {
  const key = "databaseEngineVersion";
  const versions = (await engineVersions(rds).catch(() => []))
    .map(({ EngineVersion = "" }) => EngineVersion)
    .filter((each) => "value" in databaseSettings.databaseEngineVersion.parse(each))
    .filter((each) => running === undefined || isNewer(each, running));
  const newest = [...versions].sort((a, b) => (isNewer(a, b) ? -1 : 1));
  // Of each release, such as 3.10, its newest patch.
  const releases = newest.filter((each, index) => releaseOf(each) !== releaseOf(newest[index - 1] ?? ""));
  const meant =
    newest.find((each) => releaseOf(each) === releaseOf(version)) ?? nearest(version, versions) ?? newest[0];
  const stored = storage === undefined ? "" : ` with storage ${storage}`;
  const reason =
    `found ${version}, for which AWS offers no class of instances${stored} in ${region}; allowed: ` +
    `${running === undefined ? "" : "newer, "}${releases.join(", ") || "a version that AWS has"}`;
  const follow = running === undefined ? "" : "pulumi config set databaseAutoMinorUpgrade false && ";
  return { key, reason, fix: meant && `${follow}${setCommand(key, meant)}` };
}

function releaseOf(version: string): string {
  return version.replace(/(\.mysql_aurora\.\d+\.\d+)\..*$/, "$1");
}

function engineVersions(rds: AwsClients["rds"]): Promise<DBEngineVersion[]> {
  return allPages(async (Marker) => {
    const page = await rds.describeDBEngineVersions({ Engine: "aurora-mysql", Marker });
    return { items: page.DBEngineVersions, next: page.Marker };
  });
}
