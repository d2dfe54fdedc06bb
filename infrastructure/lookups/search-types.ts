import type { InstanceTypeDetails, StorageType } from "@aws-sdk/client-opensearch";
import {
  allPages,
  lookUpIfAllowed,
  once,
  setCommand,
  type AwsClients,
  type Check,
  type ConfigProblem,
  type Seen,
} from "@selfhosted/common";
import type { Config } from "../config";
import { isEncryptable } from "../config/search";
import { fit, isNamed, nothingToCheck } from "./check";

export interface TypesQuery {
  region: string;
  /** Name of the domain. */
  domain: () => string;
  /** Zones that the domain is to be in. */
  zones: () => Promise<string[]>;
}

/** The SDK knows fewer types than AWS has. */
type Offered = Omit<InstanceTypeDetails, "InstanceType"> & { InstanceType?: string };

type TypeKey = "searchInstanceType" | "searchMasterType";

const roles: Record<TypeKey, string> = { searchInstanceType: "data", searchMasterType: "master" };

/** What a domain that exists is made of. */
interface Domain {
  version: string | undefined;
  types: Partial<Record<TypeKey, string>>;
  volumeGb: number | undefined;
}

/**
 * AWS offers what the domain is to be made of. Of one that exists, only what changes is checked: AWS keeps domains of types and
 * versions that it no longer offers.
 */
export function lookUpSearchTypes(config: Config, { search }: AwsClients, query: TypesQuery): Promise<Check>[] {
  const domain = once(() => describeDomain(search, query.domain()));
  const offers = lookUpOffers(config, search, domain, query.region);
  const data = lookUpType("searchInstanceType", config, domain, offers, query.region);
  const masters = lookUpType("searchMasterType", config, domain, offers, query.region);
  return [
    offers,
    data,
    lookUpTypeZones("searchInstanceType", config, search, data, query),
    masters,
    lookUpTypeZones("searchMasterType", config, search, masters, query),
    lookUpDisk(config, search, domain, offers, data),
  ];
}

async function describeDomain(search: AwsClients["search"], DomainName: string): Promise<Domain | undefined> {
  try {
    const { DomainStatus: status } = await search.describeDomain({ DomainName });
    const { InstanceType, DedicatedMasterEnabled, DedicatedMasterType } = status?.ClusterConfig ?? {};
    return {
      version: status?.EngineVersion,
      types: {
        searchInstanceType: InstanceType,
        ...(DedicatedMasterEnabled && { searchMasterType: DedicatedMasterType }),
      },
      volumeGb: status?.EBSOptions?.VolumeSize,
    };
  } catch (error) {
    if (isNamed(error, /ResourceNotFound/)) {
      return undefined;
    }
    throw error;
  }
}

/** The types that AWS offers for the version. A domain that exists may run one that AWS no longer offers. */
function lookUpOffers(
  config: Config,
  search: AwsClients["search"],
  domain: () => Promise<Domain | undefined>,
  region: string,
): Promise<Check<Offered[]>> {
  const key = "searchEngineVersion";
  return lookUpIfAllowed(
    "search version",
    key,
    () => "the instance types of OpenSearch",
    async (): Promise<Seen<Offered[]>> => {
      const version = config[key];
      const existing = await domain();
      try {
        return { evidence: version, value: await typesFor(search, version) };
      } catch (error) {
        if (!isNamed(error, /ValidationException/)) {
          throw error;
        }
        const reason = `AWS doesn't offer ${version} in ${region}`;
        return existing?.version === version
          ? { evidence: "", skipped: `${reason} any more` }
          : {
              evidence: "",
              problems: [{ key, reason, fix: "`aws opensearch list-versions` lists those that it has" }],
            };
      }
    },
  );
}

function typesFor(search: AwsClients["search"], EngineVersion: string): Promise<Offered[]> {
  return allPages(async (NextToken) => {
    const page = await search.listInstanceTypeDetails({ EngineVersion, NextToken });
    return { items: page.InstanceTypeDetails as Offered[] | undefined, next: page.NextToken };
  });
}

/** The region offers the type of these nodes. What it found is the type, where the nodes are new or change. */
function lookUpType(
  key: TypeKey,
  config: Config,
  domain: () => Promise<Domain | undefined>,
  offers: Promise<Check<Offered[]>>,
  region: string,
): Promise<Check<string>> {
  return lookUpIfAllowed(
    `search ${roles[key]} nodes`,
    key,
    () => "the instance types of OpenSearch",
    async () => {
      if (key === "searchMasterType" && config.searchMasterCount === "0") {
        return nothingToCheck;
      }
      const type = config[key];
      const existing = await domain();
      if (existing?.version === config.searchEngineVersion && existing.types[key] === type) {
        return { evidence: `${type}, as it is` };
      }
      const problems = typeProblems(key, config, await fit(offers), region);
      return { evidence: type, problems, value: problems.length === 0 ? type : undefined };
    },
  );
}

/** In the order in which they take the place of a family that a region lacks. */
const families = ["m7g", "r7g", "m6g", "r6g", "m8g", "r8g"];

/** A type that the region doesn't offer for its nodes, or not with the encryption and the sign-in that the domain is made with. */
function typeProblems(key: TypeKey, config: Config, offered: Offered[], region: string): ConfigProblem[] {
  const type = config[key];
  const types = offered
    .filter(
      ({ EncryptionEnabled, AdvancedSecurityEnabled }) =>
        EncryptionEnabled !== false && AdvancedSecurityEnabled !== false,
    )
    .filter(({ InstanceRole: has }) => hasRole(has, roles[key]))
    .map(({ InstanceType: each }) => String(each));
  // Of those that can't be encrypted, a rule says so.
  if (types.includes(type) || !isEncryptable(type)) {
    return [];
  }
  const reason =
    `AWS doesn't offer ${type} for ${config.searchEngineVersion} in ${region}, ` +
    `as a ${roles[key]} node, encrypted and with passwords`;
  const instead = substitutes(type).find((each) => types.includes(each));
  return [
    instead === undefined
      ? { key, reason: `${reason}; it has ${types.join(", ") || "nothing"}` }
      : { key, reason: `${reason}; it has ${instead}`, fix: setCommand(key, instead) },
  ];
}

/** AWS's models give the roles no fixed spelling. Where it names none, the type is taken for both. */
function hasRole(has: string[] = [], role: string): boolean {
  return has.length === 0 || has.some((each) => each.toLowerCase() === role);
}

/** Types of the same size, those of the same kind first. */
function substitutes(type: string): string[] {
  const [family = "", size = ""] = type.split(".");
  const likeness = (each: string): number => (each[0] === family[0] ? 0 : 1);
  return [...families]
    .sort((a, b) => likeness(a) - likeness(b))
    .flatMap((each) => [`${each}.${size}.search`, `${each}.large.search`]);
}

/** The domain's zones have the type. AWS names the zones of a type only when asked for that type, and for zones. */
function lookUpTypeZones(
  key: TypeKey,
  config: Config,
  search: AwsClients["search"],
  types: Promise<Check<string>>,
  { region, zones: wanted }: TypesQuery,
): Promise<Check> {
  return lookUpIfAllowed(
    `zones of search ${roles[key]} nodes`,
    key,
    () => "the zones of the instance types",
    async () => {
      const { value: type } = await types;
      if (type === undefined) {
        return nothingToCheck;
      }
      const zones = await wanted();
      const request = { EngineVersion: config.searchEngineVersion, InstanceType: type, RetrieveAZs: true };
      const { InstanceTypeDetails: details = [] } = await search.listInstanceTypeDetails(request);
      const offered: Offered | undefined = details.find((each: Offered) => each.InstanceType === type);
      // AWS doesn't document whether it gives names or ids; with ids nothing is known.
      const has = (offered?.AvailabilityZones ?? []).filter((zone) => zone.startsWith(region));
      if (has.length === 0) {
        return { evidence: "", skipped: `AWS names no zones for ${type}` };
      }
      const lacking = zones.filter((zone) => !has.includes(zone));
      const reason = `AWS has ${type} in ${has.join(", ")}, but the domain also lies in ${lacking.join(", ")}`;
      return { evidence: zones.join(", "), problems: lacking.length === 0 ? [] : [{ key, reason }] };
    },
  );
}

/** AWS takes disks of that size for the data nodes. */
function lookUpDisk(
  config: Config,
  search: AwsClients["search"],
  domain: () => Promise<Domain | undefined>,
  offers: Promise<Check<Offered[]>>,
  data: Promise<Check<string>>,
): Promise<Check> {
  const key = "searchVolumeGb";
  return lookUpIfAllowed(
    "search disks",
    key,
    () => "the limits of the instance types",
    async () => {
      const { searchInstanceType: type, [key]: disk } = config;
      const existing = await domain();
      const isKept = existing?.types.searchInstanceType === type && existing.volumeGb === disk;
      // The disks of t3 a rule knows; a type that isn't offered has none.
      if (isKept || type.startsWith("t3.") || (await data).problems.length > 0) {
        return nothingToCheck;
      }
      await fit(offers);
      const storages = await storagesOf(search, config.searchEngineVersion, type);
      const gp3 = storages.find(({ StorageSubTypeName: kind }) => kind === "gp3");
      if (gp3 === undefined && storages.length > 0) {
        return { evidence: "", problems: [withoutDisk(type, storages)] };
      }
      const limits = diskLimits(gp3);
      if (limits === undefined) {
        return { evidence: "", skipped: `AWS gives no limits of gp3 disks for ${type}` };
      }
      const { least, most } = limits;
      const fix = setCommand(key, disk < least ? least : most);
      return {
        evidence: `${disk} GB; ${type} takes ${least} to ${most}`,
        problems:
          least <= disk && disk <= most
            ? []
            : [{ key, reason: `found ${disk}; allowed: ${least} to ${most} for ${type}`, fix }],
      };
    },
  );
}

/** What data nodes of a type can store on; empty where AWS doesn't say. */
async function storagesOf(search: AwsClients["search"], EngineVersion: string, type: string): Promise<StorageType[]> {
  const request = { EngineVersion, InstanceType: type as "m6g.large.search" };
  const { LimitsByRole: byRole = {} } = await search.describeInstanceTypeLimits(request);
  return byRole["data"]?.StorageTypes ?? [];
}

/** A type such as i3 stores on disks of its own; the domain is made with EBS volumes of type gp3. */
function withoutDisk(type: string, storages: StorageType[]): ConfigProblem {
  const kinds = storages.map(({ StorageTypeName: name, StorageSubTypeName: kind }) => kind ?? name).join(", ");
  return {
    key: "searchInstanceType",
    reason: `found ${type}, which takes no EBS volumes of type gp3, those of the domain, but ${kinds}`,
    fix: "take a type with EBS volumes, such as r6g.large.search",
  };
}

/** Sizes of a disk in GB; undefined where AWS doesn't give them. */
function diskLimits(storage: StorageType | undefined): { least: number; most: number } | undefined {
  const limit = (which: string): number | undefined => {
    const [value] = storage?.StorageTypeLimits?.find(({ LimitName }) => LimitName === which)?.LimitValues ?? [];
    return value === undefined ? undefined : Number(value);
  };
  const [least, most] = [limit("MinimumVolumeSize"), limit("MaximumVolumeSize")];
  return least === undefined || most === undefined ? undefined : { least, most };
}
