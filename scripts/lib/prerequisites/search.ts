import { paginateListInstanceTypeDetails, type InstanceTypeDetails, type OpenSearch } from "@aws-sdk/client-opensearch";
import type { ConfigProblem } from "@selfhosted/common";
import type { SearchConfig } from "../../../infrastructure/settings/search";
import { searchMasters, searchNodes, type Sized } from "../../../infrastructure/sizes";
import { explain, type Finding } from "../report";
import { asFinding } from "./configuration";

type Config = Sized<SearchConfig>;
/** The SDK knows fewer types than AWS has. */
type Offered = Omit<InstanceTypeDetails, "InstanceType"> & { InstanceType?: string };

type TypeKey = "searchInstanceType" | "searchMasterType";

/**
 * AWS has the types of the search nodes in the zones of the domain, and disks of that size for them.
 *
 * @param zones empty where they aren't known; then none is required.
 */
export async function checkSearch(
  search: OpenSearch,
  config: Config,
  region: string,
  zones: string[],
): Promise<Finding[]> {
  const EngineVersion = config.searchEngineVersion;
  const offered: Offered[] = [];
  for await (const page of paginateListInstanceTypeDetails({ client: search }, { EngineVersion })) {
    offered.push(...(page.InstanceTypeDetails ?? []));
  }
  const problems = typeProblems(config, offered, region);
  return problems.length > 0
    ? problems.map((problem) => asFinding("infrastructure", problem))
    : [
        { name: "search types", verdict: "ok", evidence: Object.values(wantedTypes(config)).join(", ") },
        ...(await checkZones(search, config, region, zones)),
        await checkVolume(search, config),
      ];
}

function wantedTypes(config: Config): Partial<Record<TypeKey, string>> {
  return {
    searchInstanceType: searchNodes(config).type,
    ...(searchMasters(config) > 0 && { searchMasterType: config.searchMasterType }),
  };
}

const roles: Record<TypeKey, string> = { searchInstanceType: "data", searchMasterType: "master" };

/** In the order in which they take the place of a family that a region lacks. */
const families = ["m7g", "r7g", "m6g", "r6g", "m8g", "r8g"];

/** Types that the region doesn't offer for their nodes, or not with the encryption and the sign-in that the domain is made with. */
export function typeProblems(config: Config, offered: Offered[], region: string): ConfigProblem[] {
  const fit = offered.filter(
    ({ EncryptionEnabled, AdvancedSecurityEnabled }) =>
      EncryptionEnabled !== false && AdvancedSecurityEnabled !== false,
  );
  const fitFor = (role: string): string[] =>
    fit.filter(({ InstanceRole: has }) => hasRole(has, role)).map(({ InstanceType: type }) => String(type));
  return wantedEntries(config).flatMap(([key, type]) => {
    const types = fitFor(roles[key]);
    if (types.includes(type)) {
      return [];
    }
    const reason =
      `AWS doesn't offer ${type} for ${config.searchEngineVersion} in ${region}, ` +
      `as a ${roles[key]} node, encrypted and with passwords`;
    const instead = substitutes(type).find((each) => types.includes(each));
    return [
      instead === undefined
        ? { key, reason: `${reason}; it has ${types.join(", ") || "nothing"}` }
        : { key, reason: `${reason}; it has ${instead}`, fix: `pulumi config set ${key} ${instead}` },
    ];
  });
}

function wantedEntries(config: Config): [TypeKey, string][] {
  return Object.entries(wantedTypes(config)) as [TypeKey, string][];
}

/** AWS's models give the roles no fixed spelling. Where it names none, the type is taken for both. */
function hasRole(has: string[] = [], role: string): boolean {
  return has.length === 0 || has.some((each) => each.toLowerCase() === role);
}

/** The domain's zones have its types. AWS names the zones of a type only when asked for that type, and for zones. */
async function checkZones(search: OpenSearch, config: Config, region: string, zones: string[]): Promise<Finding[]> {
  const name = "search zones";
  try {
    const found = await Promise.all(
      wantedEntries(config).map(async ([key, type]) => {
        const request = { EngineVersion: config.searchEngineVersion, InstanceType: type, RetrieveAZs: true };
        const { InstanceTypeDetails: details = [] } = await search.listInstanceTypeDetails(request);
        const offered: Offered | undefined = details.find((each: Offered) => each.InstanceType === type);
        // AWS doesn't document whether it gives names or ids; with ids nothing is known.
        const has = (offered?.AvailabilityZones ?? []).filter((zone) => zone.startsWith(region));
        return { key, type, has };
      }),
    );
    const unknown = found.filter(({ has }) => has.length === 0).map(({ type }) => type);
    const problems = found.flatMap(({ key, type, has }): ConfigProblem[] => {
      const lacking = has.length === 0 ? [] : zones.filter((zone) => !has.includes(zone));
      return lacking.length === 0
        ? []
        : [{ key, reason: `AWS has ${type} in ${has.join(", ")}, but the domain also lies in ${lacking.join(", ")}` }];
    });
    return [
      ...problems.map((problem) => asFinding("infrastructure", problem)),
      ...(unknown.length > 0
        ? [{ name, verdict: "skip" as const, evidence: `AWS names no zones for ${unknown.join(", ")}` }]
        : []),
      ...(problems.length + unknown.length === 0 && zones.length > 0
        ? [{ name, verdict: "ok" as const, evidence: zones.join(", ") }]
        : []),
    ];
  } catch (error) {
    return [{ name, verdict: "skip", evidence: `those of the types could not be read: ${explain(error)}` }];
  }
}

/** Types of the same size, those of the same kind first. */
function substitutes(type: string): string[] {
  const [family = "", size = ""] = type.split(".");
  const likeness = (each: string): number => (each[0] === family[0] ? 0 : 1);
  return [...families]
    .sort((a, b) => likeness(a) - likeness(b))
    .flatMap((each) => [`${each}.${size}.search`, `${each}.large.search`]);
}

/** AWS takes disks of that size for the data nodes. */
export async function checkVolume(search: OpenSearch, config: Config): Promise<Finding> {
  const { type, volumeGb } = searchNodes(config);
  const name = "search disks";
  try {
    const request = { EngineVersion: config.searchEngineVersion, InstanceType: type as "m6g.large.search" };
    const { LimitsByRole: byRole = {} } = await search.describeInstanceTypeLimits(request);
    const limits = byRole["data"]?.StorageTypes?.find(
      ({ StorageSubTypeName: kind }) => kind === "gp3",
    )?.StorageTypeLimits;
    const limit = (which: string): number | undefined => {
      const [value] = limits?.find(({ LimitName }) => LimitName === which)?.LimitValues ?? [];
      return value === undefined ? undefined : Number(value);
    };
    const [least, most] = [limit("MinimumVolumeSize"), limit("MaximumVolumeSize")];
    if (least === undefined || most === undefined) {
      return { name, verdict: "skip", evidence: `AWS gives no limits of gp3 disks for ${type}` };
    }
    return least <= volumeGb && volumeGb <= most
      ? { name, verdict: "ok", evidence: `${volumeGb} GB; ${type} takes ${least} to ${most}` }
      : asFinding("infrastructure", {
          key: "searchVolumeGb",
          reason: `found ${volumeGb}; allowed: ${least} to ${most} for ${type}`,
        });
  } catch (error) {
    return { name, verdict: "skip", evidence: `the limits of ${type} could not be read: ${explain(error)}` };
  }
}
