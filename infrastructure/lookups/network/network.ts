import type * as ec2 from "@aws-sdk/client-ec2";
import {
  allPages,
  type AwsClients,
  type Check,
  type ConfigProblem,
  describeRouteTables,
  ifKnown,
  lookUp,
  plural,
  problemIf,
  setCommand,
} from "@selfhosted/common";
import type { Config } from "../../config";
import { subnetKeys } from "../../config/network";
import { Network, type NetworkFacts, type Subnet, type SubnetKey } from "../../network/network";
import { keyByRoutes, kindOf, routeProblems } from "./routes";
import { isUsable, subnetProblems } from "./subnets";

type NetworkConfig = Pick<Config, "vpcId" | SubnetKey | "publicSubnetsBehindFirewall">;

/** The VPC and its subnets exist, and the installation can live in them. A list of subnets that isn't valid leaves the others. */
export function lookUpNetwork(config: NetworkConfig, { ec2 }: AwsClients): Promise<Check<Network>> {
  return lookUp({ name: "network", key: "vpcId", what: () => `VPC ${config.vpcId}` }, async () => {
    const { lists, areWhole } = subnetLists(config);
    const behindFirewall = ifKnown(() => config.publicSubnetsBehindFirewall);
    const { facts, problems } = await describeNetwork(ec2, config.vpcId, lists, behindFirewall ?? true);
    const all = facts
      ? [...problems, ...dnsProblems(facts), ...subnetProblems(facts), ...routeProblems(facts)]
      : problems;
    const kinds = subnetKeys.map((key) => `${lists[key].length} ${kindOf(key)}`).join(", ");
    const isUsable = areWhole && behindFirewall !== undefined && all.every(({ severity }) => severity === "warning");
    return {
      detail: `${config.vpcId} with ${kinds} subnets`,
      problems: all,
      value: isUsable && facts ? new Network(facts) : undefined,
    };
  });
}

type SubnetLists = Record<SubnetKey, string[]>;

/** The subnets to check: those of the lists that are valid, without those in two of them, which a rule refuses. */
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
  const [{ Vpcs: [vpc] = [] }, subnets, routeTables] = await Promise.all([
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
      routeTables,
      behindFirewall,
    },
  };
}

async function describeSubnets(ec2: AwsClients["ec2"], ids: string[]): Promise<Subnet[]> {
  if (ids.length === 0) {
    return [];
  }
  return subnetsWith(ec2, { Name: "subnet-id", Values: ids });
}

async function subnetsWith(ec2: AwsClients["ec2"], filter: ec2.Filter): Promise<Subnet[]> {
  const found = await allPages(async (NextToken) => {
    const page = await ec2.describeSubnets({ Filters: [filter], NextToken });
    return { items: page.Subnets, next: page.NextToken };
  });
  return found.map(subnetFacts);
}

/** The subnets of a VPC in which an installation can live, each under the setting that its routes fit. */
export async function findSubnets(
  ec2: AwsClients["ec2"],
  vpcId: string,
  behindFirewall: boolean,
): Promise<Record<SubnetKey, Subnet[]>> {
  const [all, routeTables] = await Promise.all([
    subnetsWith(ec2, { Name: "vpc-id", Values: [vpcId] }),
    describeRouteTables(ec2, vpcId),
  ]);
  const usable = all.filter(isUsable).sort((a, b) => (a.availabilityZone < b.availabilityZone ? -1 : 1));
  const of = (key: SubnetKey): Subnet[] =>
    usable.filter(({ id }) => keyByRoutes(id, { routeTables, behindFirewall }) === key);
  return {
    publicSubnetIds: of("publicSubnetIds"),
    privateSubnetIds: of("privateSubnetIds"),
    isolatedSubnetIds: of("isolatedSubnetIds"),
  };
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
    return problemIf(missing.length > 0, { key, reason, fix });
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

function dnsProblems({ vpc }: NetworkFacts): ConfigProblem[] {
  const options = [
    ...(vpc.enableDnsSupport ? [] : ["--enable-dns-support"]),
    ...(vpc.enableDnsHostnames ? [] : ["--enable-dns-hostnames"]),
  ];
  const reason = `DNS resolution and DNS host names must both be on in ${vpc.id}`;
  const fix = options.map((option) => `aws ec2 modify-vpc-attribute --vpc-id ${vpc.id} ${option}`).join(" && ");
  return problemIf(options.length > 0, { key: "vpcId", reason, fix });
}
