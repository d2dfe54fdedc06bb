import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ConfigProblem, Network as NetworkOutputs } from "@selfhosted/common";
import { Config } from "./config";
import { Findings } from "./findings";
import { subnetKeys } from "./settings/network";

type SubnetKey = (typeof subnetKeys)[number];

/** What AWS says of the configured network. */
export interface NetworkFacts {
  vpc: Pick<aws.ec2.GetVpcResult, "id" | "enableDnsSupport" | "enableDnsHostnames"> & {
    cidrBlockAssociations: { cidrBlock: string }[];
  };
  /** In the order in which they are configured. */
  subnets: Record<SubnetKey, Subnet[]>;
  routeTables: RouteTable[];
  /** The setting `publicSubnetsBehindFirewall`. */
  behindFirewall: boolean;
}

type Subnet = Pick<aws.ec2.GetSubnetResult, "id" | "vpcId" | "availabilityZone" | "ipv6CidrBlock">;
/** An association without a subnet is that of the VPC's main table, or of a gateway. A target that a route hasn't is empty. */
interface RouteTable {
  id: string;
  associations: { subnetId: string; main: boolean }[];
  routes: Route[];
}
interface Route extends Pick<
  aws.types.output.ec2.GetRouteTableRoute,
  "cidrBlock" | "ipv6CidrBlock" | "gatewayId" | "vpcEndpointId"
> {
  /** Its target is gone. Only EC2's API has this, not the provider's data source. */
  blackhole?: boolean;
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
  readonly privateRouteTableIds: string[];
  /** Route tables of the closed subnets. */
  readonly closedRouteTableIds: string[];
  /** Private subnets without a way out of the VPC, which VPC endpoints have to make up for. */
  readonly closedSubnetIds: string[];

  constructor(facts: NetworkFacts) {
    const { vpc, subnets, routeTables } = facts;
    this.vpcId = vpc.id;
    this.isolatedSubnetIds = subnets.isolatedSubnetIds.map(({ id }) => id);
    this.databaseZones = [...zonesOf(subnets.isolatedSubnetIds)].sort();
    this.privateSubnetsByZone = new Map(
      [...subnets.privateSubnetIds].reverse().map(({ id, availabilityZone }) => [availabilityZone, id]),
    );
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
      vpcCidrBlocks: vpc.cidrBlockAssociations.map(({ cidrBlock }) => cidrBlock),
    };
  }
}

/** Looks the configured network up. Undefined, with the problems found, where it isn't fit. */
export async function lookUpNetwork(
  config: Pick<Config, "vpcId" | SubnetKey | "publicSubnetsBehindFirewall">,
  findings: Findings,
  opts: pulumi.InvokeOptions,
): Promise<Network | undefined> {
  const [vpc, publicSubnets, privateSubnets, isolatedSubnets] = await Promise.all([
    findings.lookUp("vpcId", config.vpcId, aws.ec2.getVpc({ id: config.vpcId }, opts)),
    ...subnetKeys.map((key) =>
      Promise.all(config[key].map((id) => findings.lookUp(key, id, aws.ec2.getSubnet({ id }, opts)))),
    ),
  ]);
  if (vpc === undefined) {
    return undefined;
  }
  const routeTables = await findings.lookUp("vpcId", `routes of ${vpc.id}`, allRouteTables(vpc.id, opts));
  if (routeTables === undefined) {
    return undefined;
  }
  const found = (subnets: (Subnet | undefined)[] = []): Subnet[] => subnets.filter((subnet) => subnet !== undefined);
  const facts: NetworkFacts = {
    vpc,
    subnets: {
      publicSubnetIds: found(publicSubnets),
      privateSubnetIds: found(privateSubnets),
      isolatedSubnetIds: found(isolatedSubnets),
    },
    routeTables,
    behindFirewall: config.publicSubnetsBehindFirewall,
  };
  const problems = networkProblems(facts);
  findings.problems.push(...problems);
  const complete = subnetKeys.every((key) => facts.subnets[key].length === config[key].length);
  return complete && problems.length === 0 ? new Network(facts) : undefined;
}

async function allRouteTables(vpcId: string, opts: pulumi.InvokeOptions): Promise<RouteTable[]> {
  const { ids } = await aws.ec2.getRouteTables({ vpcId }, opts);
  return Promise.all(ids.map((routeTableId) => aws.ec2.getRouteTable({ routeTableId }, opts)));
}

/** Why the installation can't live in this network: one problem for each cause. */
export function networkProblems(facts: NetworkFacts): ConfigProblem[] {
  const { vpc, subnets, routeTables } = facts;
  const problems: ConfigProblem[] = [];
  const add = (key: string, reason: string, fix?: string): void => void problems.push({ key, reason, fix });

  if (!vpc.enableDnsSupport || !vpc.enableDnsHostnames) {
    add("vpcId", `DNS resolution and DNS host names must both be on in ${vpc.id}`);
  }
  for (const key of subnetKeys) {
    for (const { id, vpcId } of subnets[key]) {
      if (vpcId !== vpc.id) {
        add(key, `${id} is in ${vpcId}, not in ${vpc.id}`);
      }
    }
    const zones = zonesOf(subnets[key]);
    if (subnets[key].length > 1 && zones.size < 2) {
      add(key, `all subnets are in zone ${[...zones].join()}; allowed: two zones or more`);
    }
  }
  problems.push(...zonesApart(facts));
  for (const key of ["publicSubnetIds", "privateSubnetIds"] as const) {
    for (const { id } of subnets[key]) {
      const dead = defaultRoutes(id, routeTables).find((route) => isIpv4(route) && route.blackhole);
      if (dead) {
        add(
          key,
          `the route of ${id} to ${dead.cidrBlock} is in state blackhole: its target is gone`,
          `aws ec2 replace-route --route-table-id ${routeTableOf(id, routeTables)?.id} --destination-cidr-block ${dead.cidrBlock}, with a gateway that exists`,
        );
      }
    }
  }
  for (const { id } of subnets.publicSubnetIds) {
    const routes = defaultRoutes(id, routeTables).filter(isIpv4);
    if (routes.some((route) => reachesInternet(route, facts))) {
      continue;
    }
    const firewall = routes.find(({ vpcEndpointId }) => vpcEndpointId);
    if (firewall) {
      add(
        "publicSubnetIds",
        `${id} has its default route through ${firewall.vpcEndpointId}, a VPC endpoint, not to an internet gateway`,
        "where that is a firewall before the internet gateway: pulumi config set publicSubnetsBehindFirewall true",
      );
    } else {
      add("publicSubnetIds", `${id} has no default route to an internet gateway`);
    }
  }
  for (const { id } of subnets.privateSubnetIds) {
    if (defaultRoutes(id, routeTables).some(toInternetGateway)) {
      add("privateSubnetIds", `${id} has a default route to an internet gateway; that makes it a public subnet`);
    }
  }
  for (const { id } of subnets.isolatedSubnetIds) {
    if (defaultRoutes(id, routeTables).length > 0) {
      add("isolatedSubnetIds", `${id} has a default route; a subnet for the database must have no way out`);
    }
  }
  return problems;
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
          fix:
            "pulumi config set publicSubnetIds <ids>, with subnets in the zones of the private ones; " +
            "or for a private installation: pulumi config rm publicSubnetIds",
        },
      ];
}

/** The routes by which a subnet's traffic leaves for any address. A VPC has them by halves too, as VPN software sets them. */
function defaultRoutes(subnetId: string, tables: RouteTable[]): Route[] {
  return (routeTableOf(subnetId, tables)?.routes ?? []).filter(
    ({ cidrBlock, ipv6CidrBlock }) => /\/[01]$/.test(cidrBlock) || /\/[0-3]$/.test(ipv6CidrBlock),
  );
}

function isIpv4({ cidrBlock }: Route): boolean {
  return Boolean(cidrBlock);
}

function toInternetGateway({ gatewayId }: Route): boolean {
  return gatewayId.startsWith("igw-");
}

/** A route to an internet gateway, or to the firewall that stands before one. */
function reachesInternet(route: Route, { behindFirewall }: NetworkFacts): boolean {
  return toInternetGateway(route) || (behindFirewall && Boolean(route.vpcEndpointId));
}

function hasIpv6({ ipv6CidrBlock }: Subnet): boolean {
  return Boolean(ipv6CidrBlock);
}

/** Whether what stands in a public subnet is reached from the internet by IPv6. */
function reachableByIpv6(subnet: Subnet, facts: NetworkFacts): boolean {
  const routes = defaultRoutes(subnet.id, facts.routeTables).filter((route) => !isIpv4(route));
  return hasIpv6(subnet) && routes.some((route) => !route.blackhole && reachesInternet(route, facts));
}

/** A subnet without a route table of its own follows the VPC's main one. */
function routeTableOf(subnetId: string, tables: RouteTable[]): RouteTable | undefined {
  return (
    tables.find(({ associations }) => associations.some((each) => each.subnetId === subnetId)) ??
    tables.find(({ associations }) => associations.some((each) => each.main))
  );
}

function zonesOf(subnets: Subnet[]): Set<string> {
  return new Set(subnets.map(({ availabilityZone }) => availabilityZone));
}
