import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Surroundings, Tags } from "@selfhosted/common";
import { Config } from "./config";
import { Findings } from "./findings";
import { Network } from "./network";
import { isOwn } from "./own-tags";

/** An endpoint that the VPC lacks. */
export interface WantedEndpoint {
  /** The service's short name, such as `ecr.api`. */
  service: string;
  /** As AWS lists it; China's begin differently for some services. */
  serviceName: string;
  type: "Gateway" | "Interface";
  /** Private subnets of the zones that the service is in, one for each; for interfaces. */
  subnetIds: string[];
}

/** What Fargate, the API and the console call; with these they need no way out of the VPC. */
const interfaces = ["ecr.api", "ecr.dkr", "kms", "logs", "secretsmanager"];
const gateways = ["s3", "dynamodb"];

/**
 * The endpoints to make: all that are needed but those that the VPC has from somebody else. Where none are to be made, though
 * private subnets have no way out, those that lack are a problem.
 */
export async function lookUpEndpoints(
  config: Config,
  network: Network,
  where: Surroundings,
  tags: Tags,
  findings: Findings,
  opts: pulumi.InvokeOptions,
): Promise<WantedEndpoint[]> {
  const { endpointsEnabled } = config;
  const closed = network.closedSubnetIds.join(", ");
  const services = endpointsEnabled || closed ? ["s3", ...interfaces, ...config.endpointsExtraServices] : [];
  const wanted = await Promise.all(
    services.map(async (service) => {
      const offered = await findings.lookUp("endpointsEnabled", `service ${service}`, offer(service, where, opts));
      if (offered === undefined) {
        return [];
      }
      const existing = await existingEndpoint(network.vpcId, offered, opts);
      if (existing === undefined || isOwn(existing.tags, tags)) {
        return [wantedEndpoint(service, offered, network)];
      }
      const missing = network.privateRouteTableIds.filter((id) => !existing.routeTableIds.includes(id));
      if (offered.serviceType === "Gateway" && missing.length > 0) {
        findings.add("endpointsEnabled", `${existing.id} for ${service} is not attached to ${missing.join(", ")}`);
      }
      return [];
    }),
  );
  const lacking = wanted.flat();
  if (!endpointsEnabled && lacking.length > 0) {
    const names = lacking.map(({ service }) => service).join(", ");
    findings.add(
      "endpointsEnabled",
      `found false, but ${closed} have no way out of ${network.vpcId}, which lacks endpoints for ${names}`,
    );
  }
  return lacking;
}

type Offer = aws.ec2.GetVpcEndpointServiceResult;

function offer(service: string, { region }: Surroundings, opts: pulumi.InvokeOptions): Promise<Offer> {
  const filters = [
    { name: "service-name", values: [`com.amazonaws.${region}.${service}`, `cn.com.amazonaws.${region}.${service}`] },
    { name: "service-type", values: [gateways.includes(service) ? "Gateway" : "Interface"] },
  ];
  return aws.ec2.getVpcEndpointService({ filters }, opts);
}

async function existingEndpoint(
  vpcId: string,
  { serviceName, serviceType }: Offer,
  opts: pulumi.InvokeOptions,
): Promise<aws.ec2.GetVpcEndpointResult | undefined> {
  try {
    return await aws.ec2.getVpcEndpoint({ vpcId, serviceName, vpcEndpointType: serviceType }, opts);
  } catch (error) {
    // The provider has no question for "is there one?"; that nothing matched is an error among others.
    if (error instanceof Error && /no (matching )?(EC2 )?VPC endpoint/i.test(error.message)) {
      return undefined;
    }
    throw error;
  }
}

function wantedEndpoint(service: string, { serviceName, serviceType, availabilityZones }: Offer, network: Network) {
  const zones = [...network.privateSubnetsByZone].filter(([zone]) => availabilityZones.includes(zone));
  return {
    service,
    serviceName,
    type: serviceType as WantedEndpoint["type"],
    subnetIds: zones.map(([, subnetId]) => subnetId),
  };
}
