import type { RouteTable, ServiceDetail, Subnet } from "@aws-sdk/client-ec2";
import type { Partition } from "../account";
import type { Values } from "../values";
import { type AwsAnswers, awsError } from ".";

export const vpcId = "vpc-0123456789abcdef0";
/** A list of IPv4 networks, that of the NAT gateway among them. */
export const prefixListId = "pl-0123456789abcdef0";
const zones = ["a", "b", "c"];
const kinds = ["public", "private", "isolated"] as const;
type Kind = (typeof kinds)[number];

/** Three subnets of each kind, in three zones. */
export const subnetIds: Record<Kind, string[]> = {
  public: ["subnet-0000000000000000a", "subnet-0000000000000000b", "subnet-0000000000000000c"],
  private: ["subnet-1000000000000000a", "subnet-1000000000000000b", "subnet-1000000000000000c"],
  isolated: ["subnet-2000000000000000a", "subnet-2000000000000000b", "subnet-2000000000000000c"],
};

/** Regions of the partitions; of them `me-south-1` isn't enabled. */
const regions: Record<Partition, string[]> = {
  aws: ["eu-central-1", "eu-north-1", "eu-west-1", "me-south-1", "us-east-1", "us-west-2"],
  "aws-us-gov": ["us-gov-east-1", "us-gov-west-1"],
  "aws-cn": ["cn-north-1", "cn-northwest-1"],
};

/** A VPC with NAT, without endpoints. */
export function ec2(partition: Partition): AwsAnswers {
  return {
    "ec2:DescribeRegions": () => ({
      Regions: regions[partition].map((RegionName) => ({
        RegionName,
        OptInStatus: RegionName === "me-south-1" ? "not-opted-in" : "opt-in-not-required",
      })),
    }),
    "ec2:DescribeVpcs": (input) => ({
      Vpcs: filter(input, "vpc-id").includes(vpcId)
        ? [{ VpcId: vpcId, CidrBlockAssociationSet: [{ CidrBlock: "10.0.0.0/16" }] }]
        : [],
    }),
    "ec2:DescribeVpcAttribute": ({ Attribute }) =>
      Attribute === "enableDnsSupport"
        ? { EnableDnsSupport: { Value: true } }
        : { EnableDnsHostnames: { Value: true } },
    "ec2:DescribeSubnets": (input, region) => ({
      // Not in the order of the question, as AWS answers.
      Subnets: subnets(region)
        .filter(({ SubnetId = "" }) => filter(input, "subnet-id").includes(SubnetId))
        .reverse(),
    }),
    "ec2:DescribeRouteTables": (input) => ({
      RouteTables: filter(input, "vpc-id").includes(vpcId) ? routeTables() : [],
    }),
    "ec2:DescribeNatGateways": describeNatGateways,
    "ec2:DescribeManagedPrefixLists": describePrefixLists,
    "ec2:GetManagedPrefixListEntries": ({ PrefixListId }) => {
      if (PrefixListId !== prefixListId) {
        throw awsError("InvalidPrefixListID.NotFound", `The prefix list ID '${String(PrefixListId)}' does not exist`);
      }
      return { Entries: [{ Cidr: "198.51.100.0/24" }] };
    },
    "ec2:DescribeVpcEndpoints": () => ({ VpcEndpoints: [] }),
    "ec2:DescribeVpcEndpointServices": (input, region) => ({
      ServiceDetails: filter(input, "service-name").flatMap((name) => endpointService(name, region)),
    }),
    "ec2:DescribeSecurityGroups": () => ({ SecurityGroups: [] }),
  };
}

/** One NAT gateway. Asked by its ID, EC2 refuses to answer where one of several is missing; by a filter, it leaves that out. */
function describeNatGateways({ NatGatewayIds, ...input }: Values): Values {
  const asked = (NatGatewayIds as string[] | undefined) ?? filter(input, "nat-gateway-id");
  const missing = asked.find((id) => id !== "nat-1");
  if (NatGatewayIds !== undefined && missing !== undefined) {
    throw awsError("NatGatewayNotFound", `The Nat Gateway ${missing} was not found`);
  }
  const gateway = {
    NatGatewayId: "nat-1",
    ConnectivityType: "public",
    NatGatewayAddresses: [{ PublicIp: "198.51.100.1" }],
  };
  return { NatGateways: asked.includes("nat-1") ? [gateway] : [] };
}

/** One prefix list, with the same two ways to ask. */
function describePrefixLists({ PrefixListIds, ...input }: Values): Values {
  const asked = (PrefixListIds as string[] | undefined) ?? filter(input, "prefix-list-id");
  const missing = asked.find((id) => id !== prefixListId);
  if (PrefixListIds !== undefined && missing !== undefined) {
    throw awsError("InvalidPrefixListID.NotFound", `The prefix list ID '${missing}' does not exist`);
  }
  const list = { PrefixListId: prefixListId, PrefixListName: "clients", AddressFamily: "IPv4", MaxEntries: 10 };
  return { PrefixLists: asked.includes(prefixListId) ? [list] : [] };
}

/** The values of a filter in a question to EC2, which calls them `Filter` in some operations. */
function filter({ Filters, Filter = Filters ?? [] }: Values, name: string): string[] {
  return (Filter as { Name: string; Values: string[] }[]).find(({ Name }) => Name === name)?.Values ?? [];
}

/** The VPC's subnets; all but the isolated ones have IPv6 too. */
export function subnets(region: string): Subnet[] {
  return kinds.flatMap((kind, row) =>
    subnetIds[kind].map((SubnetId, column) => ({
      SubnetId,
      VpcId: vpcId,
      AvailabilityZone: `${region}${zones[column]}`,
      CidrBlock: `10.0.${10 * row + column}.0/24`,
      AvailableIpAddressCount: 251,
      Ipv6CidrBlockAssociationSet:
        kind === "isolated" ? [] : [{ Ipv6CidrBlock: "2001:db8::/64", Ipv6CidrBlockState: { State: "associated" } }],
    })),
  );
}

/** One route table for each kind; the isolated subnets follow the main one, as they do in many accounts. */
export function routeTables(): RouteTable[] {
  const local = { DestinationCidrBlock: "10.0.0.0/16", GatewayId: "local" };
  const of = (ids: string[]): RouteTable["Associations"] => ids.map((SubnetId) => ({ SubnetId, Main: false }));
  return [
    {
      RouteTableId: "rtb-public",
      Associations: of(subnetIds.public),
      Routes: [
        local,
        { DestinationCidrBlock: "0.0.0.0/0", GatewayId: "igw-1" },
        { DestinationIpv6CidrBlock: "::/0", GatewayId: "igw-1" },
      ],
    },
    {
      RouteTableId: "rtb-private",
      Associations: of(subnetIds.private),
      Routes: [local, { DestinationCidrBlock: "0.0.0.0/0", NatGatewayId: "nat-1" }],
    },
    { RouteTableId: "rtb-main", Associations: [{ Main: true }], Routes: [local] },
  ];
}

/** As in China, where the names of some services begin with `cn.`. S3 has an endpoint of both types. */
function endpointService(name: string, region: string): ServiceDetail[] {
  const isChinese = region.startsWith("cn-") && name.includes("ecr");
  if (name.startsWith("cn.") !== isChinese) {
    return [];
  }
  const types = { s3: ["Interface", "Gateway"], dynamodb: ["Gateway"] }[name.split(".").at(-1) ?? ""] ?? ["Interface"];
  return types.map((ServiceType) => ({
    ServiceName: name,
    ServiceType: [{ ServiceType: ServiceType as "Gateway" }],
    AvailabilityZones: zones.map((zone) => `${region}${zone}`),
    // As in AWS: mail by SMTP knows no principals.
    VpcEndpointPolicySupported: !name.includes("email-smtp"),
  }));
}
