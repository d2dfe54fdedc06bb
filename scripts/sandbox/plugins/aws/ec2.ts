import {
  DescribeManagedPrefixListsCommand,
  DescribePrefixListsCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  EC2Client,
  type Route,
  type RouteTable,
} from "@aws-sdk/client-ec2";
import type {
  GetManagedPrefixListArgs,
  GetPrefixListArgs,
  GetRouteTableArgs,
  GetRouteTablesArgs,
  GetSubnetArgs,
  GetSubnetsArgs,
  GetVpcArgs,
} from "@pulumi/aws/ec2";
import type { DataSource, Properties, Service } from "../resource";
import type { Account } from "./account";
import { filters } from "./ec2-common";
import { exactlyOne } from "./errors";
import { fromAws } from "./fields";
import { taggable, tagMap } from "./tags";
import { getVpcEndpoint, getVpcEndpointService, vpcEndpoint } from "./vpc-endpoints";

const getVpc: DataSource<Account, GetVpcArgs> = {
  async read({ id, cidrBlock, state, default: isDefault, dhcpOptionsId, ...search }, account) {
    const client = account.client(EC2Client);
    const exact = {
      "vpc-id": id,
      cidr: cidrBlock,
      state,
      "is-default": isDefault?.toString(),
      "dhcp-options-id": dhcpOptionsId,
    };
    const { Vpcs } = await client.send(new DescribeVpcsCommand({ Filters: filters(search, exact) }));
    const vpc = exactlyOne(Vpcs, `VPC ${id ?? "with these properties"}`);
    const VpcId = vpc.VpcId ?? "";
    const attribute = (name: "enableDnsHostnames" | "enableDnsSupport") =>
      client.send(new DescribeVpcAttributeCommand({ VpcId, Attribute: name }));
    const [hostnames, support, { RouteTables }] = await Promise.all([
      attribute("enableDnsHostnames"),
      attribute("enableDnsSupport"),
      client.send(
        new DescribeRouteTablesCommand({ Filters: filters({}, { "vpc-id": VpcId, "association.main": "true" }) }),
      ),
    ]);
    return {
      ...fromAws({ id: "VpcId", cidrBlock: "CidrBlock", state: "State", default: "IsDefault" }, vpc),
      ...fromAws({ dhcpOptionsId: "DhcpOptionsId", instanceTenancy: "InstanceTenancy", ownerId: "OwnerId" }, vpc),
      arn: account.arn("ec2", `vpc/${VpcId}`),
      enableDnsHostnames: hostnames.EnableDnsHostnames?.Value,
      enableDnsSupport: support.EnableDnsSupport?.Value,
      mainRouteTableId: RouteTables?.[0]?.RouteTableId,
      cidrBlockAssociations: vpc.CidrBlockAssociationSet?.map((one) => ({
        associationId: one.AssociationId,
        cidrBlock: one.CidrBlock,
        state: one.CidrBlockState?.State,
      })),
      ipv6CidrBlock: vpc.Ipv6CidrBlockAssociationSet?.[0]?.Ipv6CidrBlock ?? "",
      tags: tagMap(vpc.Tags),
    };
  },
};

const subnetFields = {
  id: "SubnetId",
  vpcId: "VpcId",
  arn: "SubnetArn",
  cidrBlock: "CidrBlock",
  availabilityZone: "AvailabilityZone",
  availabilityZoneId: "AvailabilityZoneId",
  availableIpAddressCount: "AvailableIpAddressCount",
  assignIpv6AddressOnCreation: "AssignIpv6AddressOnCreation",
  defaultForAz: "DefaultForAz",
  ipv6Native: "Ipv6Native",
  mapPublicIpOnLaunch: "MapPublicIpOnLaunch",
  ownerId: "OwnerId",
  state: "State",
};

const getSubnet: DataSource<Account, GetSubnetArgs> = {
  async read({ id, vpcId, cidrBlock, availabilityZone, availabilityZoneId, state, defaultForAz, ...search }, account) {
    const exact = {
      "subnet-id": id,
      "vpc-id": vpcId,
      "cidr-block": cidrBlock,
      "availability-zone": availabilityZone,
      "availability-zone-id": availabilityZoneId,
      "default-for-az": defaultForAz?.toString(),
      state,
    };
    const request = { Filters: filters(search, exact) };
    const { Subnets } = await account.client(EC2Client).send(new DescribeSubnetsCommand(request));
    const subnet = exactlyOne(Subnets, `subnet ${id ?? "with these properties"}`);
    const ipv6 = subnet.Ipv6CidrBlockAssociationSet?.[0];
    return {
      ...fromAws(subnetFields, subnet),
      ipv6CidrBlock: ipv6?.Ipv6CidrBlock ?? "",
      ipv6CidrBlockAssociationId: ipv6?.AssociationId ?? "",
      tags: tagMap(subnet.Tags),
    };
  },
};

const getSubnets: DataSource<Account, GetSubnetsArgs> = {
  async read(search, account) {
    const request = { Filters: filters(search) };
    const { Subnets = [] } = await account.client(EC2Client).send(new DescribeSubnetsCommand(request));
    return { id: account.region, ids: Subnets.map(({ SubnetId }) => SubnetId), tags: search.tags ?? {} };
  },
};

/** The provider leaves out routes of the VPC itself, of gateway endpoints, and those that a gateway propagates. */
function isShown({ GatewayId: gateway, Origin: origin, DestinationPrefixListId: list }: Route): boolean {
  const ofEndpoint = list !== undefined && gateway?.startsWith("vpce-");
  return gateway !== "local" && origin !== "EnableVgwRoutePropagation" && !ofEndpoint;
}

function routeTableOutputs(table: RouteTable, account: Account): Properties {
  return {
    id: table.RouteTableId,
    routeTableId: table.RouteTableId,
    vpcId: table.VpcId,
    ownerId: table.OwnerId,
    arn: account.arn("ec2", `route-table/${table.RouteTableId}`),
    routes: table.Routes?.filter(isShown).map((route) => ({
      cidrBlock: route.DestinationCidrBlock ?? "",
      ipv6CidrBlock: route.DestinationIpv6CidrBlock ?? "",
      destinationPrefixListId: route.DestinationPrefixListId ?? "",
      // EC2 gives a firewall's endpoint as a gateway; the provider keeps the two apart.
      gatewayId: route.GatewayId?.startsWith("vpce-") ? "" : (route.GatewayId ?? ""),
      vpcEndpointId: route.GatewayId?.startsWith("vpce-") ? route.GatewayId : "",
      egressOnlyGatewayId: route.EgressOnlyInternetGatewayId ?? "",
      instanceId: route.InstanceId ?? "",
      natGatewayId: route.NatGatewayId ?? "",
      transitGatewayId: route.TransitGatewayId ?? "",
      networkInterfaceId: route.NetworkInterfaceId ?? "",
      vpcPeeringConnectionId: route.VpcPeeringConnectionId ?? "",
    })),
    associations: table.Associations?.map((one) => ({
      main: one.Main ?? false,
      routeTableAssociationId: one.RouteTableAssociationId,
      routeTableId: one.RouteTableId,
      subnetId: one.SubnetId ?? "",
      gatewayId: one.GatewayId ?? "",
    })),
    tags: tagMap(table.Tags),
  };
}

const getRouteTable: DataSource<Account, GetRouteTableArgs> = {
  async read({ routeTableId, subnetId, vpcId, gatewayId, ...search }, account) {
    const exact = {
      "route-table-id": routeTableId,
      "association.subnet-id": subnetId,
      "association.gateway-id": gatewayId,
      "vpc-id": vpcId,
    };
    const request = { Filters: filters(search, exact) };
    const { RouteTables } = await account.client(EC2Client).send(new DescribeRouteTablesCommand(request));
    const sought = routeTableId ?? (subnetId && `associated with subnet ${subnetId}`) ?? "with these properties";
    return routeTableOutputs(exactlyOne(RouteTables, `route table ${sought}`), account);
  },
};

const getRouteTables: DataSource<Account, GetRouteTablesArgs> = {
  async read({ vpcId, ...search }, account) {
    const request = { Filters: filters(search, { "vpc-id": vpcId }) };
    const { RouteTables = [] } = await account.client(EC2Client).send(new DescribeRouteTablesCommand(request));
    return { id: account.region, ids: RouteTables.map(({ RouteTableId }) => RouteTableId), tags: search.tags ?? {} };
  },
};

const getPrefixList: DataSource<Account, GetPrefixListArgs> = {
  async read({ name, prefixListId, ...search }, account) {
    const request = { Filters: filters(search, { "prefix-list-name": name, "prefix-list-id": prefixListId }) };
    const { PrefixLists } = await account.client(EC2Client).send(new DescribePrefixListsCommand(request));
    const list = exactlyOne(PrefixLists, `prefix list ${prefixListId ?? name ?? "with these properties"}`);
    return { id: list.PrefixListId, name: list.PrefixListName, cidrBlocks: list.Cidrs ?? [] };
  },
};

const getManagedPrefixList: DataSource<Account, GetManagedPrefixListArgs> = {
  async read({ name, id, ...search }, account) {
    const request = { Filters: filters(search, { "prefix-list-name": name, "prefix-list-id": id }) };
    const { PrefixLists } = await account.client(EC2Client).send(new DescribeManagedPrefixListsCommand(request));
    const list = exactlyOne(PrefixLists, `managed prefix list ${id ?? name ?? "with these properties"}`);
    const names = { id: "PrefixListId", name: "PrefixListName", arn: "PrefixListArn", ownerId: "OwnerId" };
    return { ...fromAws(names, list), addressFamily: list.AddressFamily, tags: tagMap(list.Tags) };
  },
};

/** VPC endpoints, and look-ups in the customer's network. */
export const service: Service<Account> = {
  resources: {
    "aws:ec2/vpcEndpoint:VpcEndpoint": taggable(vpcEndpoint),
  },
  dataSources: {
    "aws:ec2/getManagedPrefixList:getManagedPrefixList": getManagedPrefixList,
    "aws:ec2/getPrefixList:getPrefixList": getPrefixList,
    "aws:ec2/getRouteTable:getRouteTable": getRouteTable,
    "aws:ec2/getRouteTables:getRouteTables": getRouteTables,
    "aws:ec2/getSubnet:getSubnet": getSubnet,
    "aws:ec2/getSubnets:getSubnets": getSubnets,
    "aws:ec2/getVpc:getVpc": getVpc,
    "aws:ec2/getVpcEndpoint:getVpcEndpoint": getVpcEndpoint,
    "aws:ec2/getVpcEndpointService:getVpcEndpointService": getVpcEndpointService,
  },
};
