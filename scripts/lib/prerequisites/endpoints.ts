import type { EC2, IpPermission, SecurityGroup, VpcEndpoint } from "@aws-sdk/client-ec2";
import { isOwn, type Tags } from "@selfhosted/common";
import { BlockList } from "node:net";
import type { Config } from "../../../infrastructure/config";
import {
  endpointProblems,
  endpointServiceNames,
  endpointType,
  isPresent,
  missingEndpoints,
  neededEndpoints,
  type ExistingEndpoint,
  type ForeignEndpoint,
} from "../../../infrastructure/endpoint-services";
import type { Network } from "../../../infrastructure/network";
import { finding, type Finding } from "../report";

/** The settings of the endpoints. */
export type EndpointsConfig = Pick<
  Config,
  "endpointsEnabled" | "endpointsElsewhere" | "endpointsExtraServices" | "privateSubnetIds"
>;

/** By what the endpoints are found. */
export interface EndpointsPlace {
  region: string;
  network: Network;
  /** Tags of the infrastructure layer's own resources. */
  tags: Tags;
}

/**
 * The VPC endpoints that somebody else made serve the installation, by the rules with which the infrastructure layer refuses them.
 * Two things are warnings: what doesn't serve subnets that have another way out, and whom the security groups admit, as their rules
 * may name what can't be looked into.
 */
export async function checkEndpoints(ec2: EC2, config: EndpointsConfig, place: EndpointsPlace): Promise<Finding[]> {
  const { network, region, tags } = place;
  const services = neededEndpoints(config, network);
  if (services.length === 0) {
    return [];
  }
  const { VpcEndpoints: all = [] } = await ec2.describeVpcEndpoints({
    Filters: [{ Name: "vpc-id", Values: [network.vpcId] }],
  });
  const found = services.map((service): ExistingEndpoint & { foreign: VpcEndpoint[] } => {
    const endpoints = all.filter((each) => serves(each, service, region));
    const own = endpoints.some((each) => isOwn(tagsOf(each), tags));
    return { service, existing: own ? "own" : describeForeign(endpoints), foreign: own ? [] : endpoints };
  });
  const lacking = found.filter(({ existing }) => existing === "none").map(({ service }) => service);
  const problems = endpointProblems(config, found, network, network.closedRouteTableIds);
  const failures = [
    ...problems.values(),
    ...(!config.endpointsEnabled && lacking.length > 0 ? [missingEndpoints(config, lacking, network)] : []),
  ].map(({ key, reason, fix = "" }) => finding(`infrastructure ${key}`, false, reason, fix));
  const warnings = [...endpointProblems(config, found, network, network.privateRouteTableIds)]
    .filter(([service]) => !problems.has(service))
    .map(([, { key, reason, fix = "" }]) =>
      finding(`infrastructure ${key}`, false, `${reason}; calls leave by the default route`, fix, "warn"),
    );
  const foreign = found.flatMap((each) => each.foreign);
  const closed = await closedGroups(ec2, foreign, config.privateSubnetIds);
  return [
    ...(failures.length > 0
      ? failures
      : [finding("endpoints", true, `${foreign.length} of others serve the VPC, ${lacking.length} to make`, "")]),
    ...warnings,
    ...closed,
  ];
}

function serves(endpoint: VpcEndpoint, service: string, region: string): boolean {
  return (
    endpointServiceNames(service, region).includes(endpoint.ServiceName ?? "") &&
    endpoint.VpcEndpointType === endpointType(service) &&
    isPresent(endpoint.State ?? "")
  );
}

function tagsOf({ Tags: tags = [] }: VpcEndpoint): Tags {
  return Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value]));
}

function describeForeign([first, ...others]: VpcEndpoint[]): ForeignEndpoint | "none" | "several" {
  if (first === undefined) {
    return "none";
  }
  const { VpcEndpointId: id = "", State: state = "", PrivateDnsEnabled = false, RouteTableIds = [] } = first;
  return others.length > 0
    ? "several"
    : { id, state, privateDnsEnabled: PrivateDnsEnabled, routeTableIds: RouteTableIds };
}

/** The interfaces whose groups admit no private subnet by its addresses. The installation never changes them. */
async function closedGroups(ec2: EC2, endpoints: VpcEndpoint[], subnetIds: string[]): Promise<Finding[]> {
  const interfaces = endpoints.filter(({ Groups: groups = [] }) => groups.length > 0);
  const ids = [...new Set(interfaces.flatMap(({ Groups: groups = [] }) => groups.map(({ GroupId }) => GroupId ?? "")))];
  if (ids.length === 0) {
    return [];
  }
  const [{ SecurityGroups: groups = [] }, { Subnets: subnets = [] }] = await Promise.all([
    ec2.describeSecurityGroups({ Filters: [{ Name: "group-id", Values: ids }] }),
    ec2.describeSubnets({ Filters: [{ Name: "subnet-id", Values: subnetIds }] }),
  ]);
  const networks = subnets.map(({ CidrBlock }) => CidrBlock ?? "");
  return interfaces.flatMap(({ VpcEndpointId: id = "", ServiceName: service = "", Groups: own = [] }) => {
    const names = own.map(({ GroupId }) => GroupId);
    const mine = groups.filter(({ GroupId }) => names.includes(GroupId));
    const refused = networks.filter((network) => !mine.some((group) => admits(group, network)));
    return refused.length === 0
      ? []
      : [
          finding(
            "endpoints",
            false,
            `${id} for ${service}: no rule of ${names.join(", ")} admits ${refused.join(", ")} on port 443`,
            `admit the tasks: aws ec2 authorize-security-group-ingress --group-id ${names[0] ?? ""} --protocol tcp --port 443 --cidr <network>`,
            "warn",
          ),
        ];
  });
}

function admits({ IpPermissions: rules = [] }: SecurityGroup, network: string): boolean {
  const [address = "", length] = network.split("/");
  return rules.filter(isHttps).some(({ IpRanges: ranges = [], PrefixListIds: lists = [] }) => {
    const wide = ranges
      .map(({ CidrIp = "" }) => CidrIp.split("/"))
      .filter(([, prefix]) => Number(prefix) <= Number(length));
    const block = new BlockList();
    wide.forEach(([base = "", prefix]) => block.addSubnet(base, Number(prefix)));
    return lists.length > 0 || block.check(address);
  });
}

function isHttps({ IpProtocol: protocol, FromPort: from = 0, ToPort: to = 0 }: IpPermission): boolean {
  return protocol === "-1" || (protocol === "tcp" && from <= 443 && to >= 443);
}
