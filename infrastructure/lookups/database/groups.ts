import { type AwsClients, type Check, lookUpIfAllowed, nothingToCheck, problemIf } from "@selfhosted/common";
import type { Config } from "../../config";

/** The further security groups of the database are there, in its VPC. */
export function lookUpExtraGroups(config: Config, { ec2 }: AwsClients): Promise<Check> {
  const key = "databaseExtraSecurityGroupIds";
  return lookUpIfAllowed({ name: "database security groups", key, what: "the security groups" }, async () => {
    const { vpcId, [key]: wanted } = config;
    if (wanted.length === 0) {
      return nothingToCheck;
    }
    // By filter: a look-up by id would fail as a whole for one that is missing.
    const { SecurityGroups: found = [] } = await ec2.describeSecurityGroups({
      Filters: [{ Name: "group-id", Values: wanted }],
    });
    const missing = wanted.filter((id) => !found.some(({ GroupId, VpcId }) => GroupId === id && VpcId === vpcId));
    return {
      detail: wanted.join(", "),
      problems: problemIf(missing.length > 0, {
        key,
        reason: `${vpcId} has no security group ${missing.join(", ")}`,
        fix: `\`aws ec2 describe-security-groups --filters Name=vpc-id,Values=${vpcId}\` lists those that it has`,
      }),
    };
  });
}
