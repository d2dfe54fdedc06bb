import { isIP } from "node:net";
import { contains, type InfrastructureOutputs } from "@selfhosted/common";
import type { ApplicationConfig } from "../config";

/** The settings that say what tasks may call. */
export type EgressConfig = Pick<ApplicationConfig, "egressCidrBlocks" | "internal">;

/** Its network is read only where it counts: before the first deployment it may not be known. */
type Upstream = Pick<InfrastructureOutputs, "network">;

const everywhere = "0.0.0.0/0";

/** Networks that no one reaches through the internet: RFC 1918, RFC 6598, RFC 4193. */
const privateNetworks = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"];

/** Networks from which no client calls: a host itself, one link, multicast (RFC 6890). */
const reservedNetworks = [
  "0.0.0.0/8",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "::1/128",
  "fe80::/10",
  "ff00::/8",
];

/** The networks that tasks may call. */
export function egressNetworks(config: EgressConfig, upstream: Upstream): string[] {
  return config.egressCidrBlocks ?? (config.internal ? upstream.network.vpcCidrBlocks : [everywhere]);
}

/** Whether tasks that may call these networks may call every address. */
export function reachesEverything(networks: string[]): boolean {
  return networks.includes(everywhere);
}

/** Whether tasks that may call these networks may call an IP address. */
export function reachesAddress(address: string, networks: string[]): boolean {
  return holds(networks)(hostNetwork(address));
}

/** Whether tasks may call anything on the internet, themselves or through a proxy. */
export function reachesInternet(
  config: EgressConfig & Pick<ApplicationConfig, "httpsProxy">,
  upstream: Upstream,
): boolean {
  return config.httpsProxy !== undefined || reachesInternetDirectly(config, upstream);
}

/** Whether tasks may call anything on the internet themselves. */
export function reachesInternetDirectly(config: EgressConfig, upstream: Upstream): boolean {
  return publicNetworks(config, upstream).length > 0;
}

/** The networks of the internet that tasks may call. */
export function publicNetworks(config: EgressConfig, upstream: Upstream): string[] {
  const inside = holds([...privateNetworks, ...upstream.network.vpcCidrBlocks]);
  return egressNetworks(config, upstream).filter((network) => !inside(network));
}

/** The network of one address. */
export function hostNetwork(address: string): string {
  return `${address}/${isIP(address) === 6 ? 128 : 32}`;
}

/** The host of an address (`host:port` or a URL), an IPv6 address without brackets. */
export function hostOf(address: string): string {
  return new URL(address.includes("://") ? address : `tcp://${address}`).hostname.replace(/^\[(.*)\]$/, "$1");
}

/** Whether a host is the container itself. */
export function isOwnHost(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}

/** Whether clients with addresses of this network can't come from the internet. */
export const isPrivate = holds([...privateNetworks, ...reservedNetworks]);

/** Whether no client can come from this network. */
export const isReserved = holds(reservedNetworks);

/** A function that says whether one of these networks contains the whole of another. */
function holds(networks: string[]): (network: string) => boolean {
  return (part) => networks.some((network) => contains(network, part));
}
