import { clusterName, logicalName, physicalName } from "@selfhosted/common";
import type { ApplicationConfig } from "../config";

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

/**
 * The log groups that the layer makes for Container Insights: one, or none where that is off.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-reference-performance-logs-ECS.html
 *
 * @param cluster physical name of the ECS cluster.
 */
export function insightsLogGroups(
  containerInsights: ApplicationConfig["containerInsights"],
  cluster: string,
): string[] {
  return containerInsights === "disabled" ? [] : [`/aws/ecs/containerinsights/${cluster}/performance`];
}
