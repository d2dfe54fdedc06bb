import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ConfigProblem, isOwn, Surroundings, Tags } from "@selfhosted/common";
import { Config } from "./config";
import { Findings } from "./findings";
import { Network } from "./network";

/** An endpoint that the VPC lacks. */
export interface WantedEndpoint {
  /** The service's short name, such as `ecr.api`. */
  service: string;
  /** As AWS lists it; China's begin differently for some services. */
  serviceName: string;
  type: EndpointType;
  /** Private subnets of the zones that the service is in, one for each; for interfaces. */
  subnetIds: string[];
  /** The service lets a policy say who may use its endpoint. */
  takesPolicy: boolean;
}

type EndpointType = "Gateway" | "Interface";

/** What Fargate, the API and the console call; with these they need no way out of the VPC. */
const interfaces = ["ecr.api", "ecr.dkr", "kms", "logs", "secretsmanager"];
const gateways = ["s3", "dynamodb"];

type EndpointConfig = Pick<Config, "endpointsEnabled" | "endpointsElsewhere" | "endpointsExtraServices">;

/** The services that must have an endpoint in the VPC, by their short names. */
export function neededEndpoints(
  config: EndpointConfig,
  { closedSubnetIds }: Pick<Network, "closedSubnetIds">,
): string[] {
  return !config.endpointsElsewhere && (config.endpointsEnabled || closedSubnetIds.length > 0)
    ? ["s3", ...interfaces, ...config.endpointsExtraServices]
    : [];
}

export function endpointType(service: string): EndpointType {
  return gateways.includes(service) ? "Gateway" : "Interface";
}

/** The names under which AWS may list a service: China's begin differently for some. */
export function endpointServiceNames(service: string, region: string): [string, string] {
  return [`com.amazonaws.${region}.${service}`, `cn.com.amazonaws.${region}.${service}`];
}

/** What there is to know of an endpoint that somebody else made. */
export type ForeignEndpoint = Pick<aws.ec2.GetVpcEndpointResult, "id" | "privateDnsEnabled" | "routeTableIds">;

/** Why an endpoint of somebody else doesn't serve the private subnets. */
export function foreignEndpointProblems(
  service: string,
  { id, privateDnsEnabled, routeTableIds }: ForeignEndpoint,
  { privateRouteTableIds }: Pick<Network, "privateRouteTableIds">,
): ConfigProblem[] {
  const problem = (reason: string, fix: string): ConfigProblem[] => [{ key: "endpointsEnabled", reason, fix }];
  const modify = `aws ec2 modify-vpc-endpoint --vpc-endpoint-id ${id}`;
  if (endpointType(service) === "Interface") {
    return privateDnsEnabled
      ? []
      : problem(
          `${id} for ${service} has private DNS off, so that calls by the service's usual name don't reach it`,
          `${modify} --private-dns-enabled; or delete it. Where a private hosted zone of yours points to it: ` +
            "pulumi config set endpointsElsewhere true",
        );
  }
  const missing = privateRouteTableIds.filter((table) => !routeTableIds.includes(table));
  return missing.length > 0
    ? problem(
        `${id} for ${service} is not attached to ${missing.join(", ")}`,
        `${modify} --add-route-table-ids ${missing.join(" ")}`,
      )
    : [];
}

/** That endpoints lack which nobody has asked to make. */
export function missingEndpoints(
  services: string[],
  { vpcId, closedSubnetIds }: Pick<Network, "vpcId" | "closedSubnetIds">,
): ConfigProblem {
  return {
    key: "endpointsEnabled",
    reason:
      `found false, but ${closedSubnetIds.join(", ")} have no way out of ${vpcId}, ` +
      `which lacks endpoints for ${services.join(", ")}`,
    fix:
      "pulumi config set endpointsEnabled true; or, where the subnets reach AWS in a way that their route tables don't show: " +
      "pulumi config set endpointsElsewhere true",
  };
}

/** That it can't be known which of several endpoints serves the private subnets. */
export function severalEndpoints(service: string, { vpcId }: Pick<Network, "vpcId">): ConfigProblem {
  return {
    key: "endpointsEnabled",
    reason: `${vpcId} has several endpoints for ${service}, and none of them is this stack's`,
    fix: "delete all but one; or, where they serve all private subnets: pulumi config set endpointsElsewhere true",
  };
}

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
  const wanted = await Promise.all(
    neededEndpoints(config, network).map(async (service) => {
      const offered = await findings.lookUp("endpointsEnabled", `service ${service}`, offer(service, where, opts));
      if (offered === undefined) {
        return [];
      }
      const what = `the endpoint for ${service} in ${network.vpcId}`;
      const existing = await findings.lookUp(
        "endpointsEnabled",
        what,
        existingEndpoint(network.vpcId, offered.serviceName, endpointType(service), tags, opts),
      );
      if (existing === undefined) {
        return [];
      }
      if (existing === "none" || (existing !== "several" && isOwn(existing.tags, tags))) {
        return [wantedEndpoint(service, offered, network)];
      }
      if (existing === "several") {
        findings.problems.push(severalEndpoints(service, network));
        return [];
      }
      findings.problems.push(...foreignEndpointProblems(service, existing, network));
      return [];
    }),
  );
  const lacking = wanted.flat();
  if (!config.endpointsEnabled && lacking.length > 0) {
    findings.problems.push(
      missingEndpoints(
        lacking.map(({ service }) => service),
        network,
      ),
    );
  }
  return lacking;
}

type Offer = aws.ec2.GetVpcEndpointServiceResult;

/** The service as AWS offers it in this region. */
async function offer(service: string, { region }: Surroundings, opts: pulumi.InvokeOptions): Promise<Offer> {
  const names = endpointServiceNames(service, region);
  const serviceType = endpointType(service);
  const filters = [
    { name: "service-name", values: names },
    { name: "service-type", values: [serviceType] },
  ];
  try {
    return await aws.ec2.getVpcEndpointService({ filters }, opts);
  } catch (error) {
    if (!isNoMatch(error)) {
      throw error;
    }
    // GovCloud may give names without details and ignore filters; the provider then finds a service by its exact name only
    // (internal/service/ec2/vpc_endpoint_service_data_source.go in hashicorp/terraform-provider-aws).
    return aws.ec2.getVpcEndpointService({ serviceName: names[0], serviceType }, opts);
  }
}

/** The VPC's endpoint for a service; the stack's own, should there be others too. */
async function existingEndpoint(
  vpcId: string,
  serviceName: string,
  vpcEndpointType: EndpointType,
  { project, layer, stack }: Tags,
  opts: pulumi.InvokeOptions,
): Promise<aws.ec2.GetVpcEndpointResult | "none" | "several"> {
  const find = async (tags?: Tags): Promise<aws.ec2.GetVpcEndpointResult | "none" | "several"> => {
    try {
      return await aws.ec2.getVpcEndpoint({ vpcId, serviceName, vpcEndpointType, tags }, opts);
    } catch (error) {
      // The provider has no question for "is there one?"; that nothing matched is an error among others.
      if (isNoMatch(error)) {
        return "none";
      }
      if (error instanceof Error && /multiple EC2|more than one/i.test(error.message)) {
        return "several";
      }
      throw error;
    }
  };
  const found = await find();
  if (found !== "several") {
    return found;
  }
  const own = await find({ project, layer, stack });
  return own === "none" ? "several" : own;
}

function isNoMatch(error: unknown): boolean {
  return error instanceof Error && /no (matching )?(EC2 )?VPC endpoint/i.test(error.message);
}

function wantedEndpoint(service: string, offered: Offer, network: Network): WantedEndpoint {
  const { serviceName, availabilityZones, vpcEndpointPolicySupported } = offered;
  // Without details AWS names no zones; then the service is expected in all.
  const zones = [...network.privateSubnetsByZone].filter(
    ([zone]) => availabilityZones.length === 0 || availabilityZones.includes(zone),
  );
  return {
    service,
    serviceName,
    type: endpointType(service),
    subnetIds: zones.map(([, subnetId]) => subnetId),
    takesPolicy: vpcEndpointPolicySupported,
  };
}
