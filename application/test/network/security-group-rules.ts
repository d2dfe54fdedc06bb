import * as aws from "@pulumi/aws";
import type { Outcome } from "@selfhosted/common/testing";
import { deploy, type Trial } from "../fixtures";

/** The other end of a rule, by one of these. */
interface OtherEnd {
  referencedSecurityGroupId?: string;
  cidrIpv4?: string;
  cidrIpv6?: string;
  prefixListId?: string;
}

/** Each security-group rule in a line, its own group in brackets: `source → [group]:port` or `[group] → destination:port`. */
export function securityGroupRules({ ofType }: Outcome): string[] {
  const short = (id = ""): string => id.replace(/^pulumi-test-|-group-id$/g, "");
  const other = ({ referencedSecurityGroupId, cidrIpv4, cidrIpv6, prefixListId }: OtherEnd): string =>
    short(referencedSecurityGroupId ?? cidrIpv4 ?? cidrIpv6 ?? prefixListId);
  return [
    ...ofType(aws.vpc.SecurityGroupIngressRule).map(
      ({ inputs }) => `${other(inputs)} → [${short(inputs.securityGroupId)}]:${inputs.fromPort}`,
    ),
    ...ofType(aws.vpc.SecurityGroupEgressRule).map(
      ({ inputs }) => `[${short(inputs.securityGroupId)}] → ${other(inputs)}:${inputs.fromPort}`,
    ),
  ];
}

/** The security-group rules of a trial. */
export async function rulesOf(trial?: Trial): Promise<string[]> {
  return securityGroupRules(await deploy(trial));
}
