import type { Route, Vpc } from "@aws-sdk/client-ec2";
import { awsError } from "@selfhosted/common/testing";
import { expect } from "chai";
import {
  changed,
  everywhere,
  look,
  subnetIds,
  vpcId,
  withCluster,
  withRoutes,
  withSubnets,
  type AccountArgs,
  type Answers,
} from "../account";

const region = "eu-central-1";
const [publicA, publicB] = subnetIds.public as [string, string];
const [privateA, , privateC] = subnetIds.private as [string, string, string];
const ids = (kind: keyof typeof subnetIds): string => subnetIds[kind].join(", ");

/** Public and private subnets in zones of these letters. */
const withZones = (publicZones: string[], privateZones: string[]): Answers => {
  const zones = (kind: keyof typeof subnetIds, letters: string[]): [string, object][] =>
    letters.map((letter, index) => [subnetIds[kind][index] ?? "", { AvailabilityZone: `${region}${letter}` }]);
  return withSubnets(Object.fromEntries([...zones("public", publicZones), ...zones("private", privateZones)]));
};
const toInternet: Route = { ...everywhere, GatewayId: "igw-1" };
const toNat: Route = { ...everywhere, NatGatewayId: "nat-1" };
const ipv6: Route = { DestinationIpv6CidrBlock: "::/0" };
const toFirewall: Route = { ...everywhere, GatewayId: "vpce-1" };

/** Each is the only problem. */
const unfit: [string, AccountArgs, string | RegExp][] = [
  [
    "a VPC that isn't there, with subnets in another one",
    { config: { vpcId: "vpc-00000000000000000" } },
    `vpcId: VPC vpc-00000000000000000 doesn't exist in this account and region; all the configured subnets are in ${vpcId} | pulumi config set vpcId ${vpcId}`,
  ],
  [
    "a VPC and subnets that aren't there",
    { aws: { "ec2:DescribeVpcs": () => ({ Vpcs: [] }), "ec2:DescribeSubnets": () => ({ Subnets: [] }) } },
    /^vpcId: VPC vpc-0123456789abcdef0 doesn't exist in this account and region \| `aws ec2 describe-vpcs`/,
  ],
  [
    "another VPC than that of the subnets",
    {
      aws: withSubnets(
        Object.fromEntries(Object.values(subnetIds).flatMap((all) => all.map((id) => [id, { VpcId: "vpc-theirs" }]))),
      ),
    },
    `vpcId: found ${vpcId}, but all the configured subnets are in vpc-theirs | pulumi config set vpcId vpc-theirs`,
  ],
  [
    "a VPC without DNS host names",
    {
      aws: {
        "ec2:DescribeVpcAttribute": ({ Attribute }) => ({
          EnableDnsSupport: { Value: Attribute === "enableDnsSupport" },
        }),
      },
    },
    `vpcId: DNS resolution and DNS host names must both be on in ${vpcId} | aws ec2 modify-vpc-attribute --vpc-id ${vpcId} --enable-dns-hostnames`,
  ],
  [
    "routes that the caller may not read",
    {
      aws: {
        "ec2:DescribeRouteTables": () => {
          throw awsError("UnauthorizedOperation", "You are not authorized to perform: ec2:DescribeRouteTables");
        },
      },
    },
    `vpcId: VPC ${vpcId} can't be read: the credentials don't allow it | allow the caller ec2:DescribeRouteTables`,
  ],
  [
    "subnets that aren't there",
    { config: { privateSubnetIds: [...subnetIds.private, "subnet-99999999999999999", "subnet-99999999999999998"] } },
    /^privateSubnetIds: subnet-99999999999999999, subnet-99999999999999998 don't exist in this account and region \| /,
  ],
  [
    "a subnet of another VPC",
    { aws: withSubnets({ [privateA]: { VpcId: "vpc-other" } }) },
    `privateSubnetIds: ${privateA} (in vpc-other) is not in ${vpcId}`,
  ],
  [
    "isolated subnets in one zone",
    {
      config: { isolatedSubnetIds: subnetIds.isolated.slice(0, 2) },
      aws: withSubnets({ [subnetIds.isolated[1] ?? ""]: { AvailabilityZone: `${region}a` } }),
    },
    "isolatedSubnetIds: all subnets are in zone eu-central-1a; allowed: two zones or more",
  ],
  [
    "public subnets in one zone",
    { aws: withZones(["a", "a", "a"], ["a", "b", "c"]) },
    "publicSubnetIds: all subnets are in zone eu-central-1a; allowed: two zones or more",
  ],
  [
    "public and private subnets with one zone in common",
    { aws: withZones(["a", "b", "b"], ["b", "c", "d"]) },
    /^publicSubnetIds: found zones eu-central-1a, eu-central-1b, and private subnets in eu-central-1b, eu-central-1c, eu-central-1d; .* two zones or more in which both/,
  ],
  ...(
    [
      ["NAT", toNat],
      ["IPv6", { ...ipv6, EgressOnlyInternetGatewayId: "eigw-1" }],
      ["a firewall", toFirewall],
      ["halves", { DestinationCidrBlock: "0.0.0.0/1", NatGatewayId: "nat-1" }],
    ] as [string, Route][]
  ).map(([way, route]): [string, AccountArgs, string] => [
    `isolated subnets with a way out through ${way}`,
    { aws: withRoutes({ "rtb-main": [route] }) },
    `isolatedSubnetIds: ${ids("isolated")} have a default route; a subnet for the database must have no way out`,
  ]),
  [
    "public subnets that only IPv6 leaves",
    { aws: withRoutes({ "rtb-public": [{ ...ipv6, GatewayId: "igw-1" }] }) },
    `publicSubnetIds: ${ids("public")} have no default route to an internet gateway`,
  ],
  [
    "public subnets behind a firewall, where nobody said so",
    { aws: withRoutes({ "rtb-public": [toFirewall] }) },
    `publicSubnetIds: ${ids("public")} have their default route through vpce-1, a VPC endpoint, not to an internet gateway | ` +
      "where that is a firewall before the internet gateway: pulumi config set publicSubnetsBehindFirewall true",
  ],
  [
    "private subnets that are public by IPv6, with NAT beside it",
    { aws: withRoutes({ "rtb-private": [toNat, { ...ipv6, GatewayId: "igw-1" }] }) },
    `privateSubnetIds: ${ids("private")} have a default route to an internet gateway; that makes a subnet public`,
  ],
  [
    "a default route whose target is gone",
    { aws: withRoutes({ "rtb-private": [{ ...toNat, State: "blackhole" }] }) },
    `privateSubnetIds: the route of ${ids("private")} to 0.0.0.0/0 is in state blackhole: its target is gone | with a gateway that exists: ` +
      "aws ec2 replace-route --route-table-id rtb-private --destination-cidr-block 0.0.0.0/0",
  ],
  [
    "isolated subnets that are given as private, and the other way round",
    { config: { privateSubnetIds: subnetIds.isolated, isolatedSubnetIds: subnetIds.private } },
    "privateSubnetIds: the kinds of subnets are exchanged: by their routes, privateSubnetIds has the isolated ones and isolatedSubnetIds has the private ones | " +
      `pulumi config set privateSubnetIds ${subnetIds.private.join(",")} && pulumi config set isolatedSubnetIds ${subnetIds.isolated.join(",")}`,
  ],
  [
    "all kinds of subnets exchanged",
    {
      config: {
        publicSubnetIds: subnetIds.isolated,
        privateSubnetIds: subnetIds.public,
        isolatedSubnetIds: subnetIds.private,
      },
    },
    /^publicSubnetIds: the kinds of subnets are exchanged: .* publicSubnetIds has the isolated ones and privateSubnetIds has the public ones and isolatedSubnetIds has the private ones/,
  ],
];

describe("The look-up of the network", () => {
  for (const [fault, args, sentence] of unfit) {
    it(`refuses, with that problem alone: ${fault}`, async () => {
      const { errors, facts } = await look(args);
      expect(errors).to.have.length(1);
      expect(errors[0]).to[typeof sentence === "string" ? "equal" : "match"](sentence as RegExp & string);
      expect(facts).to.equal(undefined);
    });
  }

  it("hands the network on as it was found, in the order of configuration", async () => {
    const { facts } = await look();
    expect(facts?.network.outputs).to.deep.equal({
      vpcId,
      publicSubnetIds: subnetIds.public,
      privateSubnetIds: subnetIds.private,
      isolatedSubnetIds: subnetIds.isolated,
      subnets: Object.fromEntries(
        [...subnetIds.public, ...subnetIds.private].map((id) => [id, { zone: `${region}${id.slice(-1)}`, ipv6: true }]),
      ),
      vpcCidrBlocks: ["10.0.0.0/16"],
    });
  });

  for (const [target, route] of Object.entries<Route>({
    "a NAT instance": { NetworkInterfaceId: "eni-1", InstanceId: "i-1" },
    "a transit gateway": { TransitGatewayId: "tgw-1" },
    "a firewall": { GatewayId: "vpce-1" },
    "a private virtual gateway": { GatewayId: "vgw-1" },
  })) {
    it(`lets the private subnets leave by ${target}`, async () => {
      const { errors } = await look({ aws: withRoutes({ "rtb-private": [{ ...everywhere, ...route }] }) });
      expect(errors).to.deep.equal([]);
    });
  }

  it("takes a firewall before the internet gateway, for IPv6 too, where that is said", async () => {
    const config = { publicSubnetsBehindFirewall: true };
    const ipv6Of = async (...routes: Route[]): Promise<unknown> => {
      const { errors, facts } = await look({ config, aws: withRoutes({ "rtb-public": routes }) });
      expect(errors).to.deep.equal([]);
      return facts?.network.outputs.subnets[publicA]?.ipv6;
    };
    expect(await ipv6Of(toFirewall, { ...ipv6, GatewayId: "vpce-1" })).to.equal(true);
    expect(await ipv6Of(toFirewall)).to.equal(false);
  });

  it("takes an IPv6 default route before or after that of IPv4", async () => {
    const routes: Route[] = [{ ...ipv6, EgressOnlyInternetGatewayId: "eigw-1" }, toInternet];
    for (const order of [routes, [...routes].reverse()]) {
      expect((await look({ aws: withRoutes({ "rtb-public": order }) })).errors).to.deep.equal([]);
    }
  });

  it("takes dead routes to other places than everywhere", async () => {
    const elsewhere: Route = {
      DestinationCidrBlock: "172.16.0.0/12",
      VpcPeeringConnectionId: "pcx-1",
      State: "blackhole",
    };
    expect((await look({ aws: withRoutes({ "rtb-private": [toNat, elsewhere] }) })).errors).to.deep.equal([]);
  });

  it("only warns of a default route that a gateway propagates to the isolated subnets", async () => {
    const propagated: Route = { ...everywhere, GatewayId: "vgw-1", Origin: "EnableVgwRoutePropagation" };
    const { errors, warnings, facts } = await look({ aws: withRoutes({ "rtb-main": [propagated] }) });
    expect(errors).to.deep.equal([]);
    expect(warnings.join()).to.match(/^isolatedSubnetIds: .* have a default route from a virtual private gateway/);
    expect(facts).to.have.property("network");
  });

  it("needs no public subnets in a private installation", async () => {
    const { facts } = await look({ config: { publicSubnetIds: undefined } });
    expect(facts?.network.outputs.publicSubnetIds).to.deep.equal([]);
  });

  it("takes the first of several private subnets in a zone", async () => {
    const { facts } = await look({ aws: withSubnets({ [privateC]: { AvailabilityZone: `${region}a` } }) });
    expect(facts?.network.privateSubnetsByZone.get(`${region}a`)).to.equal(privateA);
  });

  it("looks at the VPC and the other subnets though a list of them isn't valid", async () => {
    const { errors, facts } = await look({
      config: { publicSubnetIds: "subnet-x" },
      aws: {
        ...withSubnets({ [privateA]: { VpcId: "vpc-other" } }),
        "ec2:DescribeVpcAttribute": () => ({ EnableDnsSupport: { Value: true } }),
      },
    });
    expect(errors.map((each) => each.split(" | ")[0])).to.deep.equal([
      `vpcId: DNS resolution and DNS host names must both be on in ${vpcId}`,
      `privateSubnetIds: ${privateA} (in vpc-other) is not in ${vpcId}`,
    ]);
    expect(facts).to.equal(undefined);
    const nothing = { publicSubnetIds: "x,y", privateSubnetIds: "x,y", isolatedSubnetIds: "x,y" };
    expect((await look({ config: nothing })).errors).to.deep.equal([]);
  });

  it("takes no network that AWS has taken off", async () => {
    const off = { Ipv6CidrBlock: "2001:db8:1::/64", Ipv6CidrBlockState: { State: "disassociated" as const } };
    const old = { CidrBlock: "10.9.0.0/16", CidrBlockState: { State: "disassociated" as const } };
    const { facts } = await look({
      aws: {
        ...withSubnets({ [publicB]: { Ipv6CidrBlockAssociationSet: [off] } }),
        ...changed<{ Vpcs: Vpc[] }>("ec2:DescribeVpcs", ({ Vpcs }) => ({
          Vpcs: Vpcs.map(({ CidrBlockAssociationSet: blocks = [], ...vpc }) => ({
            ...vpc,
            CidrBlockAssociationSet: [old, ...blocks],
          })),
        })),
      },
    });
    expect(facts?.network.outputs.subnets[publicB]).to.deep.equal({ zone: `${region}b`, ipv6: false });
    expect(facts?.network.outputs.vpcCidrBlocks).to.deep.equal(["10.0.0.0/16"]);
  });

  it("knows which public subnets have no IPv6", async () => {
    const { facts } = await look({ aws: withSubnets({ [publicB]: { Ipv6CidrBlockAssociationSet: [] } }) });
    expect(facts?.network.outputs.subnets[publicB]).to.deep.equal({ zone: `${region}b`, ipv6: false });
  });
});

describe("The look-up of the subnets' places and addresses", () => {
  it("refuses subnets outside the availability zones, and those without IPv4", async () => {
    const aws = withSubnets({
      [privateA]: { AvailabilityZone: "eu-central-1-ham-1a" },
      [publicA]: { AvailabilityZone: "eu-central-1-wl1-ber-wlz-1" },
      [privateC]: { CidrBlock: undefined, Ipv6Native: true },
    });
    expect((await look({ aws })).errors).to.deep.equal([
      `publicSubnetIds: ${publicA} (in eu-central-1-wl1-ber-wlz-1) is in a Local Zone or Wavelength Zone; allowed: subnets in availability zones of the region`,
      `privateSubnetIds: ${privateA} (in eu-central-1-ham-1a) is in a Local Zone or Wavelength Zone; allowed: subnets in availability zones of the region`,
      `privateSubnetIds: ${privateC} has IPv6 only; allowed: subnets with an IPv4 network`,
    ]);
  });

  it("warns of subnets without room for a new installation, and not of those of one that is there", async () => {
    const aws = withSubnets({
      [publicA]: { AvailableIpAddressCount: 8 },
      [privateA]: { AvailableIpAddressCount: 8 },
      [subnetIds.isolated[0] ?? ""]: { AvailableIpAddressCount: 1 },
      [subnetIds.isolated[1] ?? ""]: { AvailableIpAddressCount: 0 },
    });
    const { errors, warnings } = await look({ aws });
    expect(errors).to.deep.equal([]);
    expect(warnings.map((each) => each.split(" | ")[0])).to.deep.equal([
      `publicSubnetIds: ${publicA} (8) has fewer free addresses than the 9 that the load balancers need`,
      `isolatedSubnetIds: ${subnetIds.isolated[0]} (1), ${subnetIds.isolated[1]} (0) have fewer free addresses than the 2 that the instances of the database need in each zone`,
    ]);
    expect((await look({ aws: { ...withCluster(), ...aws } })).warnings).to.deep.equal([]);
  });

  it("warns of a firewall that isn't there", async () => {
    const config = { publicSubnetsBehindFirewall: true };
    expect((await look({ config })).warnings.join()).to.match(
      /^publicSubnetsBehindFirewall: has no effect: .* go to an internet gateway \| pulumi config rm publicSubnetsBehindFirewall$/,
    );
    expect((await look({ config, aws: withRoutes({ "rtb-public": [toFirewall] }) })).warnings).to.deep.equal([]);
  });
});
