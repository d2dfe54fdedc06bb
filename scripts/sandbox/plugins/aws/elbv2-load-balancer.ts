import { isDeepStrictEqual } from "node:util";
import {
  ElasticLoadBalancingV2,
  type IpAddressType,
  type LoadBalancer,
  type LoadBalancerAttribute,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { S3 } from "@aws-sdk/client-s3";
import type { LoadBalancerArgs } from "@pulumi/aws/lb";
import type { Unwrap } from "@pulumi/pulumi";
import { allOf, oneOf, required } from "../checks";
import { isUnknown, type Problem, type Properties, type ResourceType } from "../resource";
import type { Account } from "./account";
import { attributes, fromAttributes, nameCheck, readTags, retag } from "./elbv2-common";
import { unlessMissing } from "./errors";
import { findSubnets, securityGroupsExist } from "./references";
import { type Tagged, tagList } from "./tags";

type Inputs = Tagged<Unwrap<LoadBalancerArgs>>;

const attributeTable = {
  dnsRecordClientRoutingPolicy: "dns_record.client_routing_policy",
  enableCrossZoneLoadBalancing: "load_balancing.cross_zone.enabled",
  enableDeletionProtection: "deletion_protection.enabled",
};
const logTable = {
  enabled: "access_logs.s3.enabled",
  bucket: "access_logs.s3.bucket",
  prefix: "access_logs.s3.prefix",
};

/** Network load balancers. */
export const loadBalancerType: ResourceType<Account, Inputs> = {
  autoname: "name",
  replaceOn: ["internal", "loadBalancerType", "name"],
  updateOn: [
    "accessLogs",
    "dnsRecordClientRoutingPolicy",
    "enableCrossZoneLoadBalancing",
    "enableDeletionProtection",
    "ipAddressType",
    "securityGroups",
    "subnets",
  ],
  // In-place, the provider only adds subnets, and exchanges security groups (customizeDiffLoadBalancerNLB):
  // https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/elbv2/load_balancer.go
  replaceFor(olds, news) {
    const [oldSubnets, subnets] = [knownSet(olds.subnets), knownSet(news.subnets)];
    const [oldGroups, groups] = [knownSet(olds.securityGroups ?? []), knownSet(news.securityGroups ?? [])];
    const isReplaced = oldSubnets && subnets && !isEqual(oldSubnets, subnets) && subnets.size <= oldSubnets.size;
    const isOpened = oldGroups && groups && (oldGroups.size === 0) !== (groups.size === 0);
    return [...(isReplaced ? ["subnets" as const] : []), ...(isOpened ? ["securityGroups" as const] : [])];
  },
  defaults: (inputs) => ({ internal: false, ipAddressType: "ipv4", ...inputs }),
  check: allOf(
    nameCheck,
    required("loadBalancerType", "subnets"),
    oneOf("loadBalancerType", ["network"]),
    oneOf("ipAddressType", ["ipv4", "dualstack"]),
    oneOf("dnsRecordClientRoutingPolicy", [
      "any_availability_zone",
      "availability_zone_affinity",
      "partial_availability_zone_affinity",
    ]),
  ),
  async checkReferences(inputs, { account }) {
    const { accessLogs, ipAddressType, securityGroups = [], subnets: ids = [] } = inputs;
    const { subnets, problems } = await findSubnets("subnets", ids, account);
    const zones = subnets.map(({ AvailabilityZone }) => AvailabilityZone);
    if (new Set(zones).size < zones.length) {
      problems.push({
        property: "subnets",
        reason: `must lie in different availability zones, found ${zones.join(", ")}`,
      });
    }
    const ipv4Only = subnets.filter(({ Ipv6CidrBlockAssociationSet: blocks }) => !blocks?.length);
    if (ipAddressType === "dualstack" && ipv4Only.length) {
      const names = ipv4Only.map(({ SubnetId }) => SubnetId).join(", ");
      problems.push({
        property: "ipAddressType",
        reason: `of dualstack needs IPv6 in every subnet, which ${names} lack`,
      });
    }
    return [
      ...problems,
      ...(await securityGroupsExist("securityGroups", securityGroups, subnets[0]?.VpcId, account)),
      ...(accessLogs?.enabled ? await logBucketProblems(accessLogs.bucket, account) : []),
    ];
  },
  find: async ({ name }, { account }) =>
    (await describeLoadBalancer({ Names: [name ?? ""] }, account))?.LoadBalancerArn,
  async create(inputs, { account }) {
    const { LoadBalancers } = await account.client(ElasticLoadBalancingV2).createLoadBalancer({
      Name: inputs.name,
      Type: "network",
      Scheme: inputs.internal ? "internal" : "internet-facing",
      IpAddressType: inputs.ipAddressType as IpAddressType,
      SecurityGroups: inputs.securityGroups,
      Subnets: inputs.subnets,
      ...(Object.keys(inputs.tagsAll).length && { Tags: tagList(inputs.tagsAll) }),
    });
    return { id: LoadBalancers?.[0].LoadBalancerArn ?? "" };
  },
  async settle(id, inputs, { account }) {
    const Attributes = [
      ...attributes(attributeTable, inputs),
      ...attributes(logTable, inputs.accessLogs?.enabled ? inputs.accessLogs : { enabled: false }),
    ];
    await account.client(ElasticLoadBalancingV2).modifyLoadBalancerAttributes({ LoadBalancerArn: id, Attributes });
  },
  async read(id, known, { account }) {
    const found = await describeLoadBalancer({ LoadBalancerArns: [id] }, account);
    if (!found) return undefined;
    const held = await readAttributes(id, account);
    return {
      ...loadBalancerOutputs(found),
      ...fromAttributes(attributeTable, held),
      accessLogs: { ...fromAttributes(logTable, held), ...(!known.accessLogs?.enabled && known.accessLogs) },
      tagsAll: await readTags(id, account),
    };
  },
  async update(id, inputs, olds, { account }) {
    const client = account.client(ElasticLoadBalancingV2);
    const LoadBalancerArn = id;
    const changed = (input: keyof Inputs) => !isDeepStrictEqual(inputs[input], olds[input]);
    if (changed("subnets")) await client.setSubnets({ LoadBalancerArn, Subnets: inputs.subnets });
    if (changed("ipAddressType")) {
      const IpAddressType = inputs.ipAddressType as IpAddressType;
      await client.setIpAddressType({ LoadBalancerArn, IpAddressType });
    }
    const { securityGroups = [] } = inputs;
    if (!isDeepStrictEqual(securityGroups, olds.securityGroups ?? [])) {
      await client.setSecurityGroups({ LoadBalancerArn, SecurityGroups: securityGroups });
    }
    await retag(id, olds.tagsAll, inputs.tagsAll, account);
  },
  async delete(id, _olds, { account }) {
    if (!(await describeLoadBalancer({ LoadBalancerArns: [id] }, account))) return;
    const attributes = fromAttributes(attributeTable, await readAttributes(id, account));
    if (attributes.enableDeletionProtection === true) {
      throw new Error(`${id} can't be deleted because deletion protection is enabled.`);
    }
    await account.client(ElasticLoadBalancingV2).deleteLoadBalancer({ LoadBalancerArn: id });
  },
};

/** The items of a list that the provider treats as a set; undefined while a preview doesn't know them all. */
function knownSet(value: unknown): Set<unknown> | undefined {
  return Array.isArray(value) && !value.some(isUnknown) ? new Set<unknown>(value) : undefined;
}

function isEqual(one: Set<unknown>, other: Set<unknown>): boolean {
  return one.size === other.size && [...one].every((item) => other.has(item));
}

export async function describeLoadBalancer(
  by: { Names: string[] } | { LoadBalancerArns: string[] },
  account: Account,
): Promise<LoadBalancer | undefined> {
  return (await unlessMissing(account.client(ElasticLoadBalancingV2).describeLoadBalancers(by)))?.LoadBalancers?.[0];
}

function loadBalancerOutputs(found: LoadBalancer): Properties {
  const arn = found.LoadBalancerArn ?? "";
  return {
    arn,
    arnSuffix: arn.split(":loadbalancer/")[1],
    dnsName: found.DNSName,
    internal: found.Scheme === "internal",
    ipAddressType: found.IpAddressType,
    loadBalancerType: found.Type,
    name: found.LoadBalancerName,
    securityGroups: found.SecurityGroups ?? [],
    subnets: (found.AvailabilityZones ?? []).map(({ SubnetId }) => SubnetId),
    vpcId: found.VpcId,
    zoneId: found.CanonicalHostedZoneId,
  };
}

async function readAttributes(arn: string, account: Account): Promise<LoadBalancerAttribute[]> {
  const client = account.client(ElasticLoadBalancingV2);
  return (await client.describeLoadBalancerAttributes({ LoadBalancerArn: arn })).Attributes ?? [];
}

/** AWS tries to write into the bucket before it accepts it. */
async function logBucketProblems(bucket: string, account: Account): Promise<Problem[]> {
  const property = "accessLogs.bucket";
  const answer = account.client(S3).getBucketPolicy({ Bucket: bucket });
  const found = await answer.catch((error: Error) => {
    if (error.name === "NoSuchBucketPolicy") return { Policy: "" };
    if (error.name === "NoSuchBucket") return undefined;
    throw error;
  });
  if (!found) return [{ property, reason: `names ${bucket}, which doesn't exist` }];
  if (found.Policy?.includes('"delivery.logs.amazonaws.com"')) return [];
  return [{ property, reason: `names ${bucket}, whose policy doesn't let delivery.logs.amazonaws.com write` }];
}
