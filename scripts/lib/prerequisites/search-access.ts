import type { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import type { IAM } from "@aws-sdk/client-iam";
import { searchLogPolicyName } from "../../../infrastructure/search-logs";
import { makeSearchRole, searchRole } from "../../../infrastructure/search-role";
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
