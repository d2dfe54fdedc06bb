import {
  CreateVpcEndpointCommand,
  DeleteVpcEndpointsCommand,
  DescribeAvailabilityZonesCommand,
  DescribePrefixListsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcEndpointsCommand,
  EC2Client,
  ModifyVpcEndpointCommand,
  type CreateVpcEndpointRequest,
  type VpcEndpoint,
} from "@aws-sdk/client-ec2";
import type { GetVpcEndpointArgs, GetVpcEndpointServiceArgs, VpcEndpointArgs } from "@pulumi/aws/ec2";
import type { Unwrap } from "@pulumi/pulumi";
import { allOf, oneOf, required, rule, type Check } from "../checks";
import type { DataSource, Problem, Properties, ResourceType } from "../resource";
import type { Account } from "./account";
import { filters, retag, tagSpecifications } from "./ec2-common";
import { exactlyOne, unlessMissing } from "./errors";
import { fromAws, toAws } from "./fields";
import { policyDocument } from "./policies";
import { findSubnets, securityGroupsExist } from "./references";
import { tagMap, type Tagged } from "./tags";

type Inputs = Tagged<Unwrap<VpcEndpointArgs>> & { vpcEndpointType: "Gateway" | "Interface" };

/** What a private installation may need; AWS has more, the emulator lists none. */
const gatewayServices = ["s3", "dynamodb"];
const interfaceServices = [
  ...["s3", "ecr.api", "ecr.dkr", "ecs", "ecs-agent", "ecs-telemetry", "kms", "logs", "monitoring", "rds"],
  ...[
    "secretsmanager",
    "sns",
    "ssm",
    "ssmmessages",
    "ec2messages",
    "sts",
    "elasticloadbalancing",
    "email-smtp",
    "kinesis-firehose",
    "kms-fips",
  ],
];

/** Services whose endpoints take no policy. */
const withoutPolicy = ["email-smtp"];

const fields = {
  vpcId: "VpcId",
  serviceName: "ServiceName",
  vpcEndpointType: "VpcEndpointType",
  policy: "PolicyDocument",
  privateDnsEnabled: "PrivateDnsEnabled",
  routeTableIds: "RouteTableIds",
  subnetIds: "SubnetIds",
} as const;

const knownService: Check = (inputs) => {
  const services = inputs.vpcEndpointType === "Interface" ? interfaceServices : gatewayServices;
  return rule("serviceName", (name) => {
    const [, service] = /^(?:com|cn\.com)\.amazonaws\.[a-z0-9-]+\.(.+)$/.exec(String(name)) ?? [];
    return service && services.includes(service)
      ? undefined
      : `must be com.amazonaws.<region>. and one of ${services.join(", ")}`;
  })(inputs);
};

const fitsKind: Check = (inputs) => {
  const isInterface = inputs.vpcEndpointType === "Interface";
  const foreign = isInterface ? ["routeTableIds"] : ["subnetIds", "securityGroupIds", "privateDnsEnabled"];
  return foreign
    .filter((property) => inputs[property] !== undefined && inputs[property] !== false)
    .map((property) => ({ property, reason: `doesn't go with an endpoint of type ${String(inputs.vpcEndpointType)}` }));
};

const takesPolicy: Check = ({ serviceName, policy }) =>
  policy !== undefined && withoutPolicy.some((name) => String(serviceName).endsWith(`.${name}`))
    ? [{ property: "policy", reason: `doesn't go with ${String(serviceName)}, which takes none` }]
    : [];

export const vpcEndpoint: ResourceType<Account, Inputs> = {
  replaceOn: ["vpcId", "serviceName", "vpcEndpointType"],
  updateOn: ["policy", "privateDnsEnabled", "routeTableIds", "subnetIds", "securityGroupIds"],
  defaults: (inputs) => ({ vpcEndpointType: "Gateway", ...inputs }),
  check: allOf(
    required("vpcId", "serviceName"),
    oneOf("vpcEndpointType", ["Gateway", "Interface"]),
    knownService,
    fitsKind,
    policyDocument("policy", "resource", 20_480),
    takesPolicy,
  ),
  async checkReferences({ vpcId, subnetIds = [], securityGroupIds = [], privateDnsEnabled, serviceName }, { account }) {
    const { subnets, problems } = await findSubnets("subnetIds", subnetIds, account);
    const zones = new Set(subnets.map(({ AvailabilityZone }) => AvailabilityZone));
    const crowded: Problem[] =
      zones.size < subnets.length ? [{ property: "subnetIds", reason: "must lie in a zone of its own each" }] : [];
    const foreign = subnets
      .filter((subnet) => subnet.VpcId !== vpcId)
      .map(({ SubnetId }) => ({ property: "subnetIds", reason: `names ${SubnetId}, which isn't in ${vpcId}` }));
    const elsewhere = serviceName?.split(".").includes(account.region)
      ? []
      : [{ property: "serviceName", reason: `names a service outside of the region, ${account.region}` }];
    return [
      ...problems,
      ...crowded,
      ...foreign,
      ...elsewhere,
      ...(await securityGroupsExist("securityGroupIds", securityGroupIds, vpcId, account)),
      ...(privateDnsEnabled ? await dnsProblems(vpcId, account) : []),
    ];
  },
  async find({ vpcId, serviceName, vpcEndpointType }, { account }) {
    const exact = { "vpc-id": vpcId, "service-name": serviceName, "vpc-endpoint-type": vpcEndpointType };
    const request = { Filters: filters({}, exact) };
    const { VpcEndpoints } = await account.client(EC2Client).send(new DescribeVpcEndpointsCommand(request));
    return VpcEndpoints?.find(isThere)?.VpcEndpointId;
  },
  async create(inputs, { account }) {
    const request: CreateVpcEndpointRequest = {
      ...toAws(fields, inputs),
      VpcId: inputs.vpcId,
      SecurityGroupIds: inputs.securityGroupIds,
      TagSpecifications: tagSpecifications("vpc-endpoint", inputs.tagsAll),
    };
    const { VpcEndpoint: created } = await account.client(EC2Client).send(new CreateVpcEndpointCommand(request));
    return { id: created?.VpcEndpointId ?? "" };
  },
  async read(id, _known, { account }) {
    const found = await describe(id, account);
    return found && outputs(found, account);
  },
  async update(id, inputs, olds, { account }) {
    const request = {
      VpcEndpointId: id,
      PolicyDocument: inputs.policy,
      ResetPolicy: inputs.policy === undefined && olds.policy !== undefined,
      PrivateDnsEnabled: inputs.privateDnsEnabled,
      AddRouteTableIds: without(inputs.routeTableIds, olds.routeTableIds),
      RemoveRouteTableIds: without(olds.routeTableIds, inputs.routeTableIds),
      AddSubnetIds: without(inputs.subnetIds, olds.subnetIds),
      RemoveSubnetIds: without(olds.subnetIds, inputs.subnetIds),
      AddSecurityGroupIds: without(inputs.securityGroupIds, olds.securityGroupIds),
      RemoveSecurityGroupIds: without(olds.securityGroupIds, inputs.securityGroupIds),
    };
    await account.client(EC2Client).send(new ModifyVpcEndpointCommand(request));
    await retag(id, olds.tagsAll, inputs.tagsAll, account);
  },
  async delete(id, _olds, { account }) {
    if (!(await describe(id, account))) return;
    await account.client(EC2Client).send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [id] }));
  },
};

async function dnsProblems(vpcId: string, account: Account): Promise<Problem[]> {
  const hostnames = new DescribeVpcAttributeCommand({ VpcId: vpcId, Attribute: "enableDnsHostnames" });
  const { EnableDnsHostnames } = await account.client(EC2Client).send(hostnames);
  return EnableDnsHostnames?.Value
    ? []
    : [{ property: "privateDnsEnabled", reason: `needs enableDnsHostnames on ${vpcId}` }];
}

function without(items: string[] = [], others: string[] = []): string[] | undefined {
  const rest = items.filter((item) => !others.includes(item));
  return rest.length ? rest : undefined;
}

function isThere({ State: state }: VpcEndpoint): boolean {
  return !["deleted", "deleting"].includes((state ?? "").toLowerCase());
}

async function describe(id: string, account: Account): Promise<VpcEndpoint | undefined> {
  const request = new DescribeVpcEndpointsCommand({ VpcEndpointIds: [id] });
  return (await unlessMissing(account.client(EC2Client).send(request)))?.VpcEndpoints?.find(isThere);
}

async function outputs(endpoint: VpcEndpoint, account: Account): Promise<Properties> {
  const id = endpoint.VpcEndpointId ?? "";
  return {
    ...fromAws(fields, endpoint),
    ...fromAws({ state: "State", networkInterfaceIds: "NetworkInterfaceIds", ownerId: "OwnerId" }, endpoint),
    arn: account.arn("ec2", `vpc-endpoint/${id}`),
    securityGroupIds: endpoint.Groups?.map(({ GroupId }) => GroupId),
    dnsEntries: endpoint.DnsEntries?.map((entry) => ({ dnsName: entry.DnsName, hostedZoneId: entry.HostedZoneId })),
    ...(endpoint.VpcEndpointType === "Gateway" && { prefixListId: await prefixList(endpoint.ServiceName, account) }),
    tagsAll: tagMap(endpoint.Tags),
  };
}

async function prefixList(name: string | undefined, account: Account): Promise<string | undefined> {
  const request = new DescribePrefixListsCommand({ Filters: filters({}, { "prefix-list-name": name }) });
  return (await account.client(EC2Client).send(request)).PrefixLists?.[0]?.PrefixListId;
}

/** A service by its name, or by filters for `service-name` and `service-type`. */
export const getVpcEndpointService: DataSource<Account, GetVpcEndpointServiceArgs> = {
  async read({ service, serviceName, serviceType, filters: search = [] }, account) {
    const { AvailabilityZones = [] } = await account.client(EC2Client).send(new DescribeAvailabilityZonesCommand({}));
    const wanted = (filter: string, value: string | undefined) =>
      value ? [value] : search.find(({ name }) => name === filter)?.values;
    const prefix = `com.amazonaws.${account.region}`;
    const names = wanted("service-name", serviceName ?? (service && `${prefix}.${service}`));
    const types = wanted("service-type", serviceType);
    const offered = [
      ...gatewayServices.map((name) => ({ serviceName: `${prefix}.${name}`, serviceType: "Gateway" })),
      ...interfaceServices.map((name) => ({ serviceName: `${prefix}.${name}`, serviceType: "Interface" })),
    ].filter((one) => (names?.includes(one.serviceName) ?? true) && (types?.includes(one.serviceType) ?? true));
    const found = exactlyOne(offered, `VPC endpoint service ${names?.join(" or ") ?? "with these properties"}`);
    const zones = AvailabilityZones.map(({ ZoneName }) => ZoneName);
    return {
      ...found,
      id: found.serviceName,
      availabilityZones: zones,
      vpcEndpointPolicySupported: !withoutPolicy.some((name) => found.serviceName.endsWith(`.${name}`)),
      owner: "amazon",
    };
  },
};

export const getVpcEndpoint: DataSource<Account, GetVpcEndpointArgs> = {
  async read({ id, vpcId, serviceName, vpcEndpointType, state, ...search }, account) {
    const exact = { "vpc-endpoint-id": id, "vpc-id": vpcId, "service-name": serviceName };
    const further = { ...exact, "vpc-endpoint-type": vpcEndpointType, "vpc-endpoint-state": state };
    const request = new DescribeVpcEndpointsCommand({ Filters: filters(search, further) });
    const { VpcEndpoints } = await account.client(EC2Client).send(request);
    const sought = id ?? serviceName ?? "with these properties";
    const { tagsAll, ...rest } = await outputs(
      exactlyOne(VpcEndpoints?.filter(isThere), `VPC endpoint ${sought}`),
      account,
    );
    return { ...rest, id: VpcEndpoints?.[0]?.VpcEndpointId, tags: tagsAll };
  },
};
