import { BlockList, isIP } from "node:net";
import type { EnvironmentFacts } from "./environment/variables";

type Facts = Pick<EnvironmentFacts, "config" | "upstream">;

const everywhere = "0.0.0.0/0";

/** Networks that no one reaches through the internet: RFC 1918, RFC 6598, RFC 4193. */
const privateNetworks = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"];

/** The networks that tasks may call. */
export function egressNetworks({ config, upstream }: Facts): string[] {
  return config.egressCidrBlocks ?? (config.internal ? upstream.network.vpcCidrBlocks : [everywhere]);
}

export function reachesEverything(facts: Facts): boolean {
  return egressNetworks(facts).includes(everywhere);
}

/** Whether tasks may call anything on the internet, themselves or through a proxy. */
export function reachesInternet(facts: Facts): boolean {
  const inside = new BlockList();
  for (const network of [...privateNetworks, ...facts.upstream.network.vpcCidrBlocks]) {
    const { address, prefix, family } = parse(network);
    inside.addSubnet(address, prefix, family);
  }
  const isPublic = (network: string): boolean => {
    const { address, family } = parse(network);
    return !inside.check(address, family);
  };
  return facts.config.httpsProxy !== undefined || egressNetworks(facts).some(isPublic);
}

function parse(network: string): { address: string; prefix: number; family: "ipv4" | "ipv6" } {
  const [address = "", prefix] = network.split("/");
  return { address, prefix: Number(prefix), family: isIP(address) === 6 ? "ipv6" : "ipv4" };
}
