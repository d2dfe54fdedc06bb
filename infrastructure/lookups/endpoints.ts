import type { IpPermission, SecurityGroup, ServiceDetail, VpcEndpoint } from "@aws-sdk/client-ec2";
import {
  allPages,
  contains,
  isOwn,
  lookUp,
  lookUpIfAllowed,
  setCommand,
  type AwsClients,
  type Check,
  type ConfigProblem,
  type Tags,
} from "@selfhosted/common";
import type { Config } from "../config";
import { baseServices } from "../config/endpoints";
import type { Network } from "../network";
import { fit } from "./check";

/** An endpoint that the VPC lacks. */
export interface WantedEndpoint {
  /** The service's short name, such as `ecr.api`. */
  service: string;
  /** As AWS lists it; China's begin differently for some services. */
  serviceName: string;
  type: EndpointType;
  /** Private subnets of the zones that the service is in, one for each; for interfaces. */
  subnetIds: string[];
  /** The service lets a policy say who may use its endpoint. */
  takesPolicy: boolean;
}

type EndpointType = "Gateway" | "Interface";

const gateways = ["s3", "dynamodb"];

/** Settings that say which endpoints the VPC must have. */
type EndpointConfig = Pick<
  Config,
  "endpointsEnabled" | "endpointsElsewhere" | "endpointsExtraServices" | "endpointsTrustedAccountIds" | "accountId"
>;

export interface EndpointsQuery {
  region: string;
  /** The installation's account. */
  accountId: string;
  network: Promise<Check<Network>>;
  /** Tags of this layer's own resources. */
  tags: () => Tags;
}

/** What the VPC has for a service. Of several endpoints none is this stack's. */
interface ExistingEndpoint {
  service: string;
  existing: VpcEndpoint | "own" | "none" | "several";
  /** Those that somebody else made. */
  foreign: VpcEndpoint[];
}

/**
 * The endpoints to make: all that are needed but those that the VPC has from somebody else. Where none are to be made, though private
 * subnets have no way out, those that lack are a problem; so are those of others that don't serve such subnets. Two things are
 * warnings: what doesn't serve subnets that have another way out, and whom the security groups of others admit, as their rules may
 * name what can't be looked into.
 */
export function lookUpEndpoints(
  config: EndpointConfig,
  { ec2 }: AwsClients,
  query: EndpointsQuery,
): Promise<Check<WantedEndpoint[]>> {
  return lookUp(
    "VPC endpoints",
    "endpointsEnabled",
    () => "the endpoints of the VPC",
    async () => {
      const network = await fit(query.network);
      const services = neededServices(config, network);
      if (services.length === 0) {
        return { evidence: "none are needed", problems: elsewhereInVain(config, network), value: [] };
      }
      const found = await existingEndpoints(ec2, services, network.vpcId, query);
      const lacking = found
        .filter(({ existing }) => existing === "own" || existing === "none")
        .map(({ service }) => service);
      const offers = await offersOf(ec2, lacking, query.region);
      const foreign = found.flatMap((each) => each.foreign);
      const groups = await lookUpGroups(ec2, foreign, network.privateCidrBlocks);
      return {
        evidence: `${foreign.length} of others serve the VPC, ${lacking.length} to make`,
        problems: [
          ...trustsItself(config, query),
          ...unserved(config, found, network),
          ...(config.endpointsEnabled
            ? notOffered(config, lacking, offers, query.region)
            : missing(config, lacking, network)),
          ...groups.problems,
        ],
        skipped: groups.skipped,
        value: lacking.flatMap((service) => {
          const offer = offers.get(service);
          return offer ? [wantedEndpoint(service, offer, network)] : [];
        }),
      };
    },
  );
}

/** The services that must have an endpoint in the VPC, by their short names. */
function neededServices(config: EndpointConfig, { closedSubnetIds }: Network): string[] {
  return config.endpointsEnabled || closedSubnetIds.length > 0
    ? [...baseServices, ...config.endpointsExtraServices].filter((each) => !config.endpointsElsewhere.includes(each))
    : [];
}

/** Endpoints are only made or checked where they are asked for, or where private subnets have no way out. */
function elsewhereInVain(config: EndpointConfig, { closedSubnetIds }: Network): ConfigProblem[] {
  const key = "endpointsElsewhere";
  return config[key].length > 0 && !config.endpointsEnabled && closedSubnetIds.length === 0
    ? [
        {
          key,
          reason: "has no effect: endpointsEnabled is off, and all private subnets have a way out of the VPC",
          fix: `pulumi config rm ${key}`,
          severity: "warning",
        },
      ]
    : [];
}

function trustsItself(config: EndpointConfig, { accountId }: EndpointsQuery): ConfigProblem[] {
  const key = "endpointsTrustedAccountIds";
  const reason = `found ${accountId}, the installation's own account, which the endpoints serve anyway`;
  // Where the configuration names the account, a rule says so.
  return config.endpointsEnabled && config.accountId === undefined && config[key].includes(accountId)
    ? [{ key, reason }]
    : [];
}

function endpointType(service: string): EndpointType {
  return gateways.includes(service) ? "Gateway" : "Interface";
}

/** The names under which AWS may list a service: China's begin differently for some. */
function serviceNames(service: string, region: string): string[] {
  return [`com.amazonaws.${region}.${service}`, `cn.com.amazonaws.${region}.${service}`];
}

/** A service as AWS offers it; without details, as GovCloud may answer, it has nothing but its name. */
type Offer = Pick<ServiceDetail, "AvailabilityZones" | "VpcEndpointPolicySupported"> & { name: string };

/** What the region offers of these services, by their short names. */
async function offersOf(ec2: AwsClients["ec2"], services: string[], region: string): Promise<Map<string, Offer>> {
  if (services.length === 0) {
    return new Map();
  }
  const names = services.flatMap((service) => serviceNames(service, region));
  const listed: string[] = [];
  const details = await allPages(async (NextToken) => {
    const page = await ec2.describeVpcEndpointServices({
      Filters: [{ Name: "service-name", Values: names }],
      NextToken,
    });
    listed.push(...(page.ServiceNames ?? []));
    return { items: page.ServiceDetails, next: page.NextToken };
  });
  return new Map(
    services.flatMap((service) => {
      const mine = serviceNames(service, region);
      const detail = details.find(
        ({ ServiceName = "", ServiceType = [] }) =>
          mine.includes(ServiceName) && ServiceType.some((each) => each.ServiceType === endpointType(service)),
      );
      const name = detail?.ServiceName ?? mine.find((each) => listed.includes(each));
      return name === undefined ? [] : [[service, { ...detail, name }] as const];
    }),
  );
}

function wantedEndpoint(service: string, offer: Offer, network: Network): WantedEndpoint {
  const { name, AvailabilityZones: has = [], VpcEndpointPolicySupported: takesPolicy = false } = offer;
  // Where AWS names no zones, the service is expected in all.
  const zones = [...network.privateSubnetsByZone].filter(([zone]) => has.length === 0 || has.includes(zone));
  return {
    service,
    serviceName: name,
    type: endpointType(service),
    subnetIds: zones.map(([, subnetId]) => subnetId),
    takesPolicy,
  };
}

/**
 * The states in which an endpoint is there (those that `vpc-endpoint-state` filters by, but `deleting` and `deleted`):
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpoints.html. AWS writes them with and without capitals.
 */
const presentStates = ["available", "pending", "pendingacceptance", "rejected", "failed"];
const servingStates = ["available", "pending"];

async function existingEndpoints(
  ec2: AwsClients["ec2"],
  services: string[],
  vpcId: string,
  { region, tags }: EndpointsQuery,
): Promise<ExistingEndpoint[]> {
  const all = await allPages(async (NextToken) => {
    const page = await ec2.describeVpcEndpoints({ Filters: [{ Name: "vpc-id", Values: [vpcId] }], NextToken });
    return { items: page.VpcEndpoints, next: page.NextToken };
  });
  return services.map((service) => {
    const endpoints = all.filter(
      ({ ServiceName = "", VpcEndpointType, State = "" }) =>
        serviceNames(service, region).includes(ServiceName) &&
        VpcEndpointType === endpointType(service) &&
        presentStates.includes(State.toLowerCase()),
    );
    if (endpoints.some((each) => isOwn(tagsOf(each), tags()))) {
      return { service, existing: "own", foreign: [] };
    }
    const [first = "none", ...others] = endpoints;
    return { service, existing: others.length > 0 ? "several" : first, foreign: endpoints };
  });
}

function tagsOf({ Tags: tags = [] }: VpcEndpoint): Tags {
  return Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value]));
}

/** Endpoints of others that don't serve the private subnets. Where those have another way out, that is only a warning. */
function unserved(config: EndpointConfig, found: ExistingEndpoint[], network: Network): ConfigProblem[] {
  const errors = faultsOf(found, network, network.closedRouteTableIds);
  const warnings = faultsOf(found, network, network.privateRouteTableIds).filter(
    ({ service }) => !errors.some((error) => error.service === service),
  );
  const problem = ({ reason, fix }: Fault, all: Fault[]): ConfigProblem => ({
    key: "endpointsEnabled",
    reason,
    fix: `${fix}; or, where the subnets reach it in another way: ${declareElsewhere(
      config,
      all.map(({ service }) => service),
    )}`,
  });
  return [
    ...errors.map((fault) => problem(fault, errors)),
    ...warnings.map((fault): ConfigProblem => {
      const { key, reason, fix } = problem(fault, warnings);
      return { key, reason: `${reason}; calls leave by the default route`, fix, severity: "warning" };
    }),
  ];
}

interface Fault {
  service: string;
  reason: string;
  fix: string;
}

/** @param routeTableIds of the subnets to serve; where there are none, nothing is a fault. */
function faultsOf(found: ExistingEndpoint[], { vpcId }: Network, routeTableIds: string[]): Fault[] {
  return routeTableIds.length === 0
    ? []
    : found.flatMap(({ service, existing }) => {
        const fault = faultOf(service, existing, vpcId, routeTableIds);
        return fault ? [{ service, ...fault }] : [];
      });
}

/** What is wrong with the endpoint, and how to repair it. */
function faultOf(
  service: string,
  existing: ExistingEndpoint["existing"],
  vpcId: string,
  routeTableIds: string[],
): Omit<Fault, "service"> | undefined {
  if (existing === "own" || existing === "none") {
    return undefined;
  }
  if (existing === "several") {
    return {
      reason: `${vpcId} has several endpoints for ${service}, and none of them is this stack's`,
      fix: "delete all but one",
    };
  }
  const { VpcEndpointId: id = "", State: state = "", PrivateDnsEnabled, RouteTableIds: tables = [] } = existing;
  const modify = `aws ec2 modify-vpc-endpoint --vpc-endpoint-id ${id}`;
  if (!servingStates.includes(state.toLowerCase())) {
    return {
      reason: `${id} for ${service} is in state ${state}; allowed: available`,
      fix: `aws ec2 delete-vpc-endpoints --vpc-endpoint-ids ${id}`,
    };
  }
  if (endpointType(service) === "Interface") {
    return PrivateDnsEnabled
      ? undefined
      : {
          reason: `${id} for ${service} has private DNS off, so that calls by the service's usual name don't reach it`,
          fix: `${modify} --private-dns-enabled, or delete it`,
        };
  }
  const unattached = routeTableIds.filter((table) => !tables.includes(table));
  return unattached.length === 0
    ? undefined
    : {
        reason: `${id} for ${service} is not attached to ${unattached.join(", ")}`,
        fix: `${modify} --add-route-table-ids ${unattached.join(" ")}`,
      };
}

/** The command that adds services to `endpointsElsewhere`. */
function declareElsewhere({ endpointsElsewhere }: EndpointConfig, services: string[]): string {
  return setCommand("endpointsElsewhere", [...endpointsElsewhere, ...services].join(","));
}

/** Endpoints that lack, and which the settings don't ask to make. */
function missing(config: EndpointConfig, services: string[], { vpcId, closedSubnetIds }: Network): ConfigProblem[] {
  return services.length === 0
    ? []
    : [
        {
          key: "endpointsEnabled",
          reason:
            `found false, but ${closedSubnetIds.join(", ")} have no way out of ${vpcId}, ` +
            `which lacks endpoints for ${services.join(", ")}`,
          fix:
            "pulumi config set endpointsEnabled true; or, where the subnets reach AWS in a way that their route tables don't show: " +
            declareElsewhere(config, services),
        },
      ];
}

/** Services for which the region has no endpoints. */
function notOffered(
  config: EndpointConfig,
  services: string[],
  offers: Map<string, Offer>,
  region: string,
): ConfigProblem[] {
  const absent = services.filter((service) => !offers.has(service));
  const extra = config.endpointsExtraServices.filter((service) => !absent.includes(service));
  return absent.length === 0
    ? []
    : [
        absent.every((service) => config.endpointsExtraServices.includes(service))
          ? {
              key: "endpointsExtraServices",
              reason: `AWS has no VPC endpoints for ${absent.join(", ")} in ${region}`,
              fix:
                extra.length > 0
                  ? setCommand("endpointsExtraServices", extra.join(","))
                  : "pulumi config rm endpointsExtraServices",
            }
          : {
              key: "endpointsEnabled",
              reason: `AWS has no VPC endpoints for ${absent.join(", ")} in ${region}`,
              fix: `where the subnets reach it in another way: ${declareElsewhere(config, absent)}`,
            },
      ];
}

/** Only warns: where the caller may not see the groups, that is left unchecked. */
function lookUpGroups(ec2: AwsClients["ec2"], endpoints: VpcEndpoint[], networks: string[]): Promise<Check> {
  return lookUpIfAllowed(
    "groups of endpoints",
    "endpointsEnabled",
    () => "the security groups of the endpoints",
    async () => ({ evidence: "", problems: await closedGroups(ec2, endpoints, networks) }),
  );
}

/** The interfaces whose groups admit no private subnet by its addresses. The installation never changes them. */
async function closedGroups(
  ec2: AwsClients["ec2"],
  endpoints: VpcEndpoint[],
  networks: string[],
): Promise<ConfigProblem[]> {
  const interfaces = endpoints.filter(({ Groups: groups = [] }) => groups.length > 0);
  const ids = [...new Set(interfaces.flatMap(({ Groups: groups = [] }) => groups.map(({ GroupId }) => GroupId ?? "")))];
  if (ids.length === 0) {
    return [];
  }
  const { SecurityGroups: groups = [] } = await ec2.describeSecurityGroups({
    Filters: [{ Name: "group-id", Values: ids }],
  });
  return interfaces.flatMap(({ VpcEndpointId: id = "", ServiceName: service = "", Groups: own = [] }) => {
    const names = own.map(({ GroupId = "" }) => GroupId);
    const mine = groups.filter(({ GroupId = "" }) => names.includes(GroupId));
    const refused = networks.filter((network) => !mine.some((group) => admits(group, network)));
    const admit = refused.map(
      (network) =>
        `aws ec2 authorize-security-group-ingress --group-id ${names[0]} --protocol tcp --port 443 --cidr ${network}`,
    );
    return refused.length === 0
      ? []
      : [
          {
            key: "endpointsEnabled",
            reason: `${id} for ${service}: no rule of ${names.join(", ")} admits ${refused.join(", ")} on port 443`,
            fix: admit.join(" && "),
            severity: "warning",
          },
        ];
  });
}

function admits({ IpPermissions: rules = [] }: SecurityGroup, network: string): boolean {
  return rules
    .filter(isHttps)
    .some(
      ({ IpRanges: ranges = [], PrefixListIds: lists = [] }) =>
        lists.length > 0 || ranges.some(({ CidrIp: range }) => range !== undefined && contains(range, network)),
    );
}

function isHttps({ IpProtocol: protocol, FromPort: from = 0, ToPort: to = 0 }: IpPermission): boolean {
  return protocol === "-1" || (protocol === "tcp" && from <= 443 && to >= 443);
}
