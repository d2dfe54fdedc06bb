import { type ConfigProblem, problemIf } from "@selfhosted/common";

/**
 * Rules of one direction and IP version that a security group takes, unless AWS has raised the quota, which it does on request.
 * https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
 */
const defaultQuota = 60;

export const ipVersions = ["IPv4", "IPv6"] as const;
type IpVersion = (typeof ipVersions)[number];

/** The networks of an IP version. */
export function networksOf(version: IpVersion, networks: readonly string[] = []): string[] {
  return networks.filter((network) => network.includes(":") === (version === "IPv6"));
}

/** A warning where a security group usually takes fewer rules: the quota of this account isn't known. */
export function tooManyRules(count: number, problem: { key: string; what: string; fix: string }): ConfigProblem[] {
  const { key, what, fix } = problem;
  return problemIf(count > defaultQuota, {
    key,
    reason: `${what} count as ${count} rules of a security group, which takes ${defaultQuota} unless the quota is raised`,
    fix:
      `${fix}; or: aws service-quotas request-service-quota-increase --service-code vpc --quota-code L-0EA8095F ` +
      `--desired-value ${count}`,
    severity: "warning",
  });
}
