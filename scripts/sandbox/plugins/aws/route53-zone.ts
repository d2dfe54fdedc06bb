import { DescribeVpcsCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  AssociateVPCWithHostedZoneCommand,
  ChangeTagsForResourceCommand,
  CreateHostedZoneCommand,
  DeleteHostedZoneCommand,
  DisassociateVPCFromHostedZoneCommand,
  GetHostedZoneCommand,
  ListHostedZonesCommand,
  ListTagsForResourceCommand,
  Route53Client,
  type HostedZone,
  type TagResourceType,
  type VPC,
  type VPCRegion,
} from "@aws-sdk/client-route-53";
import type { ZoneArgs, ZoneAssociationArgs } from "@pulumi/aws/route53";
import type { Unwrap } from "@pulumi/pulumi";
import { allOf, matching, required } from "../checks";
import type { Properties, ResourceType } from "../resource";
import type { Account } from "./account";
import { unlessMissing } from "./errors";
import { exists } from "./references";
import { tagChanges, tagList, tagMap, type Tagged, type Tags } from "./tags";

type ZoneInputs = Tagged<Unwrap<ZoneArgs>> & { name: string };
type AssociationInputs = Unwrap<ZoneAssociationArgs>;
type Zone = HostedZone & { vpcs: VPC[]; nameServers: string[] };

/** Hosted zones; private ones where VPCs are named. */
export const zoneType: ResourceType<Account, ZoneInputs> = {
  replaceOn: ["comment", "name", "vpcs"],
  updateOn: [],
  defaults: (inputs) => ({ comment: "Managed by Pulumi", ...inputs }),
  check: allOf(required("name"), matching("name", /^([a-z0-9_-]{1,63}\.)+[a-z]{2,63}\.?$/i, "a domain name")),
  async checkReferences({ vpcs = [] }, { account }) {
    const problems = vpcs.map(({ vpcId }) => vpcExists("vpcs.vpcId", vpcId, account));
    return (await Promise.all(problems)).flat();
  },
  async create(inputs, { account, urn }) {
    const [first, ...others] = (inputs.vpcs ?? []).map(({ vpcId }) => vpc(vpcId, account));
    const command = new CreateHostedZoneCommand({
      Name: inputs.name,
      CallerReference: `${urn}-${Date.now()}`,
      HostedZoneConfig: { Comment: inputs.comment, PrivateZone: first !== undefined },
      VPC: first,
    });
    const client = account.client(Route53Client);
    const id = bareZoneId((await client.send(command)).HostedZone?.Id);
    for (const VPC of others) await client.send(new AssociateVPCWithHostedZoneCommand({ HostedZoneId: id, VPC }));
    await retag("hostedzone", id, {}, inputs.tagsAll, account);
    return { id };
  },
  async read(id, _known, { account }) {
    const zone = await describeZone(id, account);
    return zone && { ...zoneOutputs(zone), tagsAll: await readTags("hostedzone", id, account) };
  },
  update: (id, inputs, olds, { account }) => retag("hostedzone", id, olds.tagsAll, inputs.tagsAll, account),
  async delete(id, _olds, { account }) {
    await unlessMissing(account.client(Route53Client).send(new DeleteHostedZoneCommand({ Id: id })));
  },
};

/** A further VPC in which the names of a private zone are found. */
export const zoneAssociationType: ResourceType<Account, AssociationInputs> = {
  replaceOn: ["vpcId", "vpcRegion", "zoneId"],
  updateOn: [],
  check: required("vpcId", "zoneId"),
  async checkReferences({ vpcId, zoneId }, { account }) {
    const zone = await describeZone(zoneId, account);
    if (!zone) return [{ property: "zoneId", reason: `names ${zoneId}, which doesn't exist` }];
    if (!zone.Config?.PrivateZone)
      return [{ property: "zoneId", reason: `names ${zone.Name}, which isn't a private zone` }];
    return vpcExists("vpcId", vpcId, account);
  },
  async find({ vpcId, zoneId }, { account }) {
    const zone = await describeZone(zoneId, account);
    return zone?.vpcs.some(({ VPCId }) => VPCId === vpcId) ? `${zoneId}:${vpcId}` : undefined;
  },
  async create({ vpcId, vpcRegion, zoneId }, { account }) {
    const command = new AssociateVPCWithHostedZoneCommand({
      HostedZoneId: zoneId,
      VPC: vpc(vpcId, account, vpcRegion),
    });
    await account.client(Route53Client).send(command);
    return { id: `${zoneId}:${vpcId}` };
  },
  async read(_id, { vpcId, zoneId }, { account }) {
    const zone = await describeZone(zoneId, account);
    const found = zone?.vpcs.find(({ VPCId }) => VPCId === vpcId);
    return found && { owningAccount: account.accountId, vpcId, vpcRegion: found.VPCRegion, zoneId };
  },
  async delete(_id, { vpcId, vpcRegion, zoneId }, { account }) {
    const command = new DisassociateVPCFromHostedZoneCommand({
      HostedZoneId: zoneId,
      VPC: vpc(vpcId, account, vpcRegion),
    });
    await unlessMissing(account.client(Route53Client).send(command));
  },
};

export async function describeZone(id: string, account: Account): Promise<Zone | undefined> {
  const answer = await unlessMissing(account.client(Route53Client).send(new GetHostedZoneCommand({ Id: id })));
  if (!answer?.HostedZone) return undefined;
  return { ...answer.HostedZone, vpcs: answer.VPCs ?? [], nameServers: answer.DelegationSet?.NameServers ?? [] };
}

export async function listZones(account: Account): Promise<HostedZone[]> {
  return (await account.client(Route53Client).send(new ListHostedZonesCommand({}))).HostedZones ?? [];
}

export function zoneOutputs(zone: Zone): Properties {
  const zoneId = bareZoneId(zone.Id);
  return {
    comment: zone.Config?.Comment,
    name: bareName(zone.Name),
    nameServers: zone.nameServers,
    primaryNameServer: zone.nameServers[0],
    vpcs: zone.vpcs.map(({ VPCId, VPCRegion }) => ({ vpcId: VPCId, vpcRegion: VPCRegion })),
    zoneId,
  };
}

/** Names without the dot that Route 53 puts behind them, in lower case. */
export function bareName(name = ""): string {
  return name.replace(/\.$/, "").toLowerCase();
}

export function bareZoneId(id = ""): string {
  return id.replace("/hostedzone/", "");
}

export async function readTags(kind: TagResourceType, id: string, account: Account): Promise<Tags> {
  const command = new ListTagsForResourceCommand({ ResourceType: kind, ResourceId: id });
  return tagMap((await account.client(Route53Client).send(command)).ResourceTagSet?.Tags);
}

export async function retag(
  kind: TagResourceType,
  id: string,
  olds: Tags,
  news: Tags,
  account: Account,
): Promise<void> {
  const { set, removed } = tagChanges(olds, news);
  const added = tagList(set);
  if (!added.length && !removed.length) return;
  const command = new ChangeTagsForResourceCommand({
    ResourceType: kind,
    ResourceId: id,
    ...(added.length && { AddTags: added }),
    ...(removed.length && { RemoveTagKeys: removed }),
  });
  await account.client(Route53Client).send(command);
}

function vpc(VPCId: string, account: Account, region = account.region): VPC {
  return { VPCId, VPCRegion: region as VPCRegion };
}

function vpcExists(property: string, vpcId: string, account: Account) {
  return exists(property, vpcId, account.client(EC2Client).send(new DescribeVpcsCommand({ VpcIds: [vpcId] })));
}
