import type { VpcEndpoint } from "@aws-sdk/client-ec2";
import { allPages, type AwsClients, type ConfigProblem, isOwn, type Tags } from "@selfhosted/common";
import type { Network } from "../../../network/network";
import { declareElsewhere, type EndpointConfig, endpointType, serviceNames } from "./services";

/** What the VPC has for a service. Of several endpoints none is this stack's. */
interface ExistingEndpoint {
  service: string;
  existing: VpcEndpoint | "own" | "none" | "several";
  /** Those of others. */
  foreign: VpcEndpoint[];
}

/**
 * The states in which an endpoint is there (those that `vpc-endpoint-state` filters by, but `deleting` and `deleted`):
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpoints.html. AWS writes them with and without capitals.
 */
const presentStates = ["available", "pending", "pendingacceptance", "rejected", "failed"];
const servingStates = ["available", "pending"];

export async function existingEndpoints(
  ec2: AwsClients["ec2"],
  services: string[],
  vpcId: string,
  region: string,
  ownTags: () => Tags,
): Promise<ExistingEndpoint[]> {
  const all = await allPages(async (NextToken) => {
    const page = await ec2.describeVpcEndpoints({ Filters: [{ Name: "vpc-id", Values: [vpcId] }], NextToken });
    return { items: page.VpcEndpoints, next: page.NextToken };
  });
  return services.map((service) => {
    const endpoints = all.filter(
      ({ ServiceName = "", VpcEndpointType, State = "" }) =>
        serviceNames(service, region).includes(ServiceName) &&
        VpcEndpointType === endpointType(service) &&
        presentStates.includes(State.toLowerCase()),
    );
    if (endpoints.some((each) => isOwn(tagsOf(each), ownTags()))) {
      return { service, existing: "own", foreign: [] };
    }
    const [first = "none", ...others] = endpoints;
    return { service, existing: others.length > 0 ? "several" : first, foreign: endpoints };
  });
}

function tagsOf({ Tags: tags = [] }: VpcEndpoint): Tags {
  return Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value]));
}

/** Endpoints of others that don't serve the private subnets. Where those have another route out, that is only a warning. */
export function unserved(config: EndpointConfig, found: ExistingEndpoint[], network: Network): ConfigProblem[] {
  const errors = faultsOf(found, network, network.closedRouteTableIds);
  const warnings = faultsOf(found, network, network.privateRouteTableIds).filter(
    ({ service }) => !errors.some((error) => error.service === service),
  );
  const problem = ({ reason, fix }: Fault, all: Fault[]): ConfigProblem => ({
    key: "endpointsEnabled",
    reason,
    fix: `${fix}; or, where the subnets reach it in another way: ${declareElsewhere(
      config,
      all.map(({ service }) => service),
    )}`,
  });
  return [
    ...errors.map((fault) => problem(fault, errors)),
    ...warnings.map((fault): ConfigProblem => {
      const { key, reason, fix } = problem(fault, warnings);
      return { key, reason: `${reason}; calls leave by the default route`, fix, severity: "warning" };
    }),
  ];
}

interface Fault {
  service: string;
  reason: string;
  fix: string;
}

/** @param routeTableIds of the subnets to serve; where there are none, nothing is a fault. */
function faultsOf(found: ExistingEndpoint[], { vpcId }: Network, routeTableIds: string[]): Fault[] {
  return routeTableIds.length === 0
    ? []
    : found.flatMap(({ service, existing }) => {
        const fault = faultOf(service, existing, vpcId, routeTableIds);
        return fault ? [{ service, ...fault }] : [];
      });
}

/** What is wrong with the endpoint, and how to repair it. */
function faultOf(
  service: string,
  existing: ExistingEndpoint["existing"],
  vpcId: string,
  routeTableIds: string[],
): Omit<Fault, "service"> | undefined {
  if (existing === "own" || existing === "none") {
    return undefined;
  }
  if (existing === "several") {
    return {
      reason: `${vpcId} has several endpoints for ${service}, and none of them is this stack's`,
      fix: "delete all but one",
    };
  }
  const { VpcEndpointId: id = "", State: state = "", PrivateDnsEnabled, RouteTableIds: tables = [] } = existing;
  const modify = `aws ec2 modify-vpc-endpoint --vpc-endpoint-id ${id}`;
  if (!servingStates.includes(state.toLowerCase())) {
    return {
      reason: `${id} for ${service} is in state ${state}; allowed: available`,
      fix: `aws ec2 delete-vpc-endpoints --vpc-endpoint-ids ${id}`,
    };
  }
  if (endpointType(service) === "Interface") {
    return PrivateDnsEnabled
      ? undefined
      : {
          reason: `${id} for ${service} has private DNS off, so that calls by the service's usual name don't reach it`,
          fix: `${modify} --private-dns-enabled, or delete it`,
        };
  }
  const unattached = routeTableIds.filter((table) => !tables.includes(table));
  return unattached.length === 0
    ? undefined
    : {
        reason: `${id} for ${service} is not attached to ${unattached.join(", ")}`,
        fix: `${modify} --add-route-table-ids ${unattached.join(" ")}`,
      };
}
