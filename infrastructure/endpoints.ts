import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Component, physicalName } from "@selfhosted/common";
import { WantedEndpoint } from "./endpoint-services";
import { Network } from "./network";

export interface EndpointsArgs {
  network: Network;
  wanted: WantedEndpoint[];
}

/** VPC endpoints for the private subnets, so that the services run without a way out of the VPC. */
export class Endpoints extends Component {
  /** The group of the interfaces. */
  readonly securityGroupId: pulumi.Output<string>;

  constructor(name: string, { network, wanted }: EndpointsArgs, opts: pulumi.ComponentResourceOptions) {
    super("infrastructure", "Endpoints", name, opts);
    const { vpcId } = network;

    // Without rules: the application layer admits its tasks.
    const securityGroup = new aws.ec2.SecurityGroup(
      `${name}-access`,
      {
        name: physicalName("securityGroup", `${name}-access`),
        description: "Who may reach the VPC endpoints",
        vpcId,
        // Where endpoints are turned off, the group goes before the application layer can take its rules out.
        revokeRulesOnDelete: true,
      },
      { parent: this },
    );
    for (const { service, serviceName, type, subnetIds } of wanted) {
      const placement =
        type === "Gateway"
          ? { routeTableIds: network.privateRouteTableIds }
          : { subnetIds, securityGroupIds: [securityGroup.id], privateDnsEnabled: true };
      new aws.ec2.VpcEndpoint(
        `${name}-${service.replace(".", "-")}`,
        { vpcId, serviceName, vpcEndpointType: type, ...placement, tags: { Name: `${name}-${service}` } },
        { parent: this },
      );
    }
    this.securityGroupId = securityGroup.id;
    this.registerOutputs({ securityGroupId: this.securityGroupId });
  }
}
