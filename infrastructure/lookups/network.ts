import type * as ec2 from "@aws-sdk/client-ec2";
import {
  allPages,
  ifKnown,
  lookUp,
  setCommand,
  type AwsClients,
  type Check,
  type ConfigProblem,
} from "@selfhosted/common";
import type { Config } from "../config";
import { subnetKeys } from "../config/network";
import {
  defaultRoutes,
  isIpv4,
  Network,
  reachesInternet,
  routeTableOf,
  toInternetGateway,
  zonesOf,
  type NetworkFacts,
  type RouteTable,
  type Subnet,
  type SubnetKey,
} from "../network";
import { plural } from "./check";

type NetworkConfig = Pick<Config, "vpcId" | SubnetKey | "publicSubnetsBehindFirewall">;

/** The VPC and its subnets exist, and the installation can live in them. A list of subnets that isn't valid leaves the others. */
export function lookUpNetwork(config: NetworkConfig, { ec2 }: AwsClients): Promise<Check<Network>> {
  return lookUp(
    "network",
    "vpcId",
    () => `VPC ${config.vpcId}`,
    async () => {
      const { lists, areWhole } = subnetLists(config);
      const behindFirewall = ifKnown(() => config.publicSubnetsBehindFirewall);
      const { facts, problems } = await describeNetwork(ec2, config.vpcId, lists, behindFirewall ?? true);
      const all = facts ? [...problems, ...networkProblems(facts)] : problems;
      const kinds = subnetKeys.map((key) => `${lists[key].length} ${kindOf(key)}`).join(", ");
      const isFit = areWhole && behindFirewall !== undefined && all.every(({ severity }) => severity === "warning");
      return {
        evidence: `${config.vpcId} with ${kinds} subnets`,
        problems: all,
        value: isFit && facts ? new Network(facts) : undefined,
      };
    },
  );
}

function kindOf(key: SubnetKey): string {
  return key.replace("SubnetIds", "");
}

type SubnetLists = Record<SubnetKey, string[]>;

/** The subnets to look at: those of the lists that are valid, but for those that are in two of them. A rule refuses these. */
function subnetLists(config: NetworkConfig): { lists: SubnetLists; areWhole: boolean } {
  const known = subnetKeys.map((key) => ifKnown(() => config[key]));
  const isOnce = (id: string): boolean => known.filter((list) => list?.includes(id)).length === 1;
  const lists = Object.fromEntries(
    subnetKeys.map((key, index) => [key, (known[index] ?? []).filter(isOnce)]),
  ) as SubnetLists;
  return { lists, areWhole: known.every((list) => list?.every(isOnce)) };
}

/** The network as AWS has it. Where it isn't the configured one at all, that is the only problem. */
async function describeNetwork(
  ec2: AwsClients["ec2"],
  vpcId: string,
  lists: SubnetLists,
  behindFirewall: boolean,
): Promise<{ facts?: NetworkFacts; problems: ConfigProblem[] }> {
  const wanted = subnetKeys.flatMap((key) => lists[key]);
  // By filter: a look-up by id would fail as a whole for one that is missing.
  const [{ Vpcs: [vpc] = [] }, subnets, tables] = await Promise.all([
    ec2.describeVpcs({ Filters: [{ Name: "vpc-id", Values: [vpcId] }] }),
    describeSubnets(ec2, wanted),
    describeRouteTables(ec2, vpcId),
  ]);
  const found = new Map(subnets.map((each) => [each.id, each]));
  const elsewhere = wrongVpc(vpcId, vpc !== undefined, subnets, wanted);
  if (vpc === undefined || elsewhere !== undefined) {
    return { problems: elsewhere ? [elsewhere] : [] };
  }
  const subnetsOf = (key: SubnetKey): Subnet[] => lists[key].flatMap((id) => found.get(id) ?? []);
  return {
    problems: missingSubnets(lists, found, vpcId),
    facts: {
      vpc: await vpcFacts(ec2, vpcId, vpc),
      subnets: {
        publicSubnetIds: subnetsOf("publicSubnetIds"),
        privateSubnetIds: subnetsOf("privateSubnetIds"),
        isolatedSubnetIds: subnetsOf("isolatedSubnetIds"),
      },
      routeTables: tables,
      behindFirewall,
    },
  };
}

async function describeSubnets(ec2: AwsClients["ec2"], ids: string[]): Promise<Subnet[]> {
  if (ids.length === 0) {
    return [];
  }
  const found = await allPages(async (NextToken) => {
    const page = await ec2.describeSubnets({ Filters: [{ Name: "subnet-id", Values: ids }], NextToken });
    return { items: page.Subnets, next: page.NextToken };
  });
  return found.map(subnetFacts);
}

async function describeRouteTables(ec2: AwsClients["ec2"], vpcId: string): Promise<RouteTable[]> {
  const found = await allPages(async (NextToken) => {
    const page = await ec2.describeRouteTables({ Filters: [{ Name: "vpc-id", Values: [vpcId] }], NextToken });
    return { items: page.RouteTables, next: page.NextToken };
  });
  return found.map(routeTable);
}

async function vpcFacts(
  ec2: AwsClients["ec2"],
  id: string,
  { CidrBlockAssociationSet: blocks = [] }: ec2.Vpc,
): Promise<NetworkFacts["vpc"]> {
  const [support, hostNames] = await Promise.all([
    ec2.describeVpcAttribute({ VpcId: id, Attribute: "enableDnsSupport" }),
    ec2.describeVpcAttribute({ VpcId: id, Attribute: "enableDnsHostnames" }),
  ]);
  return {
    id,
    enableDnsSupport: support.EnableDnsSupport?.Value ?? false,
    enableDnsHostnames: hostNames.EnableDnsHostnames?.Value ?? false,
    // AWS goes on listing networks that were taken off.
    cidrBlocks: blocks
      .filter(({ CidrBlockState: state }) => !state?.State?.startsWith("disassociat"))
      .map(({ CidrBlock = "" }) => CidrBlock),
  };
}

/** The VPC isn't there, or none of the subnets is in it. */
function wrongVpc(vpcId: string, exists: boolean, subnets: Subnet[], wanted: string[]): ConfigProblem | undefined {
  const [theirs, ...others] = [...new Set(subnets.map((subnet) => subnet.vpcId))];
  const isTheirs = theirs !== undefined && others.length === 0 && subnets.length === wanted.length;
  const fix = isTheirs ? setCommand("vpcId", theirs) : "`aws ec2 describe-vpcs` lists those that there are";
  const inAnother = isTheirs ? `all the configured subnets are in ${theirs}` : "";
  if (!exists) {
    const reason = `VPC ${vpcId} doesn't exist in this account and region`;
    return { key: "vpcId", reason: inAnother ? `${reason}; ${inAnother}` : reason, fix };
  }
  return isTheirs && theirs !== vpcId ? { key: "vpcId", reason: `found ${vpcId}, but ${inAnother}`, fix } : undefined;
}

function missingSubnets(lists: SubnetLists, found: Map<string, Subnet>, vpcId: string): ConfigProblem[] {
  return subnetKeys.flatMap((key) => {
    const missing = lists[key].filter((id) => !found.has(id));
    const reason = `${plural(missing, "doesn't", "don't")} exist in this account and region`;
    const fix = `\`aws ec2 describe-subnets --filters Name=vpc-id,Values=${vpcId}\` lists those that there are`;
    return missing.length > 0 ? [{ key, reason, fix }] : [];
  });
}

function subnetFacts({
  SubnetId: id = "",
  VpcId: vpcId = "",
  AvailabilityZone: availabilityZone = "",
  CidrBlock: cidrBlock = "",
  Ipv6CidrBlockAssociationSet: networks = [],
  AvailableIpAddressCount: freeAddresses = Infinity,
}: ec2.Subnet): Subnet {
  const network = networks.find(({ Ipv6CidrBlockState: state }) => state?.State === "associated");
  return { id, vpcId, availabilityZone, cidrBlock, ipv6CidrBlock: network?.Ipv6CidrBlock, freeAddresses };
}

function routeTable({
  RouteTableId: id = "",
  Associations: associations = [],
  Routes: routes = [],
}: ec2.RouteTable): RouteTable {
  return {
    id,
    associations: associations.map(({ SubnetId: subnetId, Main: main = false }) => ({ subnetId, main })),
    routes: routes.map(({ GatewayId: target = "", State, Origin, ...route }) => ({
      cidrBlock: route.DestinationCidrBlock,
      ipv6CidrBlock: route.DestinationIpv6CidrBlock,
      // EC2 gives a firewall's endpoint as a gateway.
      ...(target.startsWith("vpce-") ? { vpcEndpointId: target } : { gatewayId: target }),
      blackhole: State === "blackhole",
      propagated: Origin === "EnableVgwRoutePropagation",
    })),
  };
}

/** Why the installation can't live in this network: one problem for each cause. */
function networkProblems(facts: NetworkFacts): ConfigProblem[] {
  const { vpc } = facts;
  const dns = (["enableDnsSupport", "enableDnsHostnames"] as const).filter((attribute) => !vpc[attribute]);
  const exchanged = exchangedKinds(facts);
  return [
    ...(dns.length === 0
      ? []
      : [
          {
            key: "vpcId",
            reason: `DNS resolution and DNS host names must both be on in ${vpc.id}`,
            fix: dns
              .map((each) => {
                const option = each === "enableDnsSupport" ? "--enable-dns-support" : "--enable-dns-hostnames";
                return `aws ec2 modify-vpc-attribute --vpc-id ${vpc.id} ${option}`;
              })
              .join(" && "),
          },
        ]),
    ...strangers(facts),
    ...unusable(facts),
    ...subnetKeys.flatMap((key) => inOneZone(key, facts.subnets[key])),
    ...zonesApart(facts),
    ...(exchanged === undefined ? routeProblems(facts) : [exchanged]),
  ];
}

/** Subnets of other VPCs. */
function strangers({ vpc, subnets }: NetworkFacts): ConfigProblem[] {
  return subnetKeys.flatMap((key) => {
    const others = subnets[key].filter(({ vpcId }) => vpcId !== vpc.id);
    const places = others.map(({ id, vpcId }) => `${id} (in ${vpcId})`);
    return others.length > 0 ? [{ key, reason: `${plural(places, "is", "are")} not in ${vpc.id}` }] : [];
  });
}

/**
 * Neither network load balancers nor Fargate nor Aurora exist outside the zones of the region itself, whose names are the region's with
 * a letter; and all three need IPv4: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/availability-zones.html,
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-regions-zones.html
 */
function unusable({ subnets }: NetworkFacts): ConfigProblem[] {
  return subnetKeys.flatMap((key) => {
    const outside = subnets[key].filter(
      ({ availabilityZone }) => !/^[a-z]+(-[a-z]+)+-\d+[a-z]$/.test(availabilityZone),
    );
    const places = outside.map(({ id, availabilityZone }) => `${id} (in ${availabilityZone})`);
    const bare = subnets[key].filter(({ cidrBlock }) => cidrBlock === "").map(({ id }) => id);
    const rest = "in a Local Zone or Wavelength Zone; allowed: subnets in availability zones of the region";
    return [
      ...(places.length > 0 ? [{ key, reason: plural(places, `is ${rest}`, `are ${rest}`) }] : []),
      ...(bare.length > 0
        ? [{ key, reason: plural(bare, "has IPv6 only", "have IPv6 only") + "; allowed: subnets with an IPv4 network" }]
        : []),
    ];
  });
}

function inOneZone(key: SubnetKey, subnets: Subnet[]): ConfigProblem[] {
  const zones = zonesOf(subnets);
  const reason = `all subnets are in zone ${[...zones].join()}; allowed: two zones or more`;
  return subnets.length > 1 && zones.size < 2 ? [{ key, reason }] : [];
}

/** A load balancer sends requests only to tasks in its own zones; with two of them the service survives the loss of one. */
function zonesApart({ subnets }: NetworkFacts): ConfigProblem[] {
  const outside = [...zonesOf(subnets.publicSubnetIds)];
  const inside = zonesOf(subnets.privateSubnetIds);
  const shared = outside.filter((zone) => inside.has(zone));
  // Where either kind is in one zone, that is the cause, and a problem already.
  return outside.length < 2 || inside.size < 2 || shared.length >= 2
    ? []
    : [
        {
          key: "publicSubnetIds",
          reason:
            `found zones ${outside.sort().join(", ")}, and private subnets in ${[...inside].sort().join(", ")}; ` +
            "load balancers and tasks need two zones or more in which both kinds of subnets lie",
          fix: "set publicSubnetIds to subnets in the zones of the private ones; or for a private installation: pulumi config rm publicSubnetIds",
        },
      ];
}

/** The key whose subnets have routes like these; undefined where they differ. */
function keyByRoutes(subnets: Subnet[], { routeTables, behindFirewall }: NetworkFacts): SubnetKey | undefined {
  const keys = subnets.map(({ id }): SubnetKey => {
    const routes = defaultRoutes(id, routeTables);
    if (routes.some((route) => reachesInternet(route, { behindFirewall }))) {
      return "publicSubnetIds";
    }
    return routes.length > 0 ? "privateSubnetIds" : "isolatedSubnetIds";
  });
  return new Set(keys).size === 1 ? keys[0] : undefined;
}

/** Subnets that are given as each other's kind. */
function exchangedKinds(facts: NetworkFacts): ConfigProblem | undefined {
  const given = subnetKeys.filter((key) => facts.subnets[key].length > 0);
  const real = given.map((key) => keyByRoutes(facts.subnets[key], facts));
  const wrong = given.filter((key, index) => real[index] !== key);
  const isExchange = new Set(real).size === given.length && given.every((key) => real.includes(key));
  if (wrong.length === 0 || !isExchange) {
    return undefined;
  }
  const sentences = wrong.map((key) => {
    const kind = real[given.indexOf(key)] ?? key;
    return `${key} has the ${kindOf(kind)} ones`;
  });
  const commands = wrong.map((key) => {
    const source = given[real.indexOf(key)] ?? key;
    return setCommand(key, facts.subnets[source].map(({ id }) => id).join(","));
  });
  return {
    key: wrong[0] ?? "privateSubnetIds",
    reason: `the kinds of subnets are exchanged: by their routes, ${sentences.join(" and ")}`,
    fix: commands.join(" && "),
  };
}

/** Subnets whose routes aren't those of their kind. */
function routeProblems(facts: NetworkFacts): ConfigProblem[] {
  return [
    ...deadRoutes(facts),
    ...noFirewall(facts),
    ...behindEndpoint(facts),
    ...withoutInternet(facts),
    ...openPrivate(facts),
    ...leakyIsolated(facts),
    ...linkedIsolated(facts),
  ];
}

/** No public subnet has a firewall before the internet gateway, though the settings say so. */
function noFirewall({ behindFirewall, subnets, routeTables }: NetworkFacts): ConfigProblem[] {
  const routes = subnets.publicSubnetIds.flatMap(({ id }) => defaultRoutes(id, routeTables));
  const key = "publicSubnetsBehindFirewall";
  return behindFirewall && routes.length > 0 && routes.every(toInternetGateway)
    ? [
        {
          key,
          reason: "has no effect: the default routes of the public subnets go to an internet gateway",
          fix: `pulumi config rm ${key}`,
          severity: "warning",
        },
      ]
    : [];
}

/** Public subnets without a way to the internet by IPv4. */
function offline(facts: NetworkFacts): Subnet[] {
  return facts.subnets.publicSubnetIds.filter(
    ({ id }) => !defaultRoutes(id, facts.routeTables).some((route) => isIpv4(route) && reachesInternet(route, facts)),
  );
}

/** The VPC endpoint to which a subnet's default route leads. */
function endpointOf({ id }: Subnet, { routeTables }: NetworkFacts): string | undefined {
  return defaultRoutes(id, routeTables).find((route) => isIpv4(route) && route.vpcEndpointId)?.vpcEndpointId;
}

function behindEndpoint(facts: NetworkFacts): ConfigProblem[] {
  const behind = offline(facts).filter((subnet) => endpointOf(subnet, facts));
  const endpoints = [...new Set(behind.map((subnet) => endpointOf(subnet, facts)))].join(", ");
  const rest = `default route through ${endpoints}, a VPC endpoint, not to an internet gateway`;
  const fix =
    "where that is a firewall before the internet gateway: pulumi config set publicSubnetsBehindFirewall true";
  return about("publicSubnetIds", behind, [`has its ${rest}`, `have their ${rest}`], { fix });
}

function withoutInternet(facts: NetworkFacts): ConfigProblem[] {
  const cut = offline(facts).filter((subnet) => !endpointOf(subnet, facts));
  return about("publicSubnetIds", cut, having("no default route to an internet gateway"));
}

function openPrivate({ subnets, routeTables }: NetworkFacts): ConfigProblem[] {
  const open = subnets.privateSubnetIds.filter(({ id }) => defaultRoutes(id, routeTables).some(toInternetGateway));
  return about("privateSubnetIds", open, having("a default route to an internet gateway; that makes a subnet public"));
}

function leakyIsolated({ subnets, routeTables }: NetworkFacts): ConfigProblem[] {
  const leaky = subnets.isolatedSubnetIds.filter(({ id }) =>
    defaultRoutes(id, routeTables).some((route) => !route.propagated),
  );
  return about("isolatedSubnetIds", leaky, having("a default route; a subnet for the database must have no way out"));
}

function linkedIsolated({ subnets, routeTables }: NetworkFacts): ConfigProblem[] {
  const linked = subnets.isolatedSubnetIds.filter(({ id }) => {
    const routes = defaultRoutes(id, routeTables);
    return routes.length > 0 && routes.every((route) => route.propagated);
  });
  return about(
    "isolatedSubnetIds",
    linked,
    having("a default route from a virtual private gateway; a subnet for the database should have no way out"),
    { severity: "warning" },
  );
}

/** The verb for one subnet, and for several. */
type Sentence = [one: string, several: string];

function having(what: string): Sentence {
  return [`has ${what}`, `have ${what}`];
}

/** One problem of all these subnets; none where there are none. */
function about(
  key: SubnetKey,
  subnets: Subnet[],
  sentence: Sentence,
  more: Partial<ConfigProblem> = {},
): ConfigProblem[] {
  const ids = subnets.map(({ id }) => id);
  return ids.length > 0 ? [{ key, reason: plural(ids, ...sentence), ...more }] : [];
}

/** Default routes whose target is gone, by route table. */
function deadRoutes({ subnets, routeTables }: NetworkFacts): ConfigProblem[] {
  return (["publicSubnetIds", "privateSubnetIds"] as const).flatMap((key) => {
    const tables = [...new Set(subnets[key].flatMap(({ id }) => routeTableOf(id, routeTables) ?? []))];
    return tables.flatMap((table) => {
      const users = subnets[key].filter(({ id }) => routeTableOf(id, routeTables) === table).map(({ id }) => id);
      const dead = defaultRoutes(users[0] ?? "", routeTables).find((route) => isIpv4(route) && route.blackhole);
      return dead === undefined
        ? []
        : [
            {
              key,
              reason: `the route of ${users.join(", ")} to ${dead.cidrBlock} is in state blackhole: its target is gone`,
              fix: `with a gateway that exists: aws ec2 replace-route --route-table-id ${table.id} --destination-cidr-block ${dead.cidrBlock}`,
            },
          ];
    });
  });
}
