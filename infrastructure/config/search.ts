import { choice, type ConfigOf, flag, integer, onlyWith, pattern, type Rule, text } from "@selfhosted/common";
import { searchInstanceType } from "./instances";

const domainChange = "AWS moves the domain to new nodes, which takes from minutes to hours.";

/** OpenSearch for resource search. Nothing is lost with it: the service fills it again from the database. */
export const searchSettings = {
  searchEnabled: flag({ description: "Makes an OpenSearch domain for resource search." }),
  searchEngineVersion: text({
    description: "Version of OpenSearch. The service is tested with 2.x.",
    default: "OpenSearch_2.13",
    shape: pattern(/^OpenSearch_2\.\d{1,2}$/, "OpenSearch_2.x", (text) => `OpenSearch_${text.replace(/^\D+/, "")}`),
    change: "AWS upgrades the domain in place, and never back to an older version.",
  }),
  searchZoneCount: integer({
    description: "Availability zones of the domain. Default: those of the private subnets, up to 3.",
    min: 1,
    max: 3,
    optional: true,
  }),
  searchInstanceType: text({
    description: "Instance type of the data nodes.",
    shape: searchInstanceType,
    bySize: { small: "t3.medium.search", medium: "m6g.large.search", large: "r6g.large.search" },
    change: domainChange,
  }),
  searchInstanceCount: integer({
    description: "Number of data nodes, a multiple of the number of zones. Default: one in each zone.",
    min: 1,
    max: 30,
    optional: true,
  }),
  searchMasterCount: choice(["0", "3", "5"], {
    description: "Number of dedicated master nodes.",
    bySize: { small: "0", medium: "3", large: "3" },
    change: domainChange,
  }),
  searchMasterType: text({
    description: "Instance type of the dedicated master nodes.",
    shape: searchInstanceType,
    default: "m6g.large.search",
  }),
  searchVolumeGb: integer({
    description: "Disk of each data node in GB.",
    unit: "GB",
    min: 10,
    max: 3072,
    bySize: { small: 20, medium: 50, large: 100 },
  }),
  searchUsername: text({
    description: "Name of the domain's administrator, with which the service signs in.",
    default: "pulumi_search",
    shape: pattern(
      /^[a-z][a-z0-9_]{0,15}$/,
      "up to 16 lower-case letters, digits and underscores, with a letter first",
    ),
  }),
  searchPasswordVersion: integer({
    description:
      "Another number makes another password of the search administrator: `make rotate WHAT=search` raises it.",
    default: 1,
    min: 1,
    max: 9999,
  }),
};

export type SearchConfig = ConfigOf<typeof searchSettings>;

const feature = "searchEnabled";
const options = Object.keys(searchSettings).filter((key) => key !== feature) as (keyof SearchConfig)[];

const mastersExist: Rule<SearchConfig> = ({ searchEnabled, searchMasterCount }, raw) =>
  searchEnabled &&
  searchMasterCount === "0" &&
  raw.has("searchMasterType") && {
    key: "searchMasterType",
    reason: "has no effect: searchMasterCount is 0",
    fix: "pulumi config rm searchMasterType, or: pulumi config set searchMasterCount 3",
  };

/** AWS spreads the data nodes evenly. Where the number of zones isn't set, it is that of the private subnets' zones. */
const evenlyOverZones: Rule<SearchConfig> = ({ searchZoneCount: zones, searchInstanceCount: nodes }) =>
  zones !== undefined &&
  nodes !== undefined &&
  nodes % zones !== 0 && {
    key: "searchInstanceCount",
    reason: `found ${nodes}; allowed: a multiple of searchZoneCount, ${zones}`,
  };

/** AWS: a domain of T3 nodes has at most ten of them. */
const burstableFew: Rule<SearchConfig> = ({ searchInstanceType: type, searchInstanceCount: count = 0 }) =>
  type.startsWith("t3.") &&
  count > 10 && {
    key: "searchInstanceType",
    reason: `found ${type} for ${count} nodes; AWS takes at most ten of type t3`,
  };

/** GB of a disk: https://docs.aws.amazon.com/opensearch-service/latest/developerguide/limits.html#ebsresource */
const burstableVolumes: Record<string, number> = { "t3.small.search": 100, "t3.medium.search": 200 };

const diskFitsBurstable: Rule<SearchConfig> = ({ searchInstanceType: type, searchVolumeGb: disk }) => {
  const most = burstableVolumes[type];
  return (
    most !== undefined &&
    disk > most && {
      key: "searchVolumeGb",
      reason: `found ${disk}; allowed: up to ${most} for ${type}`,
    }
  );
};

/** https://docs.aws.amazon.com/opensearch-service/latest/developerguide/supported-instance-types.html */
export function isEncryptable(type: string): boolean {
  return !/^(t2|m3|r3)\./.test(type);
}

function encryptable(key: "searchInstanceType" | "searchMasterType"): Rule<SearchConfig> {
  return (config) =>
    !isEncryptable(config[key]) && {
      key,
      reason: `found ${config[key]}, whose disks AWS can't encrypt; allowed: a newer type`,
    };
}

export const searchRules: Rule<SearchConfig>[] = [
  onlyWith(options, feature),
  mastersExist,
  evenlyOverZones,
  burstableFew,
  diskFitsBurstable,
  encryptable("searchInstanceType"),
  encryptable("searchMasterType"),
];
