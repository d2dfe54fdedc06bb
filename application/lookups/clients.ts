import type { NatGateway, Route } from "@aws-sdk/client-ec2";
import {
  allPages,
  contains,
  ifKnown,
  prefixListEntries,
  setCommand,
  type AwsClients,
  type ConfigProblem,
  type LookUp,
} from "@selfhosted/common";
import type { Inputs } from "../config";
import { isPrivate } from "../egress";
import { networksOf, tooManyRules } from "../group-rules";
import { hosts } from "../hosts";
import { targetSubnets } from "../subnets";
import type { LookUpInputs } from "./facts";

/**
 * Rules that a prefix list of AWS's own counts for; one of the customer's counts for its most entries.
 * https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html
 */
const weights: [nameEnd: string, rules: number][] = [
  [".cloudfront.origin-facing", 55],
  [".route53-healthchecks", 25],
  [".vpc-lattice", 10],
  [".s3express", 6],
  [".groundstation", 5],
];

/** A prefix list, as far as it is looked at. */
interface PrefixList {
  PrefixListId?: string;
  PrefixListName?: string;
  AddressFamily?: string;
  MaxEntries?: number;
}

/** The prefix lists of clients exist, in the region, and a security group has room for them. */
export const prefixLists: LookUp<Inputs> = {
  name: "prefix lists",
  key: "allowedPrefixListIds",
  what: ({ config }) => `prefix list ${listsOf(config).join(", ")}`,
  async look({ config }, { aws }) {
    const ids = listsOf(config);
    if (ids.length === 0) {
      return undefined;
    }
    const found = await allPages(async (token) => {
      const Filters = [{ Name: "prefix-list-id", Values: ids }];
      const page = await aws.ec2.describeManagedPrefixLists({ Filters, NextToken: token });
      return { items: page.PrefixLists, next: page.NextToken };
    });
    const missing = ids.filter((id) => found.every(({ PrefixListId }) => PrefixListId !== id));
    const problem = (key: string, reason: string, fix?: string): ConfigProblem => ({ key, reason, fix });
    return {
      evidence: found.map((list) => `${list.PrefixListId} (${list.PrefixListName}, ${rulesOf(list)} rules)`).join(", "),
      problems: [
        ...missing.map((id) =>
          problem("allowedPrefixListIds", `prefix list ${id} doesn't exist in this account and region`),
        ),
        // What isn't valid by itself silences only what needs it.
        ...(ifKnown(() => wrongVersion(config, found)) ?? []),
        ...(ifKnown(() => tooMany(config, found)) ?? []),
      ],
    };
  },
};

type Config = Inputs["config"];

function listsOf(config: Config): string[] {
  return config.allowedPrefixListIds ?? [];
}

function idsOf(lists: PrefixList[]): string {
  return lists.map(({ PrefixListId: id }) => id).join(", ");
}

/** How many rules a security group counts for a list. */
function rulesOf({ PrefixListName: name = "", MaxEntries: most }: PrefixList): number {
  return most ?? weights.find(([end]) => name.endsWith(end))?.[1] ?? 1;
}

/** Clients take the IPv6 address that DNS gives them, and only where the load balancers have one. */
function wrongVersion(config: Config, found: PrefixList[]): ConfigProblem[] {
  const ipv6 = found.filter(({ AddressFamily: family }) => family === "IPv6");
  if (!config.dualStack) {
    const reason = `${idsOf(ipv6)} hold IPv6 networks, but the load balancers answer on IPv4 only`;
    return ipv6.length === 0 ? [] : [{ key: "allowedPrefixListIds", reason, fix: setCommand("dualStack", true) }];
  }
  return ipv6.length > 0 || networksOf("IPv6", config.allowedCidrBlocks).length > 0 || found.length === 0
    ? []
    : [
        {
          key: "dualStack",
          reason: `found true, but only IPv4 networks may enter, and clients take the IPv6 address that DNS gives them`,
          fix: "name a prefix list of IPv6 networks too; or pulumi config rm dualStack",
        },
      ];
}

/** Networks and lists together; networks that are too many by themselves, a rule counts. */
function tooMany(config: Config, found: PrefixList[]): ConfigProblem[] {
  return (["IPv4", "IPv6"] as const).flatMap((version) => {
    const lists = found.filter(({ AddressFamily: family }) => family === version);
    const blocks = networksOf(version, config.allowedCidrBlocks).length;
    const count = lists.reduce((sum, list) => sum + rulesOf(list), blocks);
    return lists.length === 0
      ? []
      : tooManyRules(count, {
          key: "allowedPrefixListIds",
          what: `${idsOf(lists)}, each with its most entries, used or not, and the ${version} networks of allowedCidrBlocks`,
          fix: "lower the most entries of the lists",
        });
  });
}

/**
 * The console's own calls get through: it asks the API who signs in, by the API's public name, so its calls come from the addresses
 * of the NAT gateways.
 */
export const natAddresses: LookUp<LookUpInputs> = {
  name: "clients",
  key: "allowedCidrBlocks",
  what: () => "the addresses of the NAT gateways",
  async look({ config, upstream: { network }, routes }, { aws }) {
    const blocks = config.allowedCidrBlocks ?? [];
    const lists = listsOf(config);
    const isLimited = config.allowedCidrBlocks !== undefined || lists.length > 0;
    if (config.internal || !isLimited || config.consoleInternalApiEndpoint !== undefined) {
      return undefined;
    }
    if (config.httpsProxy !== undefined) {
      return { evidence: "", skipped: "the console calls the API through the proxy: allow its address" };
    }
    const { addresses, unknown } = await waysOut(aws.ec2, await routes(), targetSubnets(config, network));
    const entries = await Promise.all(lists.map((id) => prefixListEntries(aws.ec2, id))).catch(() => undefined);
    if (entries === undefined) {
      // The look-up of the lists themselves says why.
      return { evidence: "", skipped: "the prefix lists can't be read" };
    }
    const allowed = [...blocks, ...entries.flat()];
    const missing = addresses.filter((address) => !allowed.some((network) => contains(network, `${address}/32`)));
    const skipped = `tasks leave the VPC through ${unknown.join(", ")}, whose addresses aren't seen here: the console's calls to the API come from them`;
    return {
      evidence: addresses.length > 0 ? `hold ${addresses.join(", ")}, of the NAT gateways` : "",
      problems:
        missing.length === 0
          ? []
          : [
              {
                key: "allowedCidrBlocks",
                reason: `lacks ${missing.join(", ")}, of the NAT gateways: the console's own calls to the API come from there, and nobody could sign in`,
                fix:
                  `${setCommand("allowedCidrBlocks", [...blocks, ...missing.map((each) => `${each}/32`)].join(","))}; or, where the ` +
                  "API's name leads to it inside of the VPC, name that way, be it the public URL: " +
                  setCommand("consoleInternalApiEndpoint", `https://${hosts(config).api}`),
              },
            ],
      ...(unknown.length > 0 && missing.length === 0 && { skipped }),
    };
  },
};

/**
 * The console, which calls the API at its public name, has a way there: without one it can't sign users in. Where the private subnets
 * have VPC endpoints only, it needs another name of the API.
 */
export const wayToApi: LookUp<LookUpInputs> = {
  name: "way to the API",
  key: "internal",
  what: () => "the routes of the private subnets",
  async look({ config, upstream: { network }, routes }) {
    if (config.internal || config.consoleInternalApiEndpoint !== undefined || config.httpsProxy !== undefined) {
      return undefined;
    }
    const subnets = targetSubnets(config, network);
    const routesOf = await routes();
    const closed = subnets.filter((id) => routesOf(id)?.every((route) => !leadsOut(route)));
    return {
      evidence: "",
      problems:
        closed.length === 0
          ? []
          : [
              {
                key: "internal",
                reason:
                  `found false: the load balancers face the internet, but ${closed.join(", ")} have no route there. The console couldn't ask ` +
                  "the API who signs in",
                fix:
                  `${setCommand("internal", true)}; or give the subnets a route, to a NAT gateway for instance; or name another way to ` +
                  "the API: consoleInternalApiEndpoint",
              },
            ],
    };
  },
};

/** Whether a route may lead to the internet: gateway endpoints, and routes to private networks, don't. */
function leadsOut({
  DestinationCidrBlock: block,
  DestinationPrefixListId: list,
  GatewayId: gateway = "",
}: Route): boolean {
  return (
    gateway !== "local" &&
    !gateway.startsWith("vpce-") &&
    (list !== undefined || (block !== undefined && !isPrivate(block)))
  );
}

/** The routes of a subnet; undefined where they aren't seen. */
export type RoutesOf = (subnetId: string) => Route[] | undefined;

/** The routes of each subnet of a VPC. */
export async function routesIn(ec2: AwsClients["ec2"], vpcId: string): Promise<RoutesOf> {
  const tables = await allPages(async (token) => {
    const Filters = [{ Name: "vpc-id", Values: [vpcId] }];
    const { RouteTables: items, NextToken: next } = await ec2.describeRouteTables({ Filters, NextToken: token });
    return { items, next };
  });
  const main = tables.find(({ Associations = [] }) => Associations.some(({ Main }) => Main));
  return (id) =>
    (tables.find(({ Associations = [] }) => Associations.some(({ SubnetId }) => SubnetId === id)) ?? main)?.Routes;
}

/** The public addresses under which tasks in these subnets call the internet, and the ways whose addresses aren't known. */
async function waysOut(
  ec2: AwsClients["ec2"],
  routesOf: RoutesOf,
  subnetIds: string[],
): Promise<{ addresses: string[]; unknown: string[] }> {
  const routes = subnetIds.flatMap((id) => outward(routesOf(id) ?? []));
  const ways = [...new Set(routes.map(gatewayOf))];
  const nats = ways.filter((way) => way.startsWith("nat-"));
  const found = nats.length === 0 ? [] : await natGateways(ec2, nats);
  const addressesOf = (id: string): string[] =>
    found
      .filter(({ NatGatewayId, ConnectivityType: type }) => NatGatewayId === id && type !== "private")
      .flatMap(({ NatGatewayAddresses: all = [] }) => all.flatMap(({ PublicIp: address }) => address ?? []));
  return {
    addresses: nats.flatMap(addressesOf),
    unknown: ways.filter((way) => addressesOf(way).length === 0),
  };
}

/**
 * The routes by which traffic leaves for any IPv4 address. A VPC has them by halves too, which go before 0.0.0.0/0; and in a prefix
 * list, as a way of last resort: the gateway endpoints of S3 and DynamoDB are routes of that kind too.
 */
function outward(routes: Route[]): Route[] {
  const to = (pattern: RegExp): Route[] => routes.filter(({ DestinationCidrBlock: block = "" }) => pattern.test(block));
  const halves = to(/\/1$/);
  const lists = routes.filter(
    ({ DestinationPrefixListId: list, GatewayId: gateway = "" }) => list !== undefined && !gateway.startsWith("vpce-"),
  );
  const all = halves.length > 1 ? halves : to(/\/[01]$/);
  return all.length > 0 ? all : lists;
}

/** What a route leads to. */
function gatewayOf(route: Route): string {
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

/** Those of these NAT gateways that there are. */
async function natGateways(ec2: AwsClients["ec2"], ids: string[]): Promise<NatGateway[]> {
  return allPages(async (token) => {
    const Filter = [{ Name: "nat-gateway-id", Values: ids }];
    const { NatGateways: items, NextToken: next } = await ec2.describeNatGateways({ Filter, NextToken: token });
    return { items, next };
  });
}
