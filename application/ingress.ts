import type { Inputs } from "./inputs";

/** The networks that may call the load balancers, beside the prefix lists. */
export function ingressNetworks({ config, upstream }: Inputs): string[] {
  if (config.allowedCidrBlocks !== undefined || config.allowedPrefixListIds !== undefined) {
    return config.allowedCidrBlocks ?? [];
  }
  const everyone = config.dualStack ? ["0.0.0.0/0", "::/0"] : ["0.0.0.0/0"];
  return config.internal ? upstream.network.vpcCidrBlocks : everyone;
}
