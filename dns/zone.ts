import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Component, UserError } from "@selfhosted/common";

/** Which zone is meant. */
export interface ZoneQuery {
  id: string | undefined;
  /** Used where there is no id. */
  name: string | undefined;
  private: boolean;
  /** A private zone found by name must be associated with this VPC, the installation's own. */
  vpcId: string;
}

/** A hosted zone that exists. */
export interface HostedZone {
  id: string;
  /** Without the dot at its end. */
  name: string;
  private: boolean;
}

/**
 * Finds the hosted zone.
 *
 * @throws UserError when there is none, or more than one.
 */
export async function findZone(query: ZoneQuery, opts: pulumi.InvokeOptions): Promise<HostedZone> {
  const byName = { name: query.name, privateZone: query.private, ...(query.private && { vpcId: query.vpcId }) };
  try {
    const found = await aws.route53.getZone(query.id === undefined ? byName : { zoneId: query.id }, opts);
    return { id: found.zoneId, name: found.name.replace(/\.$/, ""), private: found.privateZone ?? false };
  } catch (error) {
    throw new UserError(`${notFound(query)} AWS said: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function notFound({ id, name, private: isPrivate, vpcId }: ZoneQuery): string {
  if (id !== undefined) {
    return `Hosted zone ${id} can't be read. Check zoneId, and assumeRoleArn where it belongs to another account.`;
  }
  const kind = isPrivate ? "private" : "public";
  const where = isPrivate ? ` associated with ${vpcId}, the VPC of the installation` : "";
  return (
    `There must be exactly one ${kind} hosted zone named ${name}${where}. ` +
    `Check zoneName and zoneType, or say which one with \`pulumi config set zoneId <id>\`.`
  );
}

export interface ZoneAssociationsArgs {
  zoneId: string;
  /** `vpc-id`, or `vpc-id:region` for a VPC in another region. */
  vpcIds: string[];
}

/** More VPCs in which a private zone's names can be looked up. */
export class ZoneAssociations extends Component {
  constructor(name: string, args: ZoneAssociationsArgs, opts: pulumi.ComponentResourceOptions) {
    super("dns", "ZoneAssociations", name, opts);
    for (const entry of args.vpcIds) {
      const [vpcId = entry, vpcRegion] = entry.split(":");
      new aws.route53.ZoneAssociation(`${name}-${vpcId}`, { zoneId: args.zoneId, vpcId, vpcRegion }, { parent: this });
    }
    this.registerOutputs({});
  }
}
