import { type CreateVpcEndpointRequest, EC2, type VpcEndpoint } from "@aws-sdk/client-ec2";
import type { VpcEndpointArgs } from "@pulumi/aws/ec2";
import type { Unwrap } from "@pulumi/pulumi";
import { allOf, type Check, oneOf, required, rule } from "../checks";
import type { Problem, Properties, ResourceType } from "../resource";
import type { Account } from "./account";
import { filters, retag, tagSpecifications } from "./ec2-common";
import { unlessMissing } from "./errors";
import { fromAws, toAws } from "./fields";
import { policyDocument } from "./policies";
import { findSubnets, securityGroupsExist } from "./references";
import { type Tagged, tagMap } from "./tags";

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
    const request = { Filters: filters(exact) };
    const { VpcEndpoints } = await account.client(EC2).describeVpcEndpoints(request);
    return VpcEndpoints?.find(isThere)?.VpcEndpointId;
  },
  async create(inputs, { account }) {
    const request: CreateVpcEndpointRequest = {
      ...toAws(fields, inputs),
      VpcId: inputs.vpcId,
      SecurityGroupIds: inputs.securityGroupIds,
      TagSpecifications: tagSpecifications("vpc-endpoint", inputs.tagsAll),
    };
    const { VpcEndpoint: created } = await account.client(EC2).createVpcEndpoint(request);
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
    await account.client(EC2).modifyVpcEndpoint(request);
    await retag(id, olds.tagsAll, inputs.tagsAll, account);
  },
  async delete(id, _olds, { account }) {
    if (!(await describe(id, account))) return;
    await account.client(EC2).deleteVpcEndpoints({ VpcEndpointIds: [id] });
  },
};

async function dnsProblems(vpcId: string, account: Account): Promise<Problem[]> {
  const { EnableDnsHostnames } = await account
    .client(EC2)
    .describeVpcAttribute({ VpcId: vpcId, Attribute: "enableDnsHostnames" });
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
  return (await unlessMissing(account.client(EC2).describeVpcEndpoints({ VpcEndpointIds: [id] })))?.VpcEndpoints?.find(
    isThere,
  );
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
  return (await account.client(EC2).describePrefixLists({ Filters: filters({ "prefix-list-name": name }) }))
    .PrefixLists?.[0]?.PrefixListId;
}
