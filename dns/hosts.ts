import { type ApplicationOutputs, ifKnown, type LoadBalancerOutputs } from "@selfhosted/common";
import type { Config } from "./config";

/** A host name and what it leads to. */
export interface Host {
  /** `api`, `console` or `bare`: its part in logical names. */
  thing: string;
  domain: string;
  loadBalancer: LoadBalancerOutputs;
  /** A path that answers 200 while the service works. */
  healthPath?: string;
}

type Services = Pick<ApplicationOutputs, "api" | "console">;

/** The host names of the installation. The bare domain, where it is on, leads to the console. */
export function hostsOf({ api, console }: Services, bareDomain: boolean): Host[] {
  const bare = { thing: "bare", domain: bareDomainOf(console.domain), loadBalancer: console.loadBalancer };
  return [
    { thing: "api", domain: api.domain, loadBalancer: api.loadBalancer, healthPath: "/api/status" },
    { thing: "console", domain: console.domain, loadBalancer: console.loadBalancer, healthPath: "/" },
    ...(bareDomain ? [bare] : []),
  ];
}

/** The names alone, which are known before the load balancers exist. */
export function domainsOf({ api, console }: Services, config: Pick<Config, "bareDomain">): string[] {
  const withBare = ifKnown(() => config.bareDomain) ?? false;
  return [api.domain, console.domain, ...(withBare ? [bareDomainOf(console.domain)] : [])];
}

/** The domain of the console's host, without `app.`. */
export function bareDomainOf(consoleHost: string): string {
  return consoleHost.replace(/^app\./, "");
}
