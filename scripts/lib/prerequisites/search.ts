import { paginateListInstanceTypeDetails, type InstanceTypeDetails, type OpenSearch } from "@aws-sdk/client-opensearch";
import type { ConfigProblem } from "@selfhosted/common";
import type { SearchConfig } from "../../../infrastructure/settings/search";
import { searchNodes, sizes, type Sized } from "../../../infrastructure/sizes";
import { explain, type Finding } from "../report";
import { asFinding } from "./configuration";

type Config = Sized<SearchConfig>;
/** The SDK knows fewer types than AWS has. */
type Offered = Omit<InstanceTypeDetails, "InstanceType"> & { InstanceType?: string };

/** AWS has the types of the search nodes in the region, and disks of that size for them. */
export async function checkSearch(search: OpenSearch, config: Config, region: string): Promise<Finding[]> {
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
        await checkVolume(search, config),
      ];
}

function wantedTypes(config: Config): Partial<Record<keyof SearchConfig, string>> {
  const masters = Number(config.searchMasterCount ?? sizes[config.size].searchMasterCount);
  return {
    searchInstanceType: searchNodes(config).type,
    ...(masters > 0 && { searchMasterType: config.searchMasterType }),
  };
}

/** In the order in which they take the place of a family that a region lacks. */
const families = ["m7g", "r7g", "m6g", "r6g", "m8g", "r8g"];

/** Types that the region doesn't offer, or not with the encryption and the sign-in that the domain is made with. */
export function typeProblems(config: Config, offered: Offered[], region: string): ConfigProblem[] {
  const fit = offered
    .filter((each) => each.EncryptionEnabled !== false && each.AdvancedSecurityEnabled !== false)
    .map(({ InstanceType: type }) => String(type));
  return Object.entries(wantedTypes(config))
    .filter(([, type]) => !fit.includes(type))
    .map(([key, type]) => {
      const reason = `AWS doesn't offer ${type} for ${config.searchEngineVersion} in ${region}, encrypted and with passwords`;
      const instead = substitutes(type).find((each) => fit.includes(each));
      return instead === undefined
        ? { key, reason: `${reason}; it has ${fit.join(", ") || "nothing"}` }
        : { key, reason: `${reason}; it has ${instead}`, fix: `pulumi config set ${key} ${instead}` };
    });
}

/** Types of the same size, those of the same kind first. */
function substitutes(type: string): string[] {
  const [family = "", size = ""] = type.split(".");
  const likeness = (each: string): number => (each[0] === family[0] ? 0 : 1);
  return [...families]
    .sort((a, b) => likeness(a) - likeness(b))
    .flatMap((each) => [`${each}.${size}.search`, `${each}.large.search`]);
}

async function checkVolume(search: OpenSearch, config: Config): Promise<Finding> {
  const { type, volumeGb } = searchNodes(config);
  const name = "search disks";
  try {
    const request = { EngineVersion: config.searchEngineVersion, InstanceType: type as "m6g.large.search" };
    const { LimitsByRole: roles = {} } = await search.describeInstanceTypeLimits(request);
    const limits = roles["data"]?.StorageTypes?.find(
      ({ StorageSubTypeName: kind }) => kind === "gp3",
    )?.StorageTypeLimits;
    const limit = (which: string): number | undefined => {
      const [value] = limits?.find(({ LimitName }) => LimitName === which)?.LimitValues ?? [];
      return value === undefined ? undefined : Number(value);
    };
    const [least = 0, most = Infinity] = [limit("MinimumVolumeSize"), limit("MaximumVolumeSize")];
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
