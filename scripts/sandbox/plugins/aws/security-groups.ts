import { EC2, type SecurityGroup } from "@aws-sdk/client-ec2";
import type { SecurityGroupArgs } from "@pulumi/aws/ec2";
import type { Unwrap } from "@pulumi/pulumi";
import { allOf, required, rule } from "../checks";
import type { Properties, ResourceType, Service } from "../resource";
import type { Account } from "./account";
import { filters, retag, tagSpecifications } from "./ec2-common";
import { unlessMissing } from "./errors";
import { fromAws } from "./fields";
import { described, egressRule, ingressRule, revoke } from "./security-group-rules";
import { taggable, type Tagged, tagMap } from "./tags";

type GroupInputs = Tagged<Unwrap<SecurityGroupArgs>>;

const group: ResourceType<Account, GroupInputs> = {
  autoname: "name",
  replaceOn: ["name", "description", "vpcId"],
  updateOn: ["revokeRulesOnDelete"],
  check: allOf(
    required("vpcId"),
    described("name"),
    rule("name", (name) => (String(name).startsWith("sg-") ? "must not start with sg-" : undefined)),
    described("description"),
  ),
  async find({ name, vpcId }, { account }) {
    const search = { Filters: filters({ "group-name": name, "vpc-id": vpcId }) };
    return (await account.client(EC2).describeSecurityGroups(search)).SecurityGroups?.[0]?.GroupId;
  },
  async create({ name, description, vpcId, tagsAll }, { account }) {
    const client = account.client(EC2);
    const specifications = tagSpecifications("security-group", tagsAll);
    const request = { GroupName: name, Description: description, VpcId: vpcId, TagSpecifications: specifications };
    const { GroupId = "" } = await client.createSecurityGroup(request);
    return { id: GroupId };
  },
  async settle(id, _inputs, { account }) {
    // EC2 lets a new group reach everything. A group of Pulumi starts with no rule. EC2's own rule has no tags.
    const client = account.client(EC2);
    const search = { Filters: filters({ "group-id": id }) };
    const { SecurityGroupRules = [] } = await client.describeSecurityGroupRules(search);
    const given = SecurityGroupRules.filter((one) => one.IsEgress && one.IpProtocol === "-1" && !one.Tags?.length);
    if (given.length === 0) return;
    const rules = given.flatMap((one) => one.SecurityGroupRuleId ?? []);
    await client.revokeSecurityGroupEgress({ GroupId: id, SecurityGroupRuleIds: rules });
  },
  async read(id, _known, { account }) {
    const found = await describeGroup(id, account);
    return found && groupOutputs(found);
  },
  update: (id, inputs, olds, { account }) => retag(id, olds.tagsAll, inputs.tagsAll, account),
  async delete(id, { revokeRulesOnDelete }, { account }) {
    if (!(await describeGroup(id, account))) return;
    if (revokeRulesOnDelete) await revokeRulesAbout(id, account);
    const users = await usersOf(id, account);
    if (users.length) throw new Error(`EC2 doesn't delete security group ${id}: it is used by ${users.join(", ")}.`);
    await account.client(EC2).deleteSecurityGroup({ GroupId: id });
  },
};

async function describeGroup(id: string, account: Account): Promise<SecurityGroup | undefined> {
  const describe = account.client(EC2).describeSecurityGroups({ GroupIds: [id] });
  return (await unlessMissing(describe))?.SecurityGroups?.[0];
}

function groupOutputs(group: SecurityGroup): Properties {
  return {
    ...fromAws(
      { name: "GroupName", description: "Description", vpcId: "VpcId", ownerId: "OwnerId", arn: "SecurityGroupArn" },
      group,
    ),
    tagsAll: tagMap(group.Tags),
  };
}

/** Takes out the group's own rules, and those of other groups that name it. */
async function revokeRulesAbout(id: string, account: Account): Promise<void> {
  const { SecurityGroupRules = [] } = await account.client(EC2).describeSecurityGroupRules({});
  const about = SecurityGroupRules.filter((one) => one.GroupId === id || one.ReferencedGroupInfo?.GroupId === id);
  for (const one of about) await revoke(one, account);
}

/** What keeps EC2 from deleting the group: network interfaces in it and other groups' rules about it. */
async function usersOf(id: string, account: Account): Promise<string[]> {
  const client = account.client(EC2);
  const having = (filter: string) => ({ Filters: filters({ [filter]: id }) });
  const [interfaces, sources, destinations] = await Promise.all([
    client.describeNetworkInterfaces(having("group-id")),
    client.describeSecurityGroups(having("ip-permission.group-id")),
    client.describeSecurityGroups(having("egress.ip-permission.group-id")),
  ]);
  const groups = [...(sources.SecurityGroups ?? []), ...(destinations.SecurityGroups ?? [])];
  const users = [
    // The emulator leaves the network interface of a task behind when the task ends.
    ...(interfaces.NetworkInterfaces ?? [])
      .filter((one) => one.Description !== "moto ECS")
      .map((one) => one.NetworkInterfaceId),
    ...groups.map((one) => one.GroupId),
  ];
  return [...new Set(users)].filter((user) => user !== undefined && user !== id) as string[];
}

/** Security groups and their rules, each of which is a resource. Rules within the group aren't there. */
export const service: Service<Account> = {
  resources: {
    "aws:ec2/securityGroup:SecurityGroup": taggable(group),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": taggable(ingressRule),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": taggable(egressRule),
  },
};
