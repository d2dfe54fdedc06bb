import { choice, ConfigOf, ConfigProblem, flag, integer, Rule, text } from "@selfhosted/common";
import { searchNodes, Sized } from "../sizes";
import { onlyWith } from "./only-with";

const instanceType = {
  pattern: /^[a-z0-9]+\.[a-z0-9]+\.search$/,
  allowed: "an OpenSearch instance type, such as m6g.large.search",
};

/** OpenSearch for resource search. Nothing is lost with it: the service fills it again from the database. */
export const searchSettings = {
  searchEnabled: flag({ description: "Makes an OpenSearch domain for resource search." }),
  searchEngineVersion: text({
    description: "Version of OpenSearch. The service is tested with 2.x.",
    example: "OpenSearch_2.13",
    default: "OpenSearch_2.13",
    pattern: /^OpenSearch_2\.\d{1,2}$/,
    allowed: "OpenSearch_2.x",
  }),
  searchZoneCount: integer({
    description: "Availability zones of the domain. Default: those of the private subnets, up to 3.",
    min: 1,
    max: 3,
    optional: true,
  }),
  searchInstanceType: text({
    ...instanceType,
    description: "Instance type of the data nodes. Default: by size.",
    example: "m6g.large.search",
    optional: true,
  }),
  searchInstanceCount: integer({
    description: "Number of data nodes, a multiple of the number of zones. Default: one in each zone.",
    min: 1,
    max: 30,
    optional: true,
  }),
  searchMasterCount: choice(["0", "3", "5"], {
    description: "Number of dedicated master nodes. Default: 3, and none in size small.",
    optional: true,
  }),
  searchMasterType: text({
    ...instanceType,
    description: "Instance type of the dedicated master nodes.",
    example: "m6g.large.search",
    default: "m6g.large.search",
  }),
  searchVolumeGb: integer({
    description: "Disk of each data node in GB. Default: by size.",
    min: 10,
    max: 3072,
    optional: true,
  }),
  searchUsername: text({
    description: "Name of the domain's administrator, as whom the service signs in.",
    default: "pulumi_search",
    pattern: /^[a-z][a-z0-9_]{0,15}$/,
    allowed: "up to 16 lower-case letters, digits and underscores, with a letter first",
  }),
  searchPasswordVersion: integer({
    description: "Raise it by one for a new password of the search administrator.",
    default: 1,
    min: 1,
    max: 9999,
  }),
};

export type SearchConfig = ConfigOf<typeof searchSettings>;
type Config = Sized<SearchConfig>;

export const searchRules: Rule<Config>[] = [
  onlyWith(searchSettings, "searchEnabled"),
  burstableFew,
  burstableSmall,
  encryptable,
];

/** AWS: a domain of T3 nodes has at most ten of them. */
function burstableFew(config: Config): ConfigProblem[] {
  const { searchInstanceCount: count = 0 } = config;
  const { type } = searchNodes(config);
  return type.startsWith("t3.") && count > 10
    ? [{ key: "searchInstanceType", reason: `found ${type} for ${count} nodes; AWS takes at most ten of type t3` }]
    : [];
}

/** GB of a disk: https://docs.aws.amazon.com/opensearch-service/latest/developerguide/limits.html#ebsresource */
const burstableVolumes: Record<string, number> = { "t3.small.search": 100, "t3.medium.search": 200 };

function burstableSmall(config: Config): ConfigProblem[] {
  const { type, volumeGb } = searchNodes(config);
  const most = burstableVolumes[type];
  const reason = `found ${volumeGb}; allowed: up to ${most} for ${type}`;
  return most !== undefined && volumeGb > most ? [{ key: "searchVolumeGb", reason }] : [];
}

/** https://docs.aws.amazon.com/opensearch-service/latest/developerguide/supported-instance-types.html */
function encryptable(config: Config): ConfigProblem[] {
  return (["searchInstanceType", "searchMasterType"] as const)
    .filter((key) => /^(t2|m3|r3)\./.test(config[key] ?? ""))
    .map((key) => ({ key, reason: `found ${config[key]}, whose disks AWS can't encrypt; allowed: a newer type` }));
}
