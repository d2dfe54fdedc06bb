import type { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import type { IAM } from "@aws-sdk/client-iam";
import { searchLogPolicyName } from "../../../infrastructure/search-logs";
import { makeSearchRole, searchRole } from "../../../infrastructure/search-role";
import { pulumi } from "../pulumi";
import { finding, type Finding } from "../report";

/** CloudWatch Logs takes so many in a region of an account (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html). */
const mostResourcePolicies = 10;

/** OpenSearch may enter a VPC and write its logs. */
export async function checkSearchAccess(
  { iam, logs }: { iam: IAM; logs: CloudWatchLogs },
  installation: { name: string; stack: string },
): Promise<Finding[]> {
  const [present, policies] = await Promise.all([hasSearchRole(iam), resourcePolicies(logs)]);
  return searchAccessFindings(present, policies, searchLogPolicyName(installation.name, installation.stack));
}

/** @param policies names of the account's log resource policies in the region. */
export function searchAccessFindings(hasRole: boolean, policies: string[], own: string): Finding[] {
  const others = policies.filter((name) => name !== own);
  return [
    finding(
      "search role",
      hasRole,
      hasRole ? searchRole.name : `the account lacks ${searchRole.name}, with which OpenSearch enters a VPC`,
      `\`make deploy\` makes it; before a plain \`pulumi up\`: ${makeSearchRole}`,
      "warn",
    ),
    finding(
      "search logs",
      others.length < mostResourcePolicies,
      `${others.length} other log resource policies in the region; AWS takes ${mostResourcePolicies}, and search needs one`,
      `delete one that nothing uses, or join two: aws logs describe-resource-policies. Found: ${others.join(", ")}`,
    ),
  ];
}

export async function hasSearchRole(iam: IAM): Promise<boolean> {
  const { Roles: roles = [] } = await iam.listRoles({ PathPrefix: searchRole.path });
  return roles.length > 0;
}

async function resourcePolicies(logs: CloudWatchLogs): Promise<string[]> {
  const { resourcePolicies: found = [] } = await logs.describeResourcePolicies({});
  return found.map(({ policyName = "" }) => policyName);
}

/** The part of Pulumi's deployment format that says who depends on whom. */
interface Resource {
  urn: string;
  type: string;
  parent?: string;
  dependencies?: string[];
}

/** The stack doesn't hold the account's role, as stacks of an earlier release did. */
export async function checkRoleInState(env: string): Promise<Finding[]> {
  const { code, stdout } = await pulumi("infrastructure", ["stack", "export", "--stack", env]);
  const state = code === 0 ? (JSON.parse(stdout) as { deployment?: { resources?: Resource[] } }) : {};
  return roleInStateFindings(state.deployment?.resources ?? [], env);
}

/**
 * AWS refuses to delete the role while a domain uses it, so an update would end with that failure. Pulumi takes a resource out of
 * the state only when no other depends on it there; an update, even one that ends so, forgets the dependency.
 */
export function roleInStateFindings(resources: Resource[], env: string): Finding[] {
  return resources
    .filter(({ type }) => type === "aws:iam/serviceLinkedRole:ServiceLinkedRole")
    .map(({ urn }) => {
      const isNeeded = resources.some(({ parent, dependencies = [] }) => parent === urn || dependencies.includes(urn));
      const remove = `in infrastructure/: pulumi state delete '${urn}' --stack ${env}`;
      return finding(
        "search role in state",
        false,
        `the stack holds ${searchRole.name}, which is the account's; AWS refuses to delete it while a domain uses it`,
        isNeeded ? `run the update, which ends with that refusal; then ${remove}; then deploy again` : remove,
        isNeeded ? "warn" : "fail",
      );
    });
}
