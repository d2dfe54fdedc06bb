import type { ConfigProblem } from "@selfhosted/common";

/**
 * Rules of one direction and IP version that a security group takes, unless AWS has raised the quota, which it does on request.
 * https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
 */
const usualRules = 60;

type IpVersion = "IPv4" | "IPv6";

/** The networks of an IP version. */
export function networksOf(version: IpVersion, networks: readonly string[] = []): string[] {
  return networks.filter((network) => network.includes(":") === (version === "IPv6"));
}

/** A warning where a security group usually takes fewer rules: the quota of this account isn't known. */
export function tooManyRules(count: number, problem: { key: string; what: string; fix: string }): ConfigProblem[] {
  const { key, what, fix } = problem;
  return count <= usualRules
    ? []
    : [
        {
          key,
          reason: `${what} count as ${count} rules of a security group, which takes ${usualRules} unless the quota is raised`,
          fix: `${fix}; or have the quota for rules per security group raised in Service Quotas`,
          severity: "warning",
        },
      ];
}
