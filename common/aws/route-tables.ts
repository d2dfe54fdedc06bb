import type { Route, RouteTable } from "@aws-sdk/client-ec2";
import { allPages } from "./answers";
import type { AwsClients } from "./clients";

export type { Route, RouteTable };

/** All route tables of a VPC. */
export function describeRouteTables(ec2: AwsClients["ec2"], vpcId: string): Promise<RouteTable[]> {
  return allPages(async (NextToken) => {
    const page = await ec2.describeRouteTables({ Filters: [{ Name: "vpc-id", Values: [vpcId] }], NextToken });
    return { items: page.RouteTables, next: page.NextToken };
  });
}

/** The table of a subnet: its own, or else the VPC's main one. Undefined where neither is among these. */
export function routeTableOf(subnetId: string, tables: RouteTable[]): RouteTable | undefined {
  return (
    tables.find(({ Associations = [] }) => Associations.some(({ SubnetId }) => SubnetId === subnetId)) ??
    tables.find(({ Associations = [] }) => Associations.some(({ Main }) => Main))
  );
}

/** The routes by which a subnet's traffic leaves for any address. A VPC has them by halves too, as VPN software sets them. */
export function defaultRoutes(subnetId: string, tables: RouteTable[]): Route[] {
  return (routeTableOf(subnetId, tables)?.Routes ?? []).filter(
    ({ DestinationCidrBlock: ipv4 = "", DestinationIpv6CidrBlock: ipv6 = "" }) =>
      /\/[01]$/.test(ipv4) || /\/[0-3]$/.test(ipv6),
  );
}

export function isIpv4Route({ DestinationCidrBlock: block }: Route): boolean {
  return block !== undefined;
}

/** The target of a route is gone. */
export function isBlackhole({ State: state }: Route): boolean {
  return state === "blackhole";
}

/** A virtual private gateway has put the route there. */
export function isPropagated({ Origin: origin }: Route): boolean {
  return origin === "EnableVgwRoutePropagation";
}

export function toInternetGateway({ GatewayId: target = "" }: Route): boolean {
  return target.startsWith("igw-");
}

/** The VPC endpoint to which a route leads, a firewall's or that of a gateway: EC2 gives its id as a gateway's. */
export function vpcEndpointOf({ GatewayId: target = "" }: Route): string | undefined {
  return target.startsWith("vpce-") ? target : undefined;
}
