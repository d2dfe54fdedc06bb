import { ifKnown, type ApplicationOutputs, type LoadBalancerOutputs } from "@selfhosted/common";
import type { Inputs } from "./config";

/** A host name and what it leads to. */
export interface Host {
  /** `api`, `console` or `bare`: its part in logical names. */
  thing: string;
  domain: string;
  loadBalancer: LoadBalancerOutputs;
  /** A path that answers 200 while the service works. */
  healthPath?: string;
}

/** The host names of the installation. The bare domain, where wanted, leads to the console. */
export function hostsOf({ api, console }: ApplicationOutputs, bareDomain: boolean): Host[] {
  const bare = { thing: "bare", domain: bareDomainOf(console.domain), loadBalancer: console.loadBalancer };
  return [
    { thing: "api", domain: api.domain, loadBalancer: api.loadBalancer, healthPath: "/api/status" },
    { thing: "console", domain: console.domain, loadBalancer: console.loadBalancer, healthPath: "/" },
    ...(bareDomain ? [bare] : []),
  ];
}

/** The names alone, which are known before the load balancers are there. */
export function domainsOf({ config, upstream: { api, console } }: Inputs): string[] {
  const withBare = ifKnown(() => config.bareDomain) ?? false;
  return [api.domain, console.domain, ...(withBare ? [bareDomainOf(console.domain)] : [])];
}

/** The domain under which the console's host stands. */
export function bareDomainOf(consoleHost: string): string {
  return consoleHost.replace(/^app\./, "");
}
