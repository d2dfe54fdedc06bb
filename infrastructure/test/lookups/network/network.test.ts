import type { Vpc } from "@aws-sdk/client-ec2";
import { awsError, subnetIds, vpcId } from "@selfhosted/common/testing";
import { expect } from "chai";
import { type Answers, changed, expectOnly, type Fault, lookUp, withSubnets } from "../../account";

const region = "eu-central-1";
const [, publicB] = subnetIds.public as [string, string];
const [privateA, , privateC] = subnetIds.private as [string, string, string];

/** Public and private subnets in zones of these letters. */
const withZones = (publicZones: string[], privateZones: string[]): Answers => {
  const zones = (kind: keyof typeof subnetIds, letters: string[]): [string, object][] =>
    letters.map((letter, index) => [subnetIds[kind][index] ?? "", { AvailabilityZone: `${region}${letter}` }]);
  return withSubnets(Object.fromEntries([...zones("public", publicZones), ...zones("private", privateZones)]));
};

/** Each is the only problem. */
const faults: Fault[] = [
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
];

describe("The look-up of the network", () => {
  for (const [fault, args, sentence] of faults) {
    it(`refuses, with that problem alone: ${fault}`, async () => {
      const { account } = await expectOnly(sentence, args);
      expect(account).to.equal(undefined);
    });
  }

  it("gives the network in the order of configuration", async () => {
    const { account } = await lookUp();
    expect(account?.network.outputs).to.deep.equal({
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

  it("needs no public subnets in a private installation", async () => {
    const { account } = await lookUp({ config: { publicSubnetIds: undefined } });
    expect(account?.network.outputs.publicSubnetIds).to.deep.equal([]);
  });

  it("takes the first of several private subnets in a zone", async () => {
    const { account } = await lookUp({ aws: withSubnets({ [privateC]: { AvailabilityZone: `${region}a` } }) });
    expect(account?.network.privateSubnetsByZone.get(`${region}a`)).to.equal(privateA);
  });

  it("checks the VPC and the other subnets though a list of them isn't valid", async () => {
    const { errors, account } = await lookUp({
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
    expect(account).to.equal(undefined);
    const nothing = { publicSubnetIds: "x,y", privateSubnetIds: "x,y", isolatedSubnetIds: "x,y" };
    expect((await lookUp({ config: nothing })).errors).to.deep.equal([]);
  });

  it("takes no network that AWS has taken off", async () => {
    const off = { Ipv6CidrBlock: "2001:db8:1::/64", Ipv6CidrBlockState: { State: "disassociated" as const } };
    const old = { CidrBlock: "10.9.0.0/16", CidrBlockState: { State: "disassociated" as const } };
    const { account } = await lookUp({
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
    expect(account?.network.outputs.subnets[publicB]).to.deep.equal({ zone: `${region}b`, ipv6: false });
    expect(account?.network.outputs.vpcCidrBlocks).to.deep.equal(["10.0.0.0/16"]);
  });

  it("knows which public subnets have no IPv6", async () => {
    const { account } = await lookUp({ aws: withSubnets({ [publicB]: { Ipv6CidrBlockAssociationSet: [] } }) });
    expect(account?.network.outputs.subnets[publicB]).to.deep.equal({ zone: `${region}b`, ipv6: false });
  });
});
