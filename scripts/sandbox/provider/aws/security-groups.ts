import type { AuthorizeSecurityGroupEgressRequest, EC2, IpPermission, SecurityGroupRule } from "@aws-sdk/client-ec2";
import type { SecurityGroupArgs } from "@pulumi/aws/ec2";
import type { SecurityGroupIngressRuleArgs } from "@pulumi/aws/vpc";
import type { ResourceType, Service } from "../resource";
import type { Account } from "./account";
import { ec2, filters, tagSpecifications } from "./ec2-common";
import { fromAws, inputsOf, toAws } from "./fields";
import type { Inputs } from "./table";
import { tagMap } from "./tags";

type RuleInputs = Inputs<SecurityGroupIngressRuleArgs>;

const ruleNames = {
  cidrIpv4: "CidrIpv4",
  cidrIpv6: "CidrIpv6",
  description: "Description",
  fromPort: "FromPort",
  ipProtocol: "IpProtocol",
  prefixListId: "PrefixListId",
  toPort: "ToPort",
} as const;

/** Security groups and their rules, each of which is a resource. Rules within the group aren't there. */
export const service: Service<Account> = {
  resources: {
    "aws:ec2/securityGroup:SecurityGroup": ec2<Inputs<SecurityGroupArgs, "name">>({
      autoname: "name",
      replaceOn: ["description", "name", "vpcId"],
      updateOn: ["revokeRulesOnDelete"],
      defaults: (inputs) => ({ description: "Managed by Pulumi", ...inputs }),
      async create(aws, { name, description, vpcId, tagsAll }) {
        const TagSpecifications = tagSpecifications("security-group", tagsAll);
        const request = { GroupName: name, Description: description, VpcId: vpcId, TagSpecifications };
        return (await aws.createSecurityGroup(request)).GroupId ?? "";
      },
      async settle(aws, id, _inputs, _call, olds) {
        // EC2 lets a new group reach everything. A group of Pulumi starts with no rule.
        if (!olds) await revoke(aws, await rulesOf(aws, id));
      },
      async get(aws, id) {
        const found = (await aws.describeSecurityGroups({ GroupIds: [id] })).SecurityGroups?.[0];
        const names = { description: "Description", name: "GroupName", vpcId: "VpcId" };
        return { ...fromAws(names, found), arn: found?.SecurityGroupArn, tagsAll: tagMap(found?.Tags) };
      },
      async delete(aws, id, { revokeRulesOnDelete }) {
        if (revokeRulesOnDelete) await revoke(aws, await rulesAbout(aws, id));
        await aws.deleteSecurityGroup({ GroupId: id });
      },
    }),

    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ruleType((aws, request) =>
      aws.authorizeSecurityGroupIngress(request),
    ),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": ruleType((aws, request) =>
      aws.authorizeSecurityGroupEgress(request),
    ),
  },
};

function ruleType(
  authorize: (
    aws: EC2,
    request: AuthorizeSecurityGroupEgressRequest,
  ) => Promise<{ SecurityGroupRules?: SecurityGroupRule[] }>,
): ResourceType<Account, RuleInputs> {
  return ec2<RuleInputs>({
    replaceOn: ["securityGroupId"],
    updateOn: [...inputsOf(ruleNames), "referencedSecurityGroupId"],
    async create(aws, inputs) {
      const { SecurityGroupRules } = await authorize(aws, {
        GroupId: inputs.securityGroupId,
        IpPermissions: [permission(inputs)],
        TagSpecifications: tagSpecifications("security-group-rule", inputs.tagsAll),
      });
      return SecurityGroupRules?.[0]?.SecurityGroupRuleId ?? "";
    },
    async get(aws, id) {
      const found = await describeRule(aws, id);
      const isEverything = found?.IpProtocol === "-1";
      return {
        ...fromAws({ ...ruleNames, securityGroupId: "GroupId" }, found),
        ...(isEverything && { fromPort: undefined, toPort: undefined }),
        referencedSecurityGroupId: found?.ReferencedGroupInfo?.GroupId,
        securityGroupRuleId: id,
        tagsAll: tagMap(found?.Tags),
      };
    },
    update: (aws, SecurityGroupRuleId, inputs) => {
      const wanted = { ...toAws(ruleNames, inputs), ReferencedGroupId: inputs.referencedSecurityGroupId };
      const SecurityGroupRules = [{ SecurityGroupRuleId, SecurityGroupRule: wanted }];
      return aws.modifySecurityGroupRules({ GroupId: inputs.securityGroupId, SecurityGroupRules });
    },
    async delete(aws, id) {
      const found = await describeRule(aws, id);
      if (found) await revoke(aws, [found]);
    },
  });
}

function permission(inputs: RuleInputs): IpPermission {
  const { ipProtocol, fromPort, toPort, description: Description } = inputs;
  const { cidrIpv4, cidrIpv6, prefixListId, referencedSecurityGroupId } = inputs;
  return {
    IpProtocol: ipProtocol,
    FromPort: fromPort,
    ToPort: toPort,
    ...(cidrIpv4 && { IpRanges: [{ CidrIp: cidrIpv4, Description }] }),
    ...(cidrIpv6 && { Ipv6Ranges: [{ CidrIpv6: cidrIpv6, Description }] }),
    ...(prefixListId && { PrefixListIds: [{ PrefixListId: prefixListId, Description }] }),
    ...(referencedSecurityGroupId && { UserIdGroupPairs: [{ GroupId: referencedSecurityGroupId, Description }] }),
  };
}

async function describeRule(aws: EC2, id: string): Promise<SecurityGroupRule | undefined> {
  return (await aws.describeSecurityGroupRules({ SecurityGroupRuleIds: [id] })).SecurityGroupRules?.[0];
}

async function rulesOf(aws: EC2, group: string): Promise<SecurityGroupRule[]> {
  const request = { Filters: filters({ "group-id": group }) };
  return (await aws.describeSecurityGroupRules(request)).SecurityGroupRules ?? [];
}

/** The group's own rules, and those of other groups that name it. */
async function rulesAbout(aws: EC2, group: string): Promise<SecurityGroupRule[]> {
  const { SecurityGroupRules = [] } = await aws.describeSecurityGroupRules({});
  return SecurityGroupRules.filter((rule) => [rule.GroupId, rule.ReferencedGroupInfo?.GroupId].includes(group));
}

async function revoke(aws: EC2, rules: SecurityGroupRule[]): Promise<void> {
  for (const { GroupId, IsEgress, SecurityGroupRuleId = "" } of rules) {
    const request = { GroupId, SecurityGroupRuleIds: [SecurityGroupRuleId] };
    if (IsEgress) await aws.revokeSecurityGroupEgress(request);
    else await aws.revokeSecurityGroupIngress(request);
  }
}
