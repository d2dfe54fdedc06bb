import type { Route } from "@aws-sdk/client-ec2";
import { subnetIds } from "@selfhosted/common/testing";
import { expect } from "chai";
import { everywhere, expectOnly, type Fault, lookUp, withRoutes } from "../../account";

const [publicA] = subnetIds.public as [string];
const ids = (kind: keyof typeof subnetIds): string => subnetIds[kind].join(", ");
const toInternet: Route = { ...everywhere, GatewayId: "igw-1" };
const toNat: Route = { ...everywhere, NatGatewayId: "nat-1" };
const ipv6: Route = { DestinationIpv6CidrBlock: "::/0" };
const toFirewall: Route = { ...everywhere, GatewayId: "vpce-1" };

/** Each is the only problem. */
const faults: Fault[] = [
  ...(
    [
      ["NAT", toNat],
      ["IPv6", { ...ipv6, EgressOnlyInternetGatewayId: "eigw-1" }],
      ["a firewall", toFirewall],
      ["halves", { DestinationCidrBlock: "0.0.0.0/1", NatGatewayId: "nat-1" }],
    ] as [string, Route][]
  ).map(([way, route]): Fault => [
    `isolated subnets with a way out through ${way}`,
    { aws: withRoutes({ "rtb-main": [route] }) },
    `isolatedSubnetIds: ${ids("isolated")} have a default route; a subnet for the database must have no route out`,
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

describe("The look-up of the default routes", () => {
  for (const [fault, args, sentence] of faults) {
    it(`refuses, with that problem alone: ${fault}`, async () => {
      const { account } = await expectOnly(sentence, args);
      expect(account).to.equal(undefined);
    });
  }

  for (const [target, route] of Object.entries<Route>({
    "a NAT instance": { NetworkInterfaceId: "eni-1", InstanceId: "i-1" },
    "a transit gateway": { TransitGatewayId: "tgw-1" },
    "a firewall": { GatewayId: "vpce-1" },
    "a private virtual gateway": { GatewayId: "vgw-1" },
  })) {
    it(`lets the private subnets leave by ${target}`, async () => {
      const { errors } = await lookUp({ aws: withRoutes({ "rtb-private": [{ ...everywhere, ...route }] }) });
      expect(errors).to.deep.equal([]);
    });
  }

  it("takes a firewall before the internet gateway, for IPv6 too, where that is said", async () => {
    const config = { publicSubnetsBehindFirewall: true };
    const ipv6Of = async (...routes: Route[]): Promise<unknown> => {
      const { errors, account } = await lookUp({ config, aws: withRoutes({ "rtb-public": routes }) });
      expect(errors).to.deep.equal([]);
      return account?.network.outputs.subnets[publicA]?.ipv6;
    };
    expect(await ipv6Of(toFirewall, { ...ipv6, GatewayId: "vpce-1" })).to.equal(true);
    expect(await ipv6Of(toFirewall)).to.equal(false);
  });

  it("takes an IPv6 default route before or after that of IPv4", async () => {
    const routes: Route[] = [{ ...ipv6, EgressOnlyInternetGatewayId: "eigw-1" }, toInternet];
    for (const order of [routes, [...routes].reverse()]) {
      expect((await lookUp({ aws: withRoutes({ "rtb-public": order }) })).errors).to.deep.equal([]);
    }
  });

  it("takes dead routes to other places than everywhere", async () => {
    const elsewhere: Route = {
      DestinationCidrBlock: "172.16.0.0/12",
      VpcPeeringConnectionId: "pcx-1",
      State: "blackhole",
    };
    expect((await lookUp({ aws: withRoutes({ "rtb-private": [toNat, elsewhere] }) })).errors).to.deep.equal([]);
  });

  it("only warns of a default route that a gateway propagates to the isolated subnets", async () => {
    const propagated: Route = { ...everywhere, GatewayId: "vgw-1", Origin: "EnableVgwRoutePropagation" };
    const { errors, warnings, account } = await lookUp({ aws: withRoutes({ "rtb-main": [propagated] }) });
    expect(errors).to.deep.equal([]);
    expect(warnings.join()).to.match(/^isolatedSubnetIds: .* have a default route from a virtual private gateway/);
    expect(account).to.have.property("network");
  });

  it("warns of a firewall that isn't there", async () => {
    const config = { publicSubnetsBehindFirewall: true };
    expect((await lookUp({ config })).warnings.join()).to.match(
      /^publicSubnetsBehindFirewall: has no effect: .* go to an internet gateway \| pulumi config rm publicSubnetsBehindFirewall$/,
    );
    expect((await lookUp({ config, aws: withRoutes({ "rtb-public": [toFirewall] }) })).warnings).to.deep.equal([]);
  });
});
