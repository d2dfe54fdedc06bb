import {
  allPages,
  type AwsClients,
  type Check,
  type ConfigProblem,
  ifKnown,
  logicalName,
  lookUp,
  lookUpIfAllowed,
  once,
  physicalName,
  problemIf,
  resultOf,
  setCommand,
} from "@selfhosted/common";
import type { Config } from "../../config";
import type { Network } from "../../network/network";
import { searchLogPolicyName } from "../../search/logs";
import { makeSearchRole, searchRole, searchZones } from "../../search/search";
import { lookUpDisk } from "./disks";
import { describeDomain } from "./domain";
import { lookUpOffers, lookUpType, lookUpTypeZones } from "./types";

export interface SearchQuery {
  stack: string;
  region: string;
  network: Promise<Check<Network>>;
  /** Whether the account's role for OpenSearch is made before the deployment; that it lacks is only a warning then. */
  makesRole: boolean;
}

/**
 * OpenSearch can be made as it is configured. Of a domain that exists, only what changes is checked: AWS keeps domains of types and
 * versions that it no longer offers.
 */
export function lookUpSearch(config: Config, aws: AwsClients, query: SearchQuery): Promise<Check>[] {
  if (!ifKnown(() => config.searchEnabled)) {
    return [];
  }
  const { stack, region, network, makesRole } = query;
  const { search } = aws;
  const domain = once(() =>
    describeDomain(search, physicalName("searchDomain", logicalName(config.name, stack, "search"))),
  );
  const zones = async (): Promise<string[]> => searchZones(config, await resultOf(network)).map(([zone]) => zone);
  const offers = lookUpOffers(config, search, domain, region);
  const dataType = lookUpType("searchInstanceType", config, domain, offers, region);
  const masterType = lookUpType("searchMasterType", config, domain, offers, region);
  return [
    lookUpRole(aws, makesRole),
    lookUpZones(config, network),
    lookUpLogPolicies(aws, () => searchLogPolicyName(config.name, stack)),
    offers,
    dataType,
    lookUpTypeZones("searchInstanceType", config, search, dataType, region, zones),
    masterType,
    lookUpTypeZones("searchMasterType", config, search, masterType, region, zones),
    lookUpDisk(config, search, domain, offers, dataType),
  ];
}

/** A domain in a VPC needs the account's role. */
function lookUpRole({ iam }: AwsClients, makesRole: boolean): Promise<Check> {
  const key = "searchEnabled";
  return lookUpIfAllowed({ name: "search role", key, what: () => `role ${searchRole.name}` }, async () => {
    const reason = `found true, but the account lacks ${searchRole.name}, the role with which OpenSearch enters a VPC`;
    const fix = `\`make deploy\` makes it. For a plain \`pulumi up\`, five minutes before: ${makeSearchRole}`;
    const severity = makesRole ? "warning" : "error";
    return {
      detail: searchRole.name,
      problems: problemIf(!(await hasSearchRole(iam)), { key, reason, fix, severity }),
    };
  });
}

/** Whether the account has the role with which OpenSearch enters a VPC. */
export async function hasSearchRole(iam: AwsClients["iam"]): Promise<boolean> {
  const { Roles: roles = [] } = await iam.listRoles({ PathPrefix: searchRole.path });
  return roles.length > 0;
}

function lookUpZones(config: Config, network: Promise<Check<Network>>): Promise<Check> {
  return lookUp(
    { name: "search zones", key: "searchZoneCount", what: "the zones of the private subnets" },
    async () => {
      const found = await resultOf(network);
      const zones = searchZones(config, found).map(([zone]) => zone);
      return { detail: zones.join(", "), problems: zoneProblems(config, found) };
    },
  );
}

/** AWS spreads the data nodes evenly over the zones, one subnet in each. */
function zoneProblems(config: Config, network: Network): ConfigProblem[] {
  const { searchZoneCount: wanted, searchInstanceCount: nodes = 0 } = config;
  const found = network.privateSubnetsByZone.size;
  if (wanted !== undefined && wanted > found) {
    const reason = `found ${wanted}; the private subnets are in ${found} zones`;
    return [{ key: "searchZoneCount", reason, fix: setCommand("searchZoneCount", found) }];
  }
  const zones = searchZones(config, network).length;
  // Where the number of zones is set, a rule sees to it.
  return problemIf(wanted === undefined && nodes % zones > 0, {
    key: "searchInstanceCount",
    reason: `found ${nodes}; allowed: a multiple of the number of zones of the private subnets, ${zones}`,
    fix:
      `${setCommand("searchInstanceCount", Math.ceil(nodes / zones) * zones)}` +
      (nodes < zones ? `; or for fewer zones: ${setCommand("searchZoneCount", nodes)}` : ""),
  });
}

/** CloudWatch Logs takes so many in a region of an account (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html). */
const mostResourcePolicies = 10;

function lookUpLogPolicies({ logs }: AwsClients, own: () => string): Promise<Check> {
  const key = "searchEnabled";
  return lookUpIfAllowed({ name: "search logs", key, what: "the log resource policies" }, async () => {
    const ownName = own();
    const policies = await allPages(async (nextToken) => {
      const page = await logs.describeResourcePolicies({ nextToken });
      return { items: page.resourcePolicies, next: page.nextToken };
    });
    const others = policies.map(({ policyName = "" }) => policyName).filter((name) => name !== ownName);
    const detail = `${others.length} other log resource policies in the region; AWS takes ${mostResourcePolicies}, and search needs one`;
    const fix = `delete one that nothing uses, or join two: aws logs describe-resource-policies. Found: ${others.join(", ")}`;
    return { detail, problems: problemIf(others.length >= mostResourcePolicies, { key, reason: detail, fix }) };
  });
}
