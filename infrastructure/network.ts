import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ConfigProblem, Network as NetworkOutputs } from "@selfhosted/common";
import { Config } from "./config";
import { Findings } from "./findings";
import { subnetKeys } from "./settings/network";

type SubnetKey = (typeof subnetKeys)[number];

/** What AWS tells about the configured network. */
export interface NetworkFacts {
  vpc: Pick<aws.ec2.GetVpcResult, "id" | "enableDnsSupport" | "enableDnsHostnames" | "cidrBlockAssociations">;
  subnets: Record<SubnetKey, Subnet[]>;
  routeTables: RouteTable[];
}

type Subnet = Pick<aws.ec2.GetSubnetResult, "id" | "vpcId" | "availabilityZone">;
type RouteTable = Pick<aws.ec2.GetRouteTableResult, "id" | "associations" | "routes">;

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
  /** Private subnets without a way out of the VPC, which VPC endpoints have to make up for. */
  readonly closedSubnetIds: string[];

  constructor({ vpc, subnets, routeTables }: NetworkFacts) {
    this.vpcId = vpc.id;
    this.isolatedSubnetIds = subnets.isolatedSubnetIds.map(({ id }) => id);
    this.databaseZones = [...zonesOf(subnets.isolatedSubnetIds)].sort();
    this.privateSubnetsByZone = new Map(
      [...subnets.privateSubnetIds].reverse().map(({ id, availabilityZone }) => [availabilityZone, id]),
    );
    this.privateRouteTableIds = [
      ...new Set(subnets.privateSubnetIds.flatMap(({ id }) => routeTableOf(id, routeTables)?.id ?? [])),
    ].sort();
    this.closedSubnetIds = subnets.privateSubnetIds
      .map(({ id }) => id)
      .filter((id) => wayOutOf(id, routeTables) === undefined);
    this.outputs = {
      vpcId: vpc.id,
      publicSubnetIds: subnets.publicSubnetIds.map(({ id }) => id),
      privateSubnetIds: subnets.privateSubnetIds.map(({ id }) => id),
      isolatedSubnetIds: this.isolatedSubnetIds,
      vpcCidrBlocks: vpc.cidrBlockAssociations.map(({ cidrBlock }) => cidrBlock),
    };
  }
}

/** Looks the configured network up. Undefined, with the problems found, where it isn't fit. */
export async function lookUpNetwork(
  config: Pick<Config, "vpcId" | SubnetKey>,
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
  };
  const problems = networkProblems(facts);
  findings.problems.push(...problems);
  return problems.length > 0 ? undefined : new Network(facts);
}

async function allRouteTables(vpcId: string, opts: pulumi.InvokeOptions): Promise<RouteTable[]> {
  const { ids } = await aws.ec2.getRouteTables({ vpcId }, opts);
  return Promise.all(ids.map((routeTableId) => aws.ec2.getRouteTable({ routeTableId }, opts)));
}

/** Why the installation can't live in this network. */
export function networkProblems({ vpc, subnets, routeTables }: NetworkFacts): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const add = (key: string, reason: string): void => void problems.push({ key, reason });

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
  const wayOut = (id: string): Route | undefined => wayOutOf(id, routeTables);
  for (const { id } of subnets.publicSubnetIds) {
    if (!wayOut(id)?.gatewayId.startsWith("igw-")) {
      add("publicSubnetIds", `${id} has no default route to an internet gateway`);
    }
  }
  for (const { id } of subnets.privateSubnetIds) {
    if (wayOut(id)?.gatewayId.startsWith("igw-")) {
      add("privateSubnetIds", `${id} has a default route to an internet gateway; that makes it a public subnet`);
    }
  }
  for (const { id } of subnets.isolatedSubnetIds) {
    if (wayOut(id)) {
      add("isolatedSubnetIds", `${id} has a default route; a subnet for the database must have no way out`);
    }
  }
  return problems;
}

type Route = RouteTable["routes"][number];

function wayOutOf(subnetId: string, tables: RouteTable[]): Route | undefined {
  return routeTableOf(subnetId, tables)?.routes.find(leavesVpc);
}

function leavesVpc({ cidrBlock, ipv6CidrBlock }: Route): boolean {
  return cidrBlock === "0.0.0.0/0" || ipv6CidrBlock === "::/0";
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
