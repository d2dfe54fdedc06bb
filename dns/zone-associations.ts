import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "@selfhosted/common";

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
