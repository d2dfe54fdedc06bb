import { EC2 } from "@aws-sdk/client-ec2";
import { expect } from "chai";
import { service as ec2 } from "../../plugins/aws/ec2";
import { service as securityGroups } from "../../plugins/aws/security-groups";
import type { Seeded } from "../../seed";
import { Deployment, emulator, type Made } from "../account";

const groupType = "aws:ec2/securityGroup:SecurityGroup";
const ingressType = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const egressType = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const endpointType = "aws:ec2/vpcEndpoint:VpcEndpoint";

describe("the network", () => {
  let stack: Deployment;
  let seeded: Seeded;
  let api: Made;
  let database: Made;

  before(async () => {
    const resources = { ...ec2.resources, ...securityGroups.resources };
    stack = await Deployment.of({ ec2: { ...ec2, resources }, vpc: securityGroups });
    seeded = (await emulator()).account;
    api = await stack.create(groupType, "api", { vpcId: seeded.vpcId, description: "API", tags: { team: "platform" } });
    database = await stack.create(groupType, "db", { vpcId: seeded.vpcId, description: "Database" });
  });

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

  it("opens a group by its rules alone, each of which changes in place", async () => {
    const rule = { securityGroupId: database.id, ipProtocol: "tcp", fromPort: 3306, toPort: 3306 };
    let ingress = await stack.create(ingressType, "db-api", {
      ...rule,
      referencedSecurityGroupId: api.id,
      description: "API",
    });
    const egress = await stack.create(egressType, "api-all", {
      securityGroupId: api.id,
      ipProtocol: "-1",
      cidrIpv4: "0.0.0.0/0",
    });
    expect(ingress.id).to.match(/^sgr-/);
    for (const made of [api, database, ingress, egress]) expect(await stack.preview(made, {})).to.equal("none");

    expect(await stack.refusal(ingressType, { ...rule, referencedSecurityGroupId: api.id })).to.match(/exists already/);
    ingress = await stack.update(ingress, { fromPort: 3307, toPort: 3307 });
    expect(await stack.read(ingress)).to.include({ fromPort: 3307, referencedSecurityGroupId: api.id });

    const inUse = await stack.delete(api).then(String, (error: Error) => error.message);
    expect(inUse).to.include(database.id);
    for (const made of [ingress, ingress, egress]) await stack.delete(made);
    expect(await stack.read(ingress)).to.equal(undefined);
  });

  it("takes a group's name out of other groups' rules before it deletes it, where the program says so", async () => {
    const search = await stack.create(groupType, "search", {
      vpcId: seeded.vpcId,
      description: "Search",
      revokeRulesOnDelete: true,
    });
    const ports = { ipProtocol: "tcp", fromPort: 443, toPort: 443 };
    const way = {
      out: { securityGroupId: api.id, referencedSecurityGroupId: search.id },
      in: { securityGroupId: search.id },
    };
    const out = await stack.create(egressType, "api-search", { ...ports, ...way.out });
    await stack.create(ingressType, "search-api", { ...ports, ...way.in, referencedSecurityGroupId: api.id });
    await stack.delete(search);
    expect(await stack.read(search)).to.equal(undefined);
    expect(await stack.read(out)).to.equal(undefined);
    await stack.delete(out);
  });

  it("refuses rules that EC2 would refuse", async () => {
    const refusal = (inputs: Record<string, unknown>) =>
      stack.refusal(ingressType, { securityGroupId: api.id, ipProtocol: "tcp", ...inputs });
    expect(await refusal({ fromPort: 1, toPort: 2 })).to.match(/one of cidrIpv4.*found none/);
    expect(await refusal({ fromPort: 9, toPort: 2, cidrIpv4: "10.0.0.0/8" })).to.match(/at least fromPort, 9/);
    expect(await refusal({ fromPort: 1, toPort: 2, cidrIpv4: "10.0.0.0/33" })).to.match(/CIDR/);
    for (const range of [{ cidrIpv4: "92.68.201.91/29" }, { cidrIpv6: "2001:DB8:0:0::1/48" }]) {
      expect(await refusal({ fromPort: 1, toPort: 2, ...range })).to.match(
        /address of a network; .* has bits of a host/,
      );
    }
    expect(await refusal({ fromPort: 1, toPort: 2, referencedSecurityGroupId: "sg-12345678" })).to.match(
      /doesn't exist/,
    );
    expect(await stack.refusal(groupType, { name: "sg-api", vpcId: seeded.vpcId })).to.match(/must not start with sg-/);
    expect(await stack.refusal(groupType, { name: api.inputs.name, vpcId: seeded.vpcId })).to.match(/exists already/);
  });

  it("admits the networks of a prefix list that exists", async () => {
    const list = { PrefixListName: "offices", AddressFamily: "IPv4", MaxEntries: 5 };
    const { PrefixList } = await stack.account.client(EC2).createManagedPrefixList(list);
    const prefixListId = PrefixList?.PrefixListId ?? "";
    const rule = { securityGroupId: api.id, ipProtocol: "tcp", fromPort: 443, toPort: 443, prefixListId };
    const made = await stack.create(ingressType, "from-offices", rule);
    expect(await stack.read(made)).to.include({ prefixListId, fromPort: 443 });
    expect(await stack.preview(made, {})).to.equal("none");
    await stack.delete(made);
    const none = { ...rule, prefixListId: "pl-0123456789abcdef0" };
    expect(await stack.refusal(ingressType, none)).to.match(/names pl-0123456789abcdef0, which doesn't exist/);
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

  it("has endpoints of both kinds", async () => {
    const Filters = [{ Name: "association.subnet-id", Values: [seeded.subnetIds.private[0]] }];
    const { RouteTables } = await stack.account.client(EC2).describeRouteTables({ Filters });
    const routeTableId = RouteTables?.[0].RouteTableId;
    const document = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }],
    };
    let gateway = await stack.create(endpointType, "s3", {
      vpcId: seeded.vpcId,
      serviceName: `com.amazonaws.${seeded.region}.s3`,
      routeTableIds: [routeTableId],
      policy: JSON.stringify(document),
      tags: { team: "platform" },
    });
    let logs = await stack.create(endpointType, "logs", {
      vpcId: seeded.vpcId,
      vpcEndpointType: "Interface",
      serviceName: `com.amazonaws.${seeded.region}.logs`,
      privateDnsEnabled: true,
      securityGroupIds: [api.id],
      subnetIds: seeded.subnetIds.private.slice(0, 2),
    });
    expect(gateway.outputs.prefixListId).to.match(/^pl-/);
    for (const made of [gateway, logs]) expect(await stack.preview(made, {})).to.equal("none");
    expect(await stack.refusal(endpointType, gateway.inputs)).to.match(/exists already/);
    const narrower = JSON.stringify({ ...document, Statement: [{ ...document.Statement[0], Action: "s3:GetObject" }] });
    gateway = await stack.update(gateway, { policy: narrower });
    expect((await stack.read(gateway))?.policy).to.equal(narrower);
    const mail = {
      vpcId: seeded.vpcId,
      vpcEndpointType: "Interface",
      serviceName: `com.amazonaws.${seeded.region}.email-smtp`,
      policy: narrower,
    };
    expect(await stack.refusal(endpointType, mail)).to.match(/policy .*which takes none/);
    const nonsense = { vpcId: seeded.vpcId, serviceName: `com.amazonaws.${seeded.region}.nonsense` };
    expect(await stack.refusal(endpointType, nonsense)).to.match(/serviceName must be/);
    logs = await stack.update(logs, { subnetIds: seeded.subnetIds.private });
    expect((await stack.read(logs))?.subnetIds).to.have.members(seeded.subnetIds.private);
    for (const made of [gateway, logs, logs]) await stack.delete(made);
    expect(await stack.read(logs)).to.equal(undefined);
  });
});
