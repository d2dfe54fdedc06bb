import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { Component, type Context } from "@selfhosted/common";
import { AccessGroup } from "@selfhosted/common/components";
import { endpointPolicy } from "./endpoint-policies";
import type { Network } from "./network";

/** An endpoint that the VPC lacks. */
export interface WantedEndpoint {
  /** The service's short name, such as `ecr.api`. */
  service: string;
  /** As AWS lists it; China's begin differently for some services. */
  serviceName: string;
  type: "Gateway" | "Interface";
  /** Private subnets of the zones that the service is in, one for each; for interfaces. */
  subnetIds: string[];
  /** The service supports policies of its endpoint. */
  takesPolicy: boolean;
}

export interface EndpointsArgs {
  context: Context;
  network: Network;
  wanted: WantedEndpoint[];
  /** Accounts, besides the installation's own, whose principals may call through the endpoints. */
  trustedAccountIds: string[];
}

/** VPC endpoints for the private subnets, so that the services run without a route out of the VPC. */
export class Endpoints extends Component {
  /** The group of the interfaces. */
  readonly securityGroupId: pulumi.Output<string>;

  constructor(name: string, args: EndpointsArgs, opts: pulumi.ComponentResourceOptions) {
    super("infrastructure", "Endpoints", name, opts);
    const { context, network, wanted, trustedAccountIds } = args;
    const { location } = context;
    const { vpcId } = network;
    const parent = { parent: this };

    const securityGroup = new AccessGroup(
      `${name}-access`,
      { target: "the VPC endpoints", vpcId, revokeRulesOnDelete: true },
      parent,
    );
    const closed = network.closedSubnetIds.length === network.outputs.privateSubnetIds.length;
    for (const endpoint of wanted) {
      const { service, serviceName, type, subnetIds } = endpoint;
      const policy = endpointPolicy(endpoint, { location, trustedAccountIds, closed });
      const placement =
        type === "Gateway"
          ? { routeTableIds: network.privateRouteTableIds }
          : { subnetIds, securityGroupIds: [securityGroup.id], privateDnsEnabled: true };
      new aws.ec2.VpcEndpoint(
        `${name}-${service.replace(".", "-")}`,
        { vpcId, serviceName, vpcEndpointType: type, ...placement, policy, tags: { Name: `${name}-${service}` } },
        parent,
      );
    }
    this.securityGroupId = securityGroup.id;
    this.registerOutputs({ securityGroupId: this.securityGroupId });
  }
}
