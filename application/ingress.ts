import type { EnvironmentFacts } from "./environment/variables";

/** The networks that may call the load balancers. */
export function ingressNetworks({ config, upstream }: Pick<EnvironmentFacts, "config" | "upstream">): string[] {
  const everyone = config.dualStack ? ["0.0.0.0/0", "::/0"] : ["0.0.0.0/0"];
  return config.allowedCidrBlocks ?? (config.internal ? upstream.network.vpcCidrBlocks : everyone);
}
