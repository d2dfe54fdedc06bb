import type { Deployment, ECS } from "@aws-sdk/client-ecs";
import { awsClients, type ApplicationOutputs } from "@selfhosted/common";
import { isOlder, tagOf } from "../../../application/releases";
import { primaryOf, servicesOf } from "../checks/services";
import { sameImage, type References } from "./images";

/** Where a service is. */
export interface Location {
  /** That of its container. */
  name: "api" | "console" | "jobs";
  serviceName: string;
  region: string;
  /** Name or ARN. */
  cluster: string;
  logGroup: string;
}

/** What a service runs, whatever was asked for. */
export interface Served extends Location {
  /** How to call it: by its container or, where a second service runs the same, by its own name. */
  title: string;
  /** The task definition that ECS runs, or is about to. */
  taskDefinition: string;
  /** What it runs or is about to, the latest first; more than one while it rolls. */
  versions: Version[];
  /** The last words of ECS, the latest first. */
  events: string[];
}

export interface Version {
  /** Reference of the image. */
  image: string;
  running: number;
  desired: number;
  /** How far ECS has brought it, such as COMPLETED, and why. */
  rollout: string;
}

/** Each service of an installation, as ECS has it now. */
export function lookAtServed(application: ApplicationOutputs): Promise<Served[]> {
  const { clusterName: cluster, installation } = application;
  const locations = servicesOf(application).map(({ name, outputs: { serviceName, logGroup } }) => {
    return { name, serviceName, region: installation.region, cluster, logGroup };
  });
  return served(locations);
}

/** Each of these services, as ECS has it now. */
export function served(locations: Location[]): Promise<Served[]> {
  return Promise.all(
    locations.map(async ({ name, serviceName, region, cluster, logGroup }) => {
      const { ecs } = awsClients({ region });
      const described = await ecs.describeServices({ cluster, services: [serviceName] });
      const { deployments = [], events = [], ...service } = described.services?.[0] ?? {};
      const current = deployments.filter(({ status, runningCount }) => status === "PRIMARY" || runningCount);
      return {
        ...{ name, serviceName, region, cluster, logGroup },
        title: locations.filter((each) => each.name === name).length > 1 ? serviceName : name,
        taskDefinition: primaryOf({ deployments })?.taskDefinition ?? service.taskDefinition ?? "",
        versions: await Promise.all(current.map((deployment) => versionOf(ecs, name, deployment))),
        events: events.slice(0, 3).flatMap(({ message }) => message ?? []),
      };
    }),
  );
}

async function versionOf(ecs: ECS, container: string, deployment: Deployment): Promise<Version> {
  const { taskDefinition } = await ecs.describeTaskDefinition({ taskDefinition: deployment.taskDefinition });
  return {
    image: taskDefinition?.containerDefinitions?.find(({ name }) => name === container)?.image ?? "nothing",
    running: deployment.runningCount ?? 0,
    desired: deployment.desiredCount ?? 0,
    rollout: [deployment.rolloutState, deployment.rolloutStateReason].filter(Boolean).join(": "),
  };
}

/** Whether a service has come to run the image of a release, and no other. */
export function serves({ name, versions: [first, ...others] }: Served, images: References): boolean {
  return (
    first !== undefined &&
    others.length === 0 &&
    first.rollout.startsWith("COMPLETED") &&
    sameImage(first.image, imageFor(name, images))
  );
}

/** The image that a release has for a service. */
export function imageFor(service: Served["name"], images: References): string {
  return images[service === "jobs" ? "api" : service];
}

/** The release that serves, the oldest where services differ; undefined where no image is tagged with one. */
export function servedRelease(found: Served[]): string | undefined {
  const releases = found
    .flatMap(({ versions }) => versions.filter(({ running }) => running > 0))
    .flatMap(({ image }) => tagOf(image) ?? [])
    .filter((tag) => /^\d{8}-\d+/.test(tag));
  return releases.sort((a, b) => (isOlder(a, b) ? -1 : 1))[0];
}

/** What each service runs, a line each, with the events of ECS where that isn't what was asked for. */
export function describeServed(found: Served[], failed: Served[]): string[] {
  return found.flatMap((service) => [
    `${service.title} runs ${service.versions.map(describeVersion).join(", and ") || "nothing"}`,
    ...(failed.includes(service) ? service.events.map((event) => `  ECS: ${event}`) : []),
  ]);
}

function describeVersion({ image, running, desired, rollout }: Version): string {
  return `${image} (${running} of ${desired} tasks, ${rollout || "state unknown"})`;
}
