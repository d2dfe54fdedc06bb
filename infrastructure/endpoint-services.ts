import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ConfigProblem, isOwn, Surroundings, Tags } from "@selfhosted/common";
import { Config } from "./config";
import { Findings } from "./findings";
import { Network } from "./network";
import { baseServices } from "./settings/endpoints";

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

const gateways = ["s3", "dynamodb"];

/** Settings that say which endpoints the VPC must have. */
type EndpointConfig = Pick<Config, "endpointsEnabled" | "endpointsElsewhere" | "endpointsExtraServices">;

/** The services that must have an endpoint in the VPC, by their short names. */
export function neededEndpoints(
  config: EndpointConfig,
  { closedSubnetIds }: Pick<Network, "closedSubnetIds">,
): string[] {
  return config.endpointsEnabled || closedSubnetIds.length > 0
    ? [...baseServices, ...config.endpointsExtraServices].filter((each) => !config.endpointsElsewhere.includes(each))
    : [];
}

export function endpointType(service: string): EndpointType {
  return gateways.includes(service) ? "Gateway" : "Interface";
}

/** The names under which AWS may list a service: China's begin differently for some. */
export function endpointServiceNames(service: string, region: string): [string, string] {
  return [`com.amazonaws.${region}.${service}`, `cn.com.amazonaws.${region}.${service}`];
}

/**
 * The states in which an endpoint is there (those that `vpc-endpoint-state` filters by, but `deleting` and `deleted`):
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpoints.html. AWS writes them with and without capitals.
 */
const presentStates = ["available", "pending", "pendingAcceptance", "rejected", "failed"];
const servingStates = ["available", "pending"];

/** An endpoint that somebody else made. */
export type ForeignEndpoint = Pick<
  aws.ec2.GetVpcEndpointResult,
  "id" | "privateDnsEnabled" | "routeTableIds" | "state"
>;

/** What the VPC has for a service. Of several endpoints none is this stack's. */
export interface ExistingEndpoint {
  service: string;
  existing: ForeignEndpoint | "own" | "none" | "several";
}

/** Whether an endpoint in this state is there at all. */
export function isPresent(state: string): boolean {
  return presentStates.some((each) => each.toLowerCase() === state.toLowerCase());
}

/**
 * Why the endpoints in the VPC don't serve subnets that need them.
 *
 * @param routeTableIds route tables of those subnets; where there are none, nothing is a problem.
 * @returns the services, each with its problem.
 */
export function endpointProblems(
  config: EndpointConfig,
  found: ExistingEndpoint[],
  { vpcId }: Pick<Network, "vpcId">,
  routeTableIds: string[],
): Map<string, ConfigProblem> {
  const faults = found.flatMap(({ service, existing }) => {
    const fault = routeTableIds.length > 0 ? faultOf(service, existing, vpcId, routeTableIds) : undefined;
    return fault ? [{ service, ...fault }] : [];
  });
  const otherwise = declareElsewhere(
    config,
    faults.map(({ service }) => service),
  );
  return new Map(
    faults.map(({ service, reason, fix }) => [
      service,
      { key: "endpointsEnabled", reason, fix: `${fix}; or, where the subnets reach it in another way: ${otherwise}` },
    ]),
  );
}

/** What is wrong with the endpoint, and how to repair it. */
function faultOf(
  service: string,
  existing: ExistingEndpoint["existing"],
  vpcId: string,
  routeTableIds: string[],
): { reason: string; fix: string } | undefined {
  if (existing === "own" || existing === "none") {
    return undefined;
  }
  if (existing === "several") {
    return {
      reason: `${vpcId} has several endpoints for ${service}, and none of them is this stack's`,
      fix: "delete all but one",
    };
  }
  const { id, state } = existing;
  const modify = `aws ec2 modify-vpc-endpoint --vpc-endpoint-id ${id}`;
  if (!servingStates.includes(state.toLowerCase())) {
    return {
      reason: `${id} for ${service} is in state ${state}; allowed: available`,
      fix: `aws ec2 delete-vpc-endpoints --vpc-endpoint-ids ${id}`,
    };
  }
  if (endpointType(service) === "Interface") {
    return existing.privateDnsEnabled
      ? undefined
      : {
          reason: `${id} for ${service} has private DNS off, so that calls by the service's usual name don't reach it`,
          fix: `${modify} --private-dns-enabled, or delete it`,
        };
  }
  const missing = routeTableIds.filter((table) => !existing.routeTableIds.includes(table));
  return missing.length === 0
    ? undefined
    : {
        reason: `${id} for ${service} is not attached to ${missing.join(", ")}`,
        fix: `${modify} --add-route-table-ids ${missing.join(" ")}`,
      };
}

/** The command that adds services to `endpointsElsewhere`. */
function declareElsewhere({ endpointsElsewhere }: EndpointConfig, services: string[]): string {
  return `pulumi config set endpointsElsewhere ${[...endpointsElsewhere, ...services].join(",")}`;
}

/** That endpoints lack which the settings don't ask to make. */
export function missingEndpoints(
  config: EndpointConfig,
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
      declareElsewhere(config, services),
  };
}

/**
 * The endpoints to make: all that are needed but those that the VPC has from somebody else. Where none are to be made, though
 * private subnets have no way out, those that lack are a problem; so are those of others that don't serve such subnets.
 */
export async function lookUpEndpoints(
  config: Config,
  network: Network,
  where: Surroundings,
  tags: Tags,
  findings: Findings,
  opts: pulumi.InvokeOptions,
): Promise<WantedEndpoint[]> {
  const found = await Promise.all(
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
      return existing === undefined ? [] : [{ service, offered, existing }];
    }),
  );
  const all = found.flat();
  const wanted = all
    .filter(({ existing }) => existing === "own" || existing === "none")
    .map(({ service, offered }) => wantedEndpoint(service, offered, network));
  findings.problems.push(...endpointProblems(config, all, network, network.closedRouteTableIds).values());
  if (!config.endpointsEnabled && wanted.length > 0) {
    const lacking = wanted.map(({ service }) => service);
    findings.problems.push(missingEndpoints(config, lacking, network));
  }
  return wanted;
}

/** Without details, as GovCloud may answer, it has nothing but its name. */
type Offer = Pick<aws.ec2.GetVpcEndpointServiceResult, "serviceName"> &
  Partial<Pick<aws.ec2.GetVpcEndpointServiceResult, "availabilityZones" | "vpcEndpointPolicySupported">>;

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
): Promise<ExistingEndpoint["existing"]> {
  const find = async (tags?: Tags): Promise<ExistingEndpoint["existing"]> => {
    const filters = [{ name: "vpc-endpoint-state", values: presentStates }];
    try {
      const found = await aws.ec2.getVpcEndpoint({ vpcId, serviceName, vpcEndpointType, tags, filters }, opts);
      return isOwn(found.tags, { project, layer, stack }) ? "own" : found;
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
  return found === "several" && (await find({ project, layer, stack })) !== "none" ? "own" : found;
}

function isNoMatch(error: unknown): boolean {
  return error instanceof Error && /no (matching )?(EC2 )?VPC endpoint/i.test(error.message);
}

function wantedEndpoint(service: string, offered: Offer, network: Network): WantedEndpoint {
  const { serviceName, availabilityZones = [], vpcEndpointPolicySupported = false } = offered;
  // Where AWS names no zones, the service is expected in all.
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
