import type { ServiceDetail } from "@aws-sdk/client-ec2";
import { allPages, type AwsClients, type ConfigProblem, problemIf, setCommand } from "@selfhosted/common";
import type { WantedEndpoint } from "../../../network/endpoints";
import type { Network } from "../../../network/network";
import { declareElsewhere, type EndpointConfig, endpointType, serviceNames } from "./services";

/** A service as AWS offers it; without details, as GovCloud may answer, it has nothing but its name. */
type Offer = Pick<ServiceDetail, "AvailabilityZones" | "VpcEndpointPolicySupported"> & { name: string };

/** What the region offers of these services, by their short names. */
export async function offersOf(
  ec2: AwsClients["ec2"],
  services: string[],
  region: string,
): Promise<Map<string, Offer>> {
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

export function wantedEndpoint(service: string, offer: Offer, network: Network): WantedEndpoint {
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

/** Services for which the region has no endpoints. */
export function notOffered(
  config: EndpointConfig,
  services: string[],
  offers: Map<string, Offer>,
  region: string,
): ConfigProblem[] {
  const absent = services.filter((service) => !offers.has(service));
  const others = config.endpointsExtraServices.filter((service) => !absent.includes(service));
  const isExtra = absent.every((service) => config.endpointsExtraServices.includes(service));
  const key = isExtra ? "endpointsExtraServices" : "endpointsEnabled";
  const withoutThem = others.length > 0 ? setCommand(key, others.join(",")) : `pulumi config rm ${key}`;
  return problemIf(absent.length > 0, {
    key,
    reason: `AWS has no VPC endpoints for ${absent.join(", ")} in ${region}`,
    fix: isExtra ? withoutThem : `where the subnets reach it in another way: ${declareElsewhere(config, absent)}`,
  });
}
