import { contains } from "@selfhosted/common";
import { isIP } from "node:net";
import type { Inputs } from "./inputs";

const everywhere = "0.0.0.0/0";

/** Networks that no one reaches through the internet: RFC 1918, RFC 6598, RFC 4193. */
const privateNetworks = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"];

/** Addresses from which no client calls: of a host itself, of one link, of groups (RFC 6890). */
const nobodysNetworks = [
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
export function egressNetworks({ config, upstream }: Inputs): string[] {
  return config.egressCidrBlocks ?? (config.internal ? upstream.network.vpcCidrBlocks : [everywhere]);
}

export function reachesEverything(inputs: Inputs): boolean {
  return egressNetworks(inputs).includes(everywhere);
}

/** Whether tasks may call anything on the internet, themselves or through a proxy. */
export function reachesInternet(inputs: Inputs): boolean {
  return inputs.config.httpsProxy !== undefined || reachesInternetDirectly(inputs);
}

/** Whether tasks may call anything on the internet themselves. */
export function reachesInternetDirectly(inputs: Inputs): boolean {
  return publicNetworks(inputs).length > 0;
}

/** The networks of the internet that tasks may call. */
export function publicNetworks(inputs: Inputs): string[] {
  const inside = holds([...privateNetworks, ...inputs.upstream.network.vpcCidrBlocks]);
  return egressNetworks(inputs).filter((network) => !inside(network));
}

/** Whether tasks may call an IP address themselves. */
export function reachesAddress(address: string, inputs: Inputs): boolean {
  return holds(egressNetworks(inputs))(hostNetwork(address));
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
export const isPrivate = holds([...privateNetworks, ...nobodysNetworks]);

/** Whether no client can come from this network. */
export const isNobodys = holds(nobodysNetworks);

/** A function that says whether one of these networks holds the whole of another. */
function holds(networks: string[]): (network: string) => boolean {
  return (part) => networks.some((network) => contains(network, part));
}
