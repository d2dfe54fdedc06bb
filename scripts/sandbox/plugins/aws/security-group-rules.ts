import { isIPv4, isIPv6 } from "node:net";
import { EC2, type IpPermission, type SecurityGroupRule } from "@aws-sdk/client-ec2";
import type { SecurityGroupIngressRuleArgs } from "@pulumi/aws/vpc";
import type { Unwrap } from "@pulumi/pulumi";
import { allOf, between, type Check, matching, required, rule } from "../checks";
import type { Properties, ResourceType } from "../resource";
import type { Account } from "./account";
import { filters, retag, tagSpecifications } from "./ec2-common";
import { unlessMissing } from "./errors";
import { fromAws, toAws } from "./fields";
import { prefixListExists, securityGroupsExist } from "./references";
import { type Tagged, tagMap } from "./tags";

type RuleInputs = Tagged<Unwrap<SecurityGroupIngressRuleArgs>>;

const ruleFields = {
  ipProtocol: "IpProtocol",
  fromPort: "FromPort",
  toPort: "ToPort",
  cidrIpv4: "CidrIpv4",
  cidrIpv6: "CidrIpv6",
  prefixListId: "PrefixListId",
} as const;
const peers = ["cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"] as const;

const onePeer: Check = (inputs) => {
  const given = peers.filter((peer) => inputs[peer] !== undefined);
  const found = given.length ? given.join(" and ") : "none";
  return given.length === 1 ? [] : [{ property: "", reason: `one of ${peers.join(", ")} is needed, found ${found}` }];
};

const ports: Check = (inputs) => {
  const { ipProtocol, fromPort, toPort } = inputs;
  if (ipProtocol === "-1") {
    return fromPort === undefined && toPort === undefined
      ? []
      : [{ property: "fromPort", reason: "must be left out, as toPort, where ipProtocol is -1 (everything)" }];
  }
  const bounds = allOf(
    required("fromPort", "toPort"),
    between("fromPort", -1, 65535),
    between("toPort", -1, 65535),
  )(inputs);
  const isReversed = typeof fromPort === "number" && typeof toPort === "number" && fromPort > toPort;
  return isReversed ? [...bounds, { property: "toPort", reason: `must be at least fromPort, ${fromPort}` }] : bounds;
};

function cidr(property: string, isAddress: (text: string) => boolean, bits: number): Check {
  return rule(property, (value) => {
    const [address, length, ...others] = String(value).split("/");
    const isRange = isAddress(address) && /^\d+$/.test(length ?? "") && Number(length) <= bits && !others.length;
    if (!isRange) return "must be an address range in CIDR notation";
    const hasHostBits = bitsOf(address).slice(Number(length)).includes("1");
    return hasHostBits ? `must be the address of a network; ${String(value)} has bits of a host in it` : undefined;
  });
}

function bitsOf(address: string): string {
  if (isIPv4(address)) return address.split(".").map(binary(10, 8)).join("");
  const [head, tail = []] = new URL(`http://[${address}]`).hostname
    .slice(1, -1)
    .split("::")
    .map((part) => part.split(":").filter(Boolean));
  const zeros = Array<string>(8 - head.length - tail.length).fill("0");
  return [...head, ...zeros, ...tail].map(binary(16, 16)).join("");
}

function binary(radix: number, length: number): (digits: string) => string {
  return (digits) => parseInt(digits, radix).toString(2).padStart(length, "0");
}

function ruleType(isEgress: boolean): ResourceType<Account, RuleInputs> {
  return {
    replaceOn: ["securityGroupId"],
    updateOn: ["description", "ipProtocol", "fromPort", "toPort", ...peers],
    check: allOf(
      required("securityGroupId", "ipProtocol"),
      onePeer,
      ports,
      cidr("cidrIpv4", isIPv4, 32),
      cidr("cidrIpv6", isIPv6, 128),
      described("description"),
    ),
    async checkReferences({ securityGroupId, referencedSecurityGroupId: peer, prefixListId }, { account }) {
      const groups = await securityGroupsExist("securityGroupId", [securityGroupId], undefined, account);
      if (prefixListId) return [...groups, ...(await prefixListExists("prefixListId", prefixListId, account))];
      if (!peer) return groups;
      return [...groups, ...(await securityGroupsExist("referencedSecurityGroupId", [peer], undefined, account))];
    },
    async find(inputs, { account }) {
      const search = { Filters: filters({ "group-id": inputs.securityGroupId }) };
      const { SecurityGroupRules = [] } = await account.client(EC2).describeSecurityGroupRules(search);
      return SecurityGroupRules.find((one) => one.IsEgress === isEgress && isSameRule(one, inputs))
        ?.SecurityGroupRuleId;
    },
    async create(inputs, { account }) {
      const request = {
        GroupId: inputs.securityGroupId,
        IpPermissions: [permission(inputs)],
        TagSpecifications: tagSpecifications("security-group-rule", inputs.tagsAll),
      };
      const client = account.client(EC2);
      const { SecurityGroupRules } = isEgress
        ? await client.authorizeSecurityGroupEgress(request)
        : await client.authorizeSecurityGroupIngress(request);
      return { id: SecurityGroupRules?.[0]?.SecurityGroupRuleId ?? "" };
    },
    async read(id, _known, { account }) {
      const found = await describeRule(id, account);
      return found && ruleOutputs(found, account);
    },
    async update(id, inputs, olds, { account }) {
      const changed = { ...toAws(ruleFields, inputs), Description: inputs.description };
      const wanted = { ...changed, ReferencedGroupId: inputs.referencedSecurityGroupId };
      const rules = [{ SecurityGroupRuleId: id, SecurityGroupRule: wanted }];
      const request = { GroupId: inputs.securityGroupId, SecurityGroupRules: rules };
      await account.client(EC2).modifySecurityGroupRules(request);
      await retag(id, olds.tagsAll, inputs.tagsAll, account);
    },
    async delete(id, _olds, { account }) {
      const found = await describeRule(id, account);
      if (found) await revoke(found, account);
    },
  };
}

/** Takes a rule out of its group. */
export async function revoke(rule: SecurityGroupRule, account: Account): Promise<void> {
  const request = { GroupId: rule.GroupId, SecurityGroupRuleIds: [rule.SecurityGroupRuleId ?? ""] };
  const client = account.client(EC2);
  if (rule.IsEgress) await client.revokeSecurityGroupEgress(request);
  else await client.revokeSecurityGroupIngress(request);
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

async function describeRule(id: string, account: Account): Promise<SecurityGroupRule | undefined> {
  const describe = account.client(EC2).describeSecurityGroupRules({ SecurityGroupRuleIds: [id] });
  return (await unlessMissing(describe))?.SecurityGroupRules?.[0];
}

function ruleOutputs(rule: SecurityGroupRule, account: Account): Properties {
  const id = rule.SecurityGroupRuleId ?? "";
  const isEverything = rule.IpProtocol === "-1";
  return {
    ...fromAws({ ...ruleFields, securityGroupId: "GroupId" }, rule),
    ...(isEverything && { fromPort: undefined, toPort: undefined }),
    referencedSecurityGroupId: rule.ReferencedGroupInfo?.GroupId,
    // The emulator keeps the description of a rule about a group or a prefix list to itself.
    ...(!rule.ReferencedGroupInfo && !rule.PrefixListId && { description: rule.Description }),
    securityGroupRuleId: id,
    arn: account.arn("ec2", `security-group-rule/${id}`),
    tagsAll: tagMap(rule.Tags),
  };
}

function isSameRule(found: SecurityGroupRule, inputs: RuleInputs): boolean {
  const isPeer = peers.every((peer) => inputs[peer] === peerOf(found)[peer]);
  const isEverything =
    inputs.ipProtocol === "-1" || (inputs.fromPort === found.FromPort && inputs.toPort === found.ToPort);
  return isPeer && isEverything && inputs.ipProtocol === found.IpProtocol;
}

function peerOf(found: SecurityGroupRule): Properties {
  return { ...fromAws(ruleFields, found), referencedSecurityGroupId: found.ReferencedGroupInfo?.GroupId };
}

/** The texts of groups and rules take few special characters. */
export function described(property: string): Check {
  const characters = /^[A-Za-z0-9 ._\-:/()#,@[\]+=&;{}!$*]{0,255}$/;
  return matching(property, characters, "up to 255 letters, digits, spaces or ._-:/()#,@[]+=&;{}!$*");
}

export const ingressRule = ruleType(false);
export const egressRule = ruleType(true);
