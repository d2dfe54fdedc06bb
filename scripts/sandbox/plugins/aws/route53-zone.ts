import { EC2 } from "@aws-sdk/client-ec2";
import { type HostedZone, Route53, type VPC, type VPCRegion } from "@aws-sdk/client-route-53";
import type { ZoneAssociationArgs } from "@pulumi/aws/route53";
import type { Unwrap } from "@pulumi/pulumi";
import { required } from "../checks";
import type { ResourceType } from "../resource";
import type { Account } from "./account";
import { unlessMissing } from "./errors";
import { exists } from "./references";

type AssociationInputs = Unwrap<ZoneAssociationArgs>;
type Zone = HostedZone & { vpcs: VPC[] };

/** A further VPC in which the names of a private zone are found. */
export const zoneAssociationType: ResourceType<Account, AssociationInputs> = {
  replaceOn: ["vpcId", "vpcRegion", "zoneId"],
  updateOn: [],
  check: required("vpcId", "zoneId"),
  async checkReferences({ vpcId, zoneId }, { account }) {
    const zone = await describeZone(zoneId, account);
    if (!zone) return [{ property: "zoneId", reason: `names ${zoneId}, which doesn't exist` }];
    if (!zone.Config?.PrivateZone) {
      return [{ property: "zoneId", reason: `names ${zone.Name}, which isn't a private zone` }];
    }
    return exists("vpcId", vpcId, account.client(EC2).describeVpcs({ VpcIds: [vpcId] }));
  },
  find: async (inputs, { account }) => (await associated(inputs, account)) && idOf(inputs),
  async create(inputs, { account }) {
    await account.client(Route53).associateVPCWithHostedZone(request(inputs, account));
    return { id: idOf(inputs) };
  },
  async read(_id, known, { account }) {
    const found = await associated(known, account);
    const { vpcId, zoneId } = known;
    return found && { owningAccount: account.accountId, vpcId, vpcRegion: found.VPCRegion, zoneId };
  },
  async delete(_id, olds, { account }) {
    if (!(await associated(olds, account))) return;
    await account.client(Route53).disassociateVPCFromHostedZone(request(olds, account));
  },
};

function idOf({ vpcId, zoneId }: AssociationInputs): string {
  return `${zoneId}:${vpcId}`;
}

function request({ vpcId, vpcRegion, zoneId }: AssociationInputs, { region }: Account) {
  return { HostedZoneId: zoneId, VPC: { VPCId: vpcId, VPCRegion: (vpcRegion ?? region) as VPCRegion } };
}

async function associated({ vpcId, zoneId }: AssociationInputs, account: Account): Promise<VPC | undefined> {
  return (await describeZone(zoneId, account))?.vpcs.find(({ VPCId }) => VPCId === vpcId);
}

export async function describeZone(id: string, account: Account): Promise<Zone | undefined> {
  const answer = await unlessMissing(account.client(Route53).getHostedZone({ Id: id }));
  if (!answer?.HostedZone) return undefined;
  return { ...answer.HostedZone, vpcs: answer.VPCs ?? [] };
}

/** Names without the dot that Route 53 puts behind them, in lower case. */
export function bareName(name = ""): string {
  return name.replace(/\.$/, "").toLowerCase();
}
