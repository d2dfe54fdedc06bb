import type { EC2, RouteTable, Subnet } from "@aws-sdk/client-ec2";
import { subnetProblems, type Placement } from "../../../application/subnets";
import type { Config } from "../../../infrastructure/config";
import { Network, networkProblems, type NetworkFacts } from "../../../infrastructure/network";
import { subnetKeys } from "../../../infrastructure/settings/network";
import { finding, type Finding } from "../report";

/** The settings that describe a network. */
export type NetworkConfig = Pick<Config, "vpcId" | (typeof subnetKeys)[number] | "publicSubnetsBehindFirewall">;

/** What was found, and the network where it is fit. */
export interface NetworkCheck {
  findings: Finding[];
  network: Network | undefined;
}

/** The VPC and its subnets exist, and are fit by the rules with which the infrastructure layer refuses them. */
export async function checkNetwork(ec2: EC2, config: NetworkConfig): Promise<NetworkCheck> {
  const { facts, missing } = await describeNetwork(ec2, config);
  const absent = missing.map((id) => `${id} doesn't exist in this account and region`);
  const problems = facts ? networkProblems(facts) : [];
  const remedy = "correct the ids in infrastructure/, or the network itself";
  const failures = [
    ...absent.map((evidence) => finding("network", false, evidence, remedy)),
    ...problems.map(({ key, reason, fix }) =>
      finding("network", false, `${key}: ${reason}`, fix === undefined ? remedy : `in infrastructure/: ${fix}`),
    ),
  ];
  if (facts === undefined || failures.length > 0) {
    return { findings: failures, network: undefined };
  }
  const kinds = subnetKeys.map((key) => `${config[key].length} ${key.replace("SubnetIds", "")}`).join(", ");
  return {
    findings: [{ name: "network", verdict: "ok", evidence: `${config.vpcId} with ${kinds} subnets` }],
    network: new Network(facts),
  };
}

/** The load balancers find their subnets, by the rule with which the application layer refuses the network. */
export function checkPlacement(placement: Placement, network: Network): Finding[] {
  return subnetProblems(placement, network.outputs).map(({ key, reason, fix = "" }) =>
    finding(`application ${key}`, false, reason, `in application/: ${fix}`),
  );
}

async function describeNetwork(
  ec2: EC2,
  config: NetworkConfig,
): Promise<{ facts: NetworkFacts | undefined; missing: string[] }> {
  const { vpcId } = config;
  const wanted = subnetKeys.flatMap((key) => config[key]);
  // By filter: a look-up by id would fail as a whole for one that is missing.
  const [{ Vpcs: [vpc] = [] }, { Subnets: subnets = [] }, { RouteTables: tables = [] }] = await Promise.all([
    ec2.describeVpcs({ Filters: [{ Name: "vpc-id", Values: [vpcId] }] }),
    ec2.describeSubnets({ Filters: [{ Name: "subnet-id", Values: wanted }] }),
    ec2.describeRouteTables({ Filters: [{ Name: "vpc-id", Values: [vpcId] }] }),
  ]);
  const found = new Map(subnets.map((each) => [each.SubnetId, subnet(each)]));
  const missing = wanted.filter((id) => !found.has(id));
  if (vpc === undefined) {
    return { facts: undefined, missing: [vpcId, ...missing] };
  }
  const [support, hostNames] = await Promise.all([
    ec2.describeVpcAttribute({ VpcId: vpcId, Attribute: "enableDnsSupport" }),
    ec2.describeVpcAttribute({ VpcId: vpcId, Attribute: "enableDnsHostnames" }),
  ]);
  const subnetsOf = (key: (typeof subnetKeys)[number]): NetworkFacts["subnets"][typeof key] =>
    config[key].flatMap((id) => found.get(id) ?? []);
  return {
    missing,
    facts: {
      vpc: {
        id: vpcId,
        enableDnsSupport: support.EnableDnsSupport?.Value ?? false,
        enableDnsHostnames: hostNames.EnableDnsHostnames?.Value ?? false,
        cidrBlockAssociations: (vpc.CidrBlockAssociationSet ?? []).map(({ CidrBlock: cidrBlock = "" }) => ({
          cidrBlock,
        })),
      },
      subnets: {
        publicSubnetIds: subnetsOf("publicSubnetIds"),
        privateSubnetIds: subnetsOf("privateSubnetIds"),
        isolatedSubnetIds: subnetsOf("isolatedSubnetIds"),
      },
      routeTables: tables.map(routeTable),
      behindFirewall: config.publicSubnetsBehindFirewall,
    },
  };
}

type SubnetFacts = NetworkFacts["subnets"]["publicSubnetIds"][number];

function subnet({
  SubnetId: id = "",
  VpcId: vpcId = "",
  AvailabilityZone: availabilityZone = "",
  Ipv6CidrBlockAssociationSet: networks = [],
}: Subnet): SubnetFacts {
  return { id, vpcId, availabilityZone, ipv6CidrBlock: networks[0]?.Ipv6CidrBlock ?? "" };
}

/** The table as the provider gives it: without propagated routes, and with firewalls apart from gateways. */
function routeTable({
  RouteTableId: id = "",
  Associations: associations = [],
  Routes: routes = [],
}: RouteTable): NetworkFacts["routeTables"][number] {
  return {
    id,
    associations: associations.map(({ SubnetId: subnetId = "", Main: main = false }) => ({ subnetId, main })),
    routes: routes
      .filter(({ Origin: origin }) => origin !== "EnableVgwRoutePropagation")
      .map(({ GatewayId: target = "", DestinationCidrBlock = "", DestinationIpv6CidrBlock = "", State: state }) => ({
        cidrBlock: DestinationCidrBlock,
        ipv6CidrBlock: DestinationIpv6CidrBlock,
        gatewayId: target.startsWith("vpce-") ? "" : target,
        vpcEndpointId: target.startsWith("vpce-") ? target : "",
        blackhole: state === "blackhole",
      })),
  };
}
