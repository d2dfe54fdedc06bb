import { type Network as NetworkOutputs } from "@selfhosted/common";
import type { subnetKeys } from "./config/network";

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

/** An association without a subnet is that of the VPC's main table, or of a gateway. */
export interface RouteTable {
  id: string;
  associations: { subnetId: string | undefined; main: boolean }[];
  routes: Route[];
}

export interface Route {
  /** `cidrBlock` or `ipv6CidrBlock` is where the route leads; neither, for a prefix list. */
  cidrBlock?: string;
  ipv6CidrBlock?: string;
  gatewayId?: string;
  /** Of a firewall. */
  vpcEndpointId?: string;
  /** Its target is gone. */
  blackhole: boolean;
  /** A virtual private gateway has put it there. */
  propagated: boolean;
}

/** The customer's network, looked up and found fit. */
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
  /** Private subnets without a way out of the VPC, which VPC endpoints have to make up for. */
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
    // Tasks have IPv4 addresses, and so have AWS's services: a way out for IPv6 alone doesn't help them.
    this.closedSubnetIds = subnets.privateSubnetIds
      .map(({ id }) => id)
      .filter((id) => !defaultRoutes(id, routeTables).some(isIpv4));
    const tablesOf = (ids: string[]): string[] =>
      [...new Set(ids.flatMap((id) => routeTableOf(id, routeTables)?.id ?? []))].sort();
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

/** The routes by which a subnet's traffic leaves for any address. A VPC has them by halves too, as VPN software sets them. */
export function defaultRoutes(subnetId: string, tables: RouteTable[]): Route[] {
  return (routeTableOf(subnetId, tables)?.routes ?? []).filter(
    ({ cidrBlock = "", ipv6CidrBlock = "" }) => /\/[01]$/.test(cidrBlock) || /\/[0-3]$/.test(ipv6CidrBlock),
  );
}

export function isIpv4({ cidrBlock }: Route): boolean {
  return cidrBlock !== undefined;
}

export function toInternetGateway({ gatewayId = "" }: Route): boolean {
  return gatewayId.startsWith("igw-");
}

/** A route to an internet gateway, or to the firewall that stands before one. */
export function reachesInternet(route: Route, { behindFirewall }: Pick<NetworkFacts, "behindFirewall">): boolean {
  return toInternetGateway(route) || (behindFirewall && route.vpcEndpointId !== undefined);
}

function hasIpv6({ ipv6CidrBlock }: Subnet): boolean {
  return ipv6CidrBlock !== undefined;
}

/** Whether what stands in a public subnet is reached from the internet by IPv6. */
function reachableByIpv6(subnet: Subnet, facts: NetworkFacts): boolean {
  const routes = defaultRoutes(subnet.id, facts.routeTables).filter((route) => !isIpv4(route));
  return hasIpv6(subnet) && routes.some((route) => !route.blackhole && reachesInternet(route, facts));
}

/** A subnet without a route table of its own follows the VPC's main one. */
export function routeTableOf(subnetId: string, tables: RouteTable[]): RouteTable | undefined {
  return (
    tables.find(({ associations }) => associations.some((each) => each.subnetId === subnetId)) ??
    tables.find(({ associations }) => associations.some((each) => each.main))
  );
}

export function zonesOf(subnets: Subnet[]): Set<string> {
  return new Set(subnets.map(({ availabilityZone }) => availabilityZone));
}
