import type { EC2, RouteTable } from "@aws-sdk/client-ec2";
import { networkProblems, type NetworkFacts } from "../../../infrastructure/network";
import { subnetKeys } from "../../../infrastructure/settings/network";
import type { Finding } from "../report";

/** The configured ids of a network. */
export type NetworkIds = { vpcId: string } & Record<(typeof subnetKeys)[number], string[]>;

/** The VPC and its subnets exist, and are fit by the rules with which the infrastructure layer refuses them. */
export async function checkNetwork(ec2: EC2, ids: NetworkIds): Promise<Finding[]> {
  const { facts, missing } = await lookAtNetwork(ec2, ids);
  const absent = missing.map((id) => `${id} doesn't exist in this account and region`);
  const problems = [...absent, ...(facts ? networkProblems(facts).map(({ key, reason }) => `${key}: ${reason}`) : [])];
  if (problems.length > 0) {
    const remedy = "correct the ids in infrastructure/, or the network itself";
    return problems.map((evidence) => ({ name: "network", verdict: "fail", evidence, remedy }));
  }
  const kinds = subnetKeys.map((key) => `${ids[key].length} ${key.replace("SubnetIds", "")}`).join(", ");
  return [{ name: "network", verdict: "ok", evidence: `${ids.vpcId} with ${kinds} subnets` }];
}

async function lookAtNetwork(
  ec2: EC2,
  ids: NetworkIds,
): Promise<{ facts: NetworkFacts | undefined; missing: string[] }> {
  const { vpcId } = ids;
  const wanted = subnetKeys.flatMap((key) => ids[key]);
  // By filter: a look-up by id would fail as a whole for one that is missing.
  const [{ Vpcs: [vpc] = [] }, { Subnets: subnets = [] }, { RouteTables: tables = [] }] = await Promise.all([
    ec2.describeVpcs({ Filters: [{ Name: "vpc-id", Values: [vpcId] }] }),
    ec2.describeSubnets({ Filters: [{ Name: "subnet-id", Values: wanted }] }),
    ec2.describeRouteTables({ Filters: [{ Name: "vpc-id", Values: [vpcId] }] }),
  ]);
  const missing = wanted.filter((id) => !subnets.some((subnet) => subnet.SubnetId === id));
  if (vpc === undefined) {
    return { facts: undefined, missing: [vpcId, ...missing] };
  }
  const [support, hostNames] = await Promise.all([
    ec2.describeVpcAttribute({ VpcId: vpcId, Attribute: "enableDnsSupport" }),
    ec2.describeVpcAttribute({ VpcId: vpcId, Attribute: "enableDnsHostnames" }),
  ]);
  const subnetsOf = (key: (typeof subnetKeys)[number]): NetworkFacts["subnets"][typeof key] =>
    subnets
      .filter(({ SubnetId: id = "" }) => ids[key].includes(id))
      .map(({ SubnetId: id = "", VpcId = "", AvailabilityZone: availabilityZone = "" }) => ({
        id,
        vpcId: VpcId,
        availabilityZone,
      }));
  return {
    missing,
    facts: {
      vpc: {
        id: vpcId,
        enableDnsSupport: support.EnableDnsSupport?.Value ?? false,
        enableDnsHostnames: hostNames.EnableDnsHostnames?.Value ?? false,
        cidrBlockAssociations: [],
      },
      subnets: {
        publicSubnetIds: subnetsOf("publicSubnetIds"),
        privateSubnetIds: subnetsOf("privateSubnetIds"),
        isolatedSubnetIds: subnetsOf("isolatedSubnetIds"),
      },
      // These fields are all that the rules look at.
      routeTables: tables.map(routeTable) as NetworkFacts["routeTables"],
    },
  };
}

function routeTable({
  RouteTableId: id = "",
  Associations: associations = [],
  Routes: routes = [],
}: RouteTable): object {
  return {
    id,
    associations: associations.map(({ SubnetId: subnetId = "", Main: main = false }) => ({ subnetId, main })),
    routes: routes.map((route) => ({
      cidrBlock: route.DestinationCidrBlock ?? "",
      ipv6CidrBlock: route.DestinationIpv6CidrBlock ?? "",
      gatewayId: route.GatewayId ?? "",
    })),
  };
}
