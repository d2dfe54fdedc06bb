import {
  defaultRoutes,
  isBlackhole,
  isIpv4Route,
  type Network as NetworkOutputs,
  type Route,
  type RouteTable,
  routeTableOf,
  toInternetGateway,
  vpcEndpointOf,
} from "@selfhosted/common";
import type { subnetKeys } from "../config/network";

export type SubnetKey = (typeof subnetKeys)[number];

/** What AWS says of the configured network. */
export interface NetworkFacts {
  vpc: { id: string; enableDnsSupport: boolean; enableDnsHostnames: boolean; cidrBlocks: string[] };
  /** In the order in which they are configured. */
  subnets: Record<SubnetKey, Subnet[]>;
  routeTables: RouteTable[];
  /** The setting `publicSubnetsBehindFirewall`. */
  behindFirewall: boolean;
}

export interface Subnet {
  id: string;
  vpcId: string;
  availabilityZone: string;
  /** Empty where it has IPv6 only. */
  cidrBlock: string;
  /** Undefined where it has none. */
  ipv6CidrBlock: string | undefined;
  freeAddresses: number;
}

/** The customer's network, looked up and checked. */
export class Network {
  readonly outputs: NetworkOutputs;
  readonly vpcId: string;
  readonly isolatedSubnetIds: string[];
  /** Zones of the isolated subnets. */
  readonly databaseZones: string[];
  /** One private subnet in each zone, by zone. */
  readonly privateSubnetsByZone: ReadonlyMap<string, string>;
  /** IPv4 networks of the private subnets. */
  readonly privateCidrBlocks: string[];
  readonly privateRouteTableIds: string[];
  /** Route tables of the closed subnets. */
  readonly closedRouteTableIds: string[];
  readonly subnets: Readonly<Record<SubnetKey, Subnet[]>>;
  /** Private subnets without a route out of the VPC, which need VPC endpoints instead. */
  readonly closedSubnetIds: string[];

  constructor(facts: NetworkFacts) {
    const { vpc, subnets, routeTables } = facts;
    this.vpcId = vpc.id;
    this.subnets = subnets;
    this.isolatedSubnetIds = subnets.isolatedSubnetIds.map(({ id }) => id);
    this.databaseZones = [...zonesOf(subnets.isolatedSubnetIds)].sort();
    this.privateSubnetsByZone = new Map(
      [...subnets.privateSubnetIds].reverse().map(({ id, availabilityZone }) => [availabilityZone, id]),
    );
    this.privateCidrBlocks = subnets.privateSubnetIds.map(({ cidrBlock }) => cidrBlock);
    // Tasks have IPv4 addresses, and so have AWS's services: a route for IPv6 alone doesn't help them.
    this.closedSubnetIds = subnets.privateSubnetIds
      .map(({ id }) => id)
      .filter((id) => !defaultRoutes(id, routeTables).some(isIpv4Route));
    const tablesOf = (ids: string[]): string[] =>
      [...new Set(ids.flatMap((id) => routeTableOf(id, routeTables)?.RouteTableId ?? []))].sort();
    this.privateRouteTableIds = tablesOf(subnets.privateSubnetIds.map(({ id }) => id));
    this.closedRouteTableIds = tablesOf(this.closedSubnetIds);
    this.outputs = {
      vpcId: vpc.id,
      publicSubnetIds: subnets.publicSubnetIds.map(({ id }) => id),
      privateSubnetIds: subnets.privateSubnetIds.map(({ id }) => id),
      isolatedSubnetIds: this.isolatedSubnetIds,
      subnets: Object.fromEntries([
        ...subnets.publicSubnetIds.map((each) => [
          each.id,
          { zone: each.availabilityZone, ipv6: reachableByIpv6(each, facts) },
        ]),
        ...subnets.privateSubnetIds.map((each) => [each.id, { zone: each.availabilityZone, ipv6: hasIpv6(each) }]),
      ]) as NetworkOutputs["subnets"],
      vpcCidrBlocks: vpc.cidrBlocks,
    };
  }
}

/** A route to an internet gateway, or to the firewall in front of one. */
export function reachesInternet(route: Route, { behindFirewall }: Pick<NetworkFacts, "behindFirewall">): boolean {
  return toInternetGateway(route) || (behindFirewall && vpcEndpointOf(route) !== undefined);
}

function hasIpv6({ ipv6CidrBlock }: Subnet): boolean {
  return ipv6CidrBlock !== undefined;
}

/** Whether what is in a public subnet is reached from the internet by IPv6. */
function reachableByIpv6(subnet: Subnet, facts: NetworkFacts): boolean {
  const routes = defaultRoutes(subnet.id, facts.routeTables).filter((route) => !isIpv4Route(route));
  return hasIpv6(subnet) && routes.some((route) => !isBlackhole(route) && reachesInternet(route, facts));
}

export function zonesOf(subnets: Subnet[]): Set<string> {
  return new Set(subnets.map(({ availabilityZone }) => availabilityZone));
}
