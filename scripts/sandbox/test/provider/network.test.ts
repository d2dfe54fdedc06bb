import { EC2 } from "@aws-sdk/client-ec2";
import { expect } from "chai";
import type { Seeded } from "../../seed";
import { Deployment, emulator, type Made } from "../account";
import { type Life, live } from "../life";

const groupType = "aws:ec2/securityGroup:SecurityGroup";
const ingressType = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const egressType = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const endpointType = "aws:ec2/vpcEndpoint:VpcEndpoint";

describe("the network", () => {
  let stack: Deployment;
  let seeded: Seeded;
  let api: Made;
  let database: Made;
  let prefixListId: string;
  let routeTableIds: string[];

  before(async () => {
    stack = await Deployment.open();
    seeded = (await emulator()).account;
    api = await stack.create(groupType, "api", { vpcId: seeded.vpcId, description: "API" });
    database = await stack.create(groupType, "db", { vpcId: seeded.vpcId, description: "Database" });
    const client = stack.account.client(EC2);
    const list = { PrefixListName: "offices", AddressFamily: "IPv4", MaxEntries: 5 };
    prefixListId = (await client.createManagedPrefixList(list)).PrefixList?.PrefixListId ?? "";
    const Filters = [{ Name: "association.subnet-id", Values: [seeded.subnetIds.private[0] ?? ""] }];
    const { RouteTables = [] } = await client.describeRouteTables({ Filters });
    routeTableIds = RouteTables.map(({ RouteTableId = "" }) => RouteTableId);
  });

  const document = (Action: string) =>
    JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: "*", Action, Resource: "*" }] });
  const tcp = (port: number) => ({ ipProtocol: "tcp", fromPort: port, toPort: port });
  const lives = (what: string, token: string, life: () => Life) => it(what, () => live(stack, token, life()));

  lives("has a security group", groupType, () => ({
    inputs: { vpcId: seeded.vpcId, description: "Tasks" },
    replaced: { description: "Others" },
  }));

  lives("has a rule about another group", ingressType, () => ({
    inputs: {
      ...tcp(3306),
      securityGroupId: database.id,
      referencedSecurityGroupId: api.id,
      description: "From the API",
    },
    changed: { ...tcp(3307), referencedSecurityGroupId: database.id, description: "From the tasks" },
    replaced: { securityGroupId: api.id },
  }));

  lives("has a rule about a network", egressType, () => ({
    inputs: { ...tcp(443), securityGroupId: api.id, cidrIpv4: "10.0.0.0/8", description: "To the network" },
    changed: { cidrIpv4: "10.0.0.0/16" },
    replaced: { securityGroupId: database.id },
  }));

  lives("has a rule about everything", egressType, () => ({
    inputs: { ipProtocol: "-1", securityGroupId: api.id, cidrIpv6: "::/0" },
    replaced: { securityGroupId: database.id },
  }));

  lives("has a rule about a prefix list", ingressType, () => ({
    inputs: { ...tcp(443), securityGroupId: api.id, prefixListId, description: "From the offices" },
    changed: { ...tcp(8443) },
    replaced: { securityGroupId: database.id },
  }));

  lives("has a gateway endpoint", endpointType, () => ({
    inputs: {
      vpcId: seeded.vpcId,
      serviceName: `com.amazonaws.${seeded.region}.s3`,
      routeTableIds,
      policy: document("*"),
    },
    changed: { policy: document("s3:GetObject") },
    replaced: { vpcEndpointType: "Interface" },
  }));

  lives("has an interface endpoint", endpointType, () => ({
    inputs: {
      vpcId: seeded.vpcId,
      vpcEndpointType: "Interface",
      serviceName: `com.amazonaws.${seeded.region}.logs`,
      privateDnsEnabled: true,
      securityGroupIds: [api.id],
      subnetIds: seeded.subnetIds.private.slice(0, 2),
    },
    changed: { subnetIds: seeded.subnetIds.private, securityGroupIds: [database.id] },
    replaced: { serviceName: `com.amazonaws.${seeded.region}.kms` },
  }));

  it("names the prefix list of a service's addresses", async () => {
    const search = (...values: string[]) =>
      stack.invoke("aws:ec2/getPrefixList:getPrefixList", { filters: [{ name: "prefix-list-name", values }] });
    const name = `com.amazonaws.${seeded.region}.s3`;
    const found = await search(name, `cn.${name}`);
    expect(found).to.include({ name });
    expect(found.id).to.match(/^pl-/);
    expect(await search("none").then(String, String)).to.match(/There is no prefix list/);
    expect(await search(name, name.replace("s3", "dynamodb")).then(String, String)).to.match(/more than one/);
  });

  it("opens a group by its rules alone", async () => {
    const Filters = [{ Name: "group-id", Values: [api.id] }];
    const { SecurityGroupRules } = await stack.account.client(EC2).describeSecurityGroupRules({ Filters });
    expect(SecurityGroupRules).to.deep.equal([]);
  });

  it("takes a group's name out of other groups' rules before it deletes it, where the program says so", async () => {
    const inputs = { vpcId: seeded.vpcId, description: "Search", revokeRulesOnDelete: true };
    const search = await stack.create(groupType, "search", inputs);
    const [out, into] = [
      { securityGroupId: api.id, referencedSecurityGroupId: search.id },
      { securityGroupId: search.id, referencedSecurityGroupId: api.id },
    ];
    const rule = await stack.create(egressType, "api-search", { ...tcp(443), ...out });
    await stack.create(ingressType, "search-api", { ...tcp(443), ...into });
    await stack.delete(search);
    expect(await stack.read(search)).to.equal(undefined);
    expect(await stack.read(rule)).to.equal(undefined);
    await stack.delete(rule);
  });

  it("shows a route to a firewall apart from those to gateways", async () => {
    const client = stack.account.client(EC2);
    const { RouteTable: { RouteTableId } = {} } = await client.createRouteTable({ VpcId: seeded.vpcId });
    const { VpcEndpoint: { VpcEndpointId } = {} } = await client.createVpcEndpoint({
      VpcId: seeded.vpcId,
      VpcEndpointType: "GatewayLoadBalancer",
      ServiceName: `com.amazonaws.vpce.${seeded.region}.vpce-svc-1`,
      SubnetIds: seeded.subnetIds.public.slice(0, 1),
    });
    await client.createRoute({ RouteTableId, DestinationCidrBlock: "0.0.0.0/0", VpcEndpointId });
    const { RouteTables } = await client.describeRouteTables({ RouteTableIds: [RouteTableId ?? ""] });
    const route = RouteTables?.[0].Routes?.find((each) => each.DestinationCidrBlock === "0.0.0.0/0");
    expect(route?.GatewayId)
      .to.equal(VpcEndpointId)
      .and.match(/^vpce-/);
    await client.deleteRouteTable({ RouteTableId });
    await client.deleteVpcEndpoints({ VpcEndpointIds: [VpcEndpointId ?? ""] });
  });
});
