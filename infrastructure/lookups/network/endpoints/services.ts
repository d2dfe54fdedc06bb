import { setCommand } from "@selfhosted/common";
import type { Config } from "../../../config";
import { baseServices } from "../../../config/endpoints";
import type { WantedEndpoint } from "../../../network/endpoints";
import type { Network } from "../../../network/network";

/** Settings that say which endpoints the VPC must have. */
export type EndpointConfig = Pick<
  Config,
  "endpointsEnabled" | "endpointsElsewhere" | "endpointsExtraServices" | "endpointsTrustedAccountIds" | "accountId"
>;

/** The services that must have an endpoint in the VPC, by their short names. */
export function neededServices(config: EndpointConfig, { closedSubnetIds }: Network): string[] {
  return config.endpointsEnabled || closedSubnetIds.length > 0
    ? [...baseServices, ...config.endpointsExtraServices].filter((each) => !config.endpointsElsewhere.includes(each))
    : [];
}

const gateways = ["s3", "dynamodb"];

export function endpointType(service: string): WantedEndpoint["type"] {
  return gateways.includes(service) ? "Gateway" : "Interface";
}

/** The names under which AWS may list a service: China's begin differently for some. */
export function serviceNames(service: string, region: string): string[] {
  return [`com.amazonaws.${region}.${service}`, `cn.com.amazonaws.${region}.${service}`];
}

/** The command that adds services to `endpointsElsewhere`. */
export function declareElsewhere({ endpointsElsewhere }: EndpointConfig, services: string[]): string {
  return setCommand("endpointsElsewhere", [...endpointsElsewhere, ...services].join(","));
}
