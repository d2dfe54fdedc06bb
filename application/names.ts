import { clusterName, logicalName, physicalName } from "@selfhosted/common";

/** Physical names of what runs, which look-ups ask for before the program makes it. */
export interface RunningNames {
  cluster: string;
  /** Of the API: without and with TLS in its containers. One of the two exists, both during a change. */
  apiServices: string[];
  /** All that there may be, those of the API among them. */
  services: string[];
  /** Of the API and of the console. */
  loadBalancers: string[];
}

/** @param installation the installation's name, as configured in infrastructure/. */
export function runningNames(installation: string, stack: string): RunningNames {
  const named = (thing: string): string => logicalName(installation, stack, thing);
  const services = (...things: string[]): string[] => things.map((thing) => physicalName("ecs", named(thing)));
  return {
    cluster: clusterName(installation, stack),
    apiServices: services("api", "api-tls"),
    services: services("api", "api-tls", "api-jobs", "console", "console-tls"),
    loadBalancers: [named("api-lb"), named("console-lb")].map((name) => physicalName("loadBalancer", name)),
  };
}
