import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Component, physicalName, Surroundings } from "@selfhosted/common";
import { endpointPolicy } from "./endpoint-policies";
import { WantedEndpoint } from "./lookups/endpoints";
import { Network } from "./network";

export interface EndpointsArgs {
  where: Surroundings;
  network: Network;
  wanted: WantedEndpoint[];
  /** Accounts, besides the installation's own, whose principals may call through the endpoints. */
  trustedAccountIds: string[];
}

/** VPC endpoints for the private subnets, so that the services run without a way out of the VPC. */
export class Endpoints extends Component {
  /** The group of the interfaces. */
  readonly securityGroupId: pulumi.Output<string>;

  constructor(
    name: string,
    { where, network, wanted, trustedAccountIds }: EndpointsArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
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
    const closed = network.closedSubnetIds.length === network.outputs.privateSubnetIds.length;
    for (const endpoint of wanted) {
      const { service, serviceName, type, subnetIds } = endpoint;
      const policy = endpointPolicy(endpoint, { where, trustedAccountIds, closed });
      const placement =
        type === "Gateway"
          ? { routeTableIds: network.privateRouteTableIds }
          : { subnetIds, securityGroupIds: [securityGroup.id], privateDnsEnabled: true };
      new aws.ec2.VpcEndpoint(
        `${name}-${service.replace(".", "-")}`,
        { vpcId, serviceName, vpcEndpointType: type, ...placement, policy, tags: { Name: `${name}-${service}` } },
        { parent: this },
      );
    }
    this.securityGroupId = securityGroup.id;
    this.registerOutputs({ securityGroupId: this.securityGroupId });
  }
}
