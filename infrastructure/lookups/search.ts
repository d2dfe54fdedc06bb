import {
  allPages,
  ifKnown,
  logicalName,
  lookUp,
  lookUpIfAllowed,
  physicalName,
  setCommand,
  type AwsClients,
  type Check,
  type ConfigProblem,
  type Seen,
} from "@selfhosted/common";
import type { Config } from "../config";
import type { Network } from "../network";
import { searchLogPolicyName } from "../search-logs";
import { makeSearchRole, searchRole } from "../search-role";
import { searchZones } from "../search-zones";
import { fit } from "./check";
import { lookUpSearchTypes } from "./search-types";

export interface SearchQuery {
  stack: string;
  region: string;
  network: Promise<Check<Network>>;
  /** Whether somebody makes the account's role for OpenSearch before the deployment; it is only a warning then. */
  makesRole: boolean;
}

/** OpenSearch can be made as it is configured. */
export function lookUpSearch(config: Config, aws: AwsClients, query: SearchQuery): Promise<Check>[] {
  if (!ifKnown(() => config.searchEnabled)) {
    return [];
  }
  const { stack, region, network, makesRole } = query;
  const zones = async (): Promise<string[]> => searchZones(config, await fit(network)).map(([zone]) => zone);
  return [
    lookUpIfAllowed(
      "search role",
      "searchEnabled",
      () => `role ${searchRole.name}`,
      () => roleSeen(aws.iam, makesRole),
    ),
    lookUp(
      "search zones",
      "searchZoneCount",
      () => "the zones of the private subnets",
      async () => ({ evidence: (await zones()).join(", "), problems: zoneProblems(config, await fit(network)) }),
    ),
    lookUpIfAllowed(
      "search logs",
      "searchEnabled",
      () => "the log resource policies",
      () => logPoliciesSeen(aws.logs, searchLogPolicyName(config.name, stack)),
    ),
    ...lookUpSearchTypes(config, aws, {
      region,
      domain: () => physicalName("searchDomain", logicalName(config.name, stack, "search")),
      zones,
    }),
  ];
}

/** A domain in a VPC needs the role. */
async function roleSeen(iam: AwsClients["iam"], makesRole: boolean): Promise<Seen> {
  return {
    evidence: searchRole.name,
    problems: (await hasSearchRole(iam))
      ? []
      : [
          {
            key: "searchEnabled",
            reason: `found true, but the account lacks ${searchRole.name}, the role with which OpenSearch enters a VPC`,
            fix: `\`make deploy\` makes it. For a plain \`pulumi up\`, five minutes before: ${makeSearchRole}`,
            severity: makesRole ? "warning" : "error",
          },
        ],
  };
}

/** Whether the account has the role with which OpenSearch enters a VPC. */
export async function hasSearchRole(iam: AwsClients["iam"]): Promise<boolean> {
  const { Roles: roles = [] } = await iam.listRoles({ PathPrefix: searchRole.path });
  return roles.length > 0;
}

/** AWS spreads the data nodes evenly over the zones, one subnet in each. */
function zoneProblems(config: Config, network: Network): ConfigProblem[] {
  const { searchZoneCount: wanted, searchInstanceCount: nodes } = config;
  const found = network.privateSubnetsByZone.size;
  if (wanted !== undefined && wanted > found) {
    const reason = `found ${wanted}; the private subnets are in ${found} zones`;
    return [{ key: "searchZoneCount", reason, fix: setCommand("searchZoneCount", found) }];
  }
  const zones = searchZones(config, network).length;
  // Where the number of zones is set, a rule sees to it.
  return wanted !== undefined || nodes === undefined || nodes % zones === 0
    ? []
    : [
        {
          key: "searchInstanceCount",
          reason: `found ${nodes}; allowed: a multiple of the number of zones of the private subnets, ${zones}`,
          fix:
            `${setCommand("searchInstanceCount", Math.ceil(nodes / zones) * zones)}` +
            (nodes < zones ? `; or for fewer zones: ${setCommand("searchZoneCount", nodes)}` : ""),
        },
      ];
}

/** CloudWatch Logs takes so many in a region of an account (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html). */
const mostResourcePolicies = 10;

async function logPoliciesSeen(logs: AwsClients["logs"], own: string): Promise<Seen> {
  const policies = await allPages(async (nextToken) => {
    const page = await logs.describeResourcePolicies({ nextToken });
    return { items: page.resourcePolicies, next: page.nextToken };
  });
  const others = policies.map(({ policyName = "" }) => policyName).filter((name) => name !== own);
  const evidence = `${others.length} other log resource policies in the region; AWS takes ${mostResourcePolicies}, and search needs one`;
  const fix = `delete one that nothing uses, or join two: aws logs describe-resource-policies. Found: ${others.join(", ")}`;
  return {
    evidence,
    problems: others.length < mostResourcePolicies ? [] : [{ key: "searchEnabled", reason: evidence, fix }],
  };
}
