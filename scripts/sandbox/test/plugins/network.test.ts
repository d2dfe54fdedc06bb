import { CreateManagedPrefixListCommand, EC2, EC2Client } from "@aws-sdk/client-ec2";
import { expect } from "chai";
import { service as ec2 } from "../../plugins/aws/ec2";
import { service as securityGroups } from "../../plugins/aws/security-groups";
import { service as index } from "../../plugins/aws/sts";
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
    const dataSources = { ...ec2.dataSources, ...securityGroups.dataSources };
    stack = await Deployment.of({ ec2: { resources, dataSources }, vpc: securityGroups, index });
    seeded = (await emulator()).account;
    api = await stack.create(groupType, "api", { vpcId: seeded.vpcId, description: "API", tags: { team: "platform" } });
    database = await stack.create(groupType, "db", { vpcId: seeded.vpcId, description: "Database" });
  });

  it("lets data sources find what the customer has", async () => {
    const vpc = await stack.invoke("aws:ec2/getVpc:getVpc", { id: seeded.vpcId });
    expect(vpc).to.include({ id: seeded.vpcId, enableDnsHostnames: true });
    const filters = [{ name: "vpc-id", values: [seeded.vpcId] }];
    const { ids } = await stack.invoke("aws:ec2/getSubnets:getSubnets", { filters });
    expect(ids).to.include.members(seeded.subnetIds.isolated);
    const subnet = await stack.invoke("aws:ec2/getSubnet:getSubnet", { id: seeded.subnetIds.public[0] });
    expect(subnet).to.include({ vpcId: seeded.vpcId });
    const table = await stack.invoke("aws:ec2/getRouteTable:getRouteTable", { subnetId: seeded.subnetIds.private[0] });
    expect(table).to.include({ vpcId: seeded.vpcId });
    expect(await stack.invoke("aws:index/getPartition:getPartition", {})).to.include({ partition: "aws" });
    expect(await stack.invoke("aws:index/getCallerIdentity:getCallerIdentity", {})).to.include({
      accountId: seeded.accountId,
    });
    const unknown = await stack.invoke("aws:ec2/getVpc:getVpc", { id: "vpc-00000000" }).then(String, String);
    expect(unknown).to.match(/There is no VPC vpc-00000000/);
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

  it("takes a group's name out of other groups' rules before it deletes it, where it is told so", async () => {
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
    const ec2Client = stack.account.client(EC2Client);
    const list = { PrefixListName: "offices", AddressFamily: "IPv4", MaxEntries: 5 };
    const { PrefixList } = await ec2Client.send(new CreateManagedPrefixListCommand(list));
    const prefixListId = PrefixList?.PrefixListId ?? "";
    const rule = { securityGroupId: api.id, ipProtocol: "tcp", fromPort: 443, toPort: 443, prefixListId };
    const made = await stack.create(ingressType, "from-offices", rule);
    expect(await stack.read(made)).to.include({ prefixListId, fromPort: 443 });
    expect(await stack.preview(made, {})).to.equal("none");
    await stack.delete(made);
    const none = { ...rule, prefixListId: "pl-0123456789abcdef0" };
    expect(await stack.refusal(ingressType, none)).to.match(/names pl-0123456789abcdef0, which doesn't exist/);
  });

  it("shows a route to a firewall apart from those to gateways, and none of those that the provider leaves out", async () => {
    const { url } = await emulator();
    const ec2 = new EC2({
      endpoint: url,
      region: seeded.region,
      credentials: { accessKeyId: "a", secretAccessKey: "a" },
    });
    const made = await ec2.createRouteTable({ VpcId: seeded.vpcId });
    const RouteTableId = made.RouteTable?.RouteTableId ?? "";
    const endpoint = await ec2.createVpcEndpoint({
      VpcId: seeded.vpcId,
      VpcEndpointType: "GatewayLoadBalancer",
      ServiceName: `com.amazonaws.vpce.${seeded.region}.vpce-svc-1`,
      SubnetIds: seeded.subnetIds.public.slice(0, 1),
    });
    const VpcEndpointId = endpoint.VpcEndpoint?.VpcEndpointId ?? "";
    await ec2.createRoute({ RouteTableId, DestinationCidrBlock: "0.0.0.0/0", VpcEndpointId });
    const { routes } = await stack.invoke("aws:ec2/getRouteTable:getRouteTable", { routeTableId: RouteTableId });
    expect(routes).to.have.length(1);
    expect((routes as object[])[0]).to.include({ cidrBlock: "0.0.0.0/0", vpcEndpointId: VpcEndpointId, gatewayId: "" });
    await ec2.deleteRouteTable({ RouteTableId });
    await ec2.deleteVpcEndpoints({ VpcEndpointIds: [VpcEndpointId] });
  });

  it("has endpoints of both kinds", async () => {
    const { routeTableId } = await stack.invoke("aws:ec2/getRouteTable:getRouteTable", {
      subnetId: seeded.subnetIds.private[0],
    });
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
