import type { NatGateway } from "@aws-sdk/client-ec2";
import {
  allPages,
  type AwsClients,
  contains,
  defaultRoutes,
  isIpv4Route,
  type LookUp,
  prefixListEntries,
  problemIf,
  type Route,
  type RouteTable,
  routeTableOf,
  setCommand,
  vpcEndpointOf,
} from "@selfhosted/common";
import type { RuleArgs } from "../config";
import { isPrivate } from "../network/egress";
import { hosts } from "../network/hosts";
import { isLimited } from "../network/ingress";
import { targetSubnets } from "../network/subnets";

/** What the look-ups of the console's calls to the API read. */
interface RoutesArgs extends RuleArgs {
  /** The route tables of the VPC, asked for once. */
  routeTables: () => Promise<RouteTable[]>;
}

/**
 * The load balancers admit the console itself: it asks the API who signs in, by the API's public name, so its calls come from the
 * addresses of the NAT gateways.
 */
export const natAddresses: LookUp<RoutesArgs> = {
  name: "clients",
  key: "allowedCidrBlocks",
  what: () => "the addresses of the NAT gateways",
  async check({ config, upstream: { network }, routeTables }, { aws }) {
    const { allowedCidrBlocks: blocks = [], allowedPrefixListIds: lists = [] } = config;
    if (config.internal || !isLimited(config) || config.consoleInternalApiEndpoint !== undefined) {
      return undefined;
    }
    if (config.httpsProxy !== undefined) {
      return { skipped: "the console calls the API through the proxy: allow its address" };
    }
    const subnets = targetSubnets(config, network);
    const { addresses, unknown } = await outboundAddresses(aws.ec2, await routeTables(), subnets);
    const entries = await Promise.all(lists.map((id) => prefixListEntries(aws.ec2, id))).catch(() => undefined);
    if (entries === undefined) {
      // The look-up of the lists themselves says why.
      return { skipped: "the prefix lists can't be read" };
    }
    const allowed = [...blocks, ...entries.flat()];
    const missing = addresses.filter((address) => !allowed.some((block) => contains(block, `${address}/32`)));
    const skipped = `tasks leave the VPC through ${unknown.join(", ")}, whose addresses aren't known here: the console's calls to the API come from them`;
    return {
      detail: addresses.length > 0 ? `hold ${addresses.join(", ")}, of the NAT gateways` : "",
      problems: problemIf(missing.length > 0, {
        key: "allowedCidrBlocks",
        reason: `lacks ${missing.join(", ")}, of the NAT gateways: the console's own calls to the API come from there, and nobody could sign in`,
        fix:
          `${setCommand("allowedCidrBlocks", [...blocks, ...missing.map((each) => `${each}/32`)].join(","))}; or, where the ` +
          "API's name leads to it inside of the VPC, name that address, be it the public URL: " +
          setCommand("consoleInternalApiEndpoint", `https://${hosts(config).api}`),
      }),
      ...(unknown.length > 0 && missing.length === 0 && { skipped }),
    };
  },
};

/**
 * The console, which calls the API at its public name, has a route there: without one it can't sign users in. Where the private subnets
 * have VPC endpoints only, it needs another address of the API.
 */
export const routeToApi: LookUp<RoutesArgs> = {
  name: "route to the API",
  key: "internal",
  what: () => "the routes of the private subnets",
  async check({ config, upstream: { network }, routeTables }) {
    if (config.internal || config.consoleInternalApiEndpoint !== undefined || config.httpsProxy !== undefined) {
      return undefined;
    }
    const tables = await routeTables();
    const closed = targetSubnets(config, network).filter((id) =>
      routeTableOf(id, tables)?.Routes?.every((route) => !leadsOut(route)),
    );
    return {
      problems: problemIf(closed.length > 0, {
        key: "internal",
        reason:
          `found false: the load balancers face the internet, but ${closed.join(", ")} have no route there. The console couldn't ask ` +
          "the API who signs in",
        fix:
          `${setCommand("internal", true)}; or give the subnets a route, to a NAT gateway for instance; or set ` +
          "consoleInternalApiEndpoint, another address of the API",
      }),
    };
  },
};

/** Whether a route may lead to the internet: gateway endpoints, and routes to private networks, don't. */
function leadsOut(route: Route): boolean {
  const { DestinationCidrBlock: block, DestinationPrefixListId: list, GatewayId: gateway } = route;
  return (
    gateway !== "local" &&
    vpcEndpointOf(route) === undefined &&
    (list !== undefined || (block !== undefined && !isPrivate(block)))
  );
}

/** The public addresses from which tasks in these subnets call the internet, and the gateways whose addresses aren't known. */
async function outboundAddresses(
  ec2: AwsClients["ec2"],
  tables: RouteTable[],
  subnetIds: string[],
): Promise<{ addresses: string[]; unknown: string[] }> {
  const gateways = [...new Set(subnetIds.flatMap((id) => outboundRoutes(id, tables)).map(targetOf))];
  const nats = gateways.filter((id) => id.startsWith("nat-"));
  const found = nats.length === 0 ? [] : await natGateways(ec2, nats);
  const addressesOf = (id: string): string[] =>
    found
      .filter(({ NatGatewayId, ConnectivityType: type }) => NatGatewayId === id && type !== "private")
      .flatMap(({ NatGatewayAddresses: all = [] }) => all.flatMap(({ PublicIp: address }) => address ?? []));
  return {
    addresses: nats.flatMap(addressesOf),
    unknown: gateways.filter((id) => addressesOf(id).length === 0),
  };
}

/**
 * The routes by which a subnet's traffic leaves for any IPv4 address. Those of the two halves go before 0.0.0.0/0; where there is
 * neither, those of prefix lists count, but for gateway endpoints, which are of that kind too.
 */
function outboundRoutes(subnetId: string, tables: RouteTable[]): Route[] {
  const all = defaultRoutes(subnetId, tables).filter(isIpv4Route);
  const halves = all.filter(({ DestinationCidrBlock: block }) => block?.endsWith("/1"));
  if (all.length > 0) {
    return halves.length > 1 ? halves : all;
  }
  return (routeTableOf(subnetId, tables)?.Routes ?? []).filter(
    (route) => route.DestinationPrefixListId !== undefined && vpcEndpointOf(route) === undefined,
  );
}

/** What a route leads to. */
function targetOf(route: Route): string {
  return (
    route.NatGatewayId ??
    route.TransitGatewayId ??
    route.GatewayId ??
    route.CoreNetworkArn ??
    route.CarrierGatewayId ??
    route.LocalGatewayId ??
    route.VpcPeeringConnectionId ??
    route.NetworkInterfaceId ??
    "another gateway"
  );
}

/** Those of these NAT gateways that exist. */
async function natGateways(ec2: AwsClients["ec2"], ids: string[]): Promise<NatGateway[]> {
  return allPages(async (token) => {
    const Filter = [{ Name: "nat-gateway-id", Values: ids }];
    const { NatGateways: items, NextToken: next } = await ec2.describeNatGateways({ Filter, NextToken: token });
    return { items, next };
  });
}
