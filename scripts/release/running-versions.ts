import type { Deployment, ECS } from "@aws-sdk/client-ecs";
import { type ApplicationOutputs, awsClients } from "@selfhosted/common";
import { isOlder, type References, tagOf } from "../../application/operations";
import { primaryOf, servicesOf } from "../aws/services";

/** Where a service is. */
export interface ServiceLocation {
  /** That of its container. */
  name: "api" | "console" | "jobs";
  serviceName: string;
  region: string;
  /** Name or ARN. */
  cluster: string;
  logGroup: string;
}

/** What a service runs, whatever was deployed. */
export interface RunningVersions extends ServiceLocation {
  /** How to call it: by its container or, where a second service runs the same, by its own name. */
  title: string;
  /** The task definition that ECS runs, or is about to. */
  taskDefinition: string;
  /** What it runs or is about to, the latest first; more than one while it rolls. */
  versions: Version[];
  /** The last events of ECS, the latest first. */
  events: string[];
}

export interface Version {
  /** Reference of the image. */
  image: string;
  running: number;
  desired: number;
  /** State of the rollout, such as COMPLETED, and its reason. */
  rollout: string;
}

/** What each service of an installation runs now. */
export function runningVersionsOf(application: ApplicationOutputs): Promise<RunningVersions[]> {
  const { clusterName: cluster, installation } = application;
  const locations = servicesOf(application).map(({ name, outputs: { serviceName, logGroup } }) => {
    return { name, serviceName, region: installation.region, cluster, logGroup };
  });
  return runningVersions(locations);
}

/** What each of these services runs now. */
export function runningVersions(locations: ServiceLocation[]): Promise<RunningVersions[]> {
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

/** Whether a service has completed its change to the image of a release, and runs no other. */
export function runsRelease({ name, versions: [first, ...others] }: RunningVersions, images: References): boolean {
  return (
    first !== undefined &&
    others.length === 0 &&
    first.rollout.startsWith("COMPLETED") &&
    sameImage(first.image, imageFor(name, images))
  );
}

/** The image that a release has for a service. */
export function imageFor(service: ServiceLocation["name"], images: References): string {
  return images[service === "jobs" ? "api" : service];
}

/** Whether two references name the same image, in whichever registry. */
export function sameImage(one: string, other = ""): boolean {
  const [a, b] = [one, other].map((reference) => reference.slice(reference.indexOf("/")));
  return a === b;
}

/**
 * Whether a container that ECS reports runs the image that its task definition names. Where that is a tag, ECS adds the digest to
 * which the tag led (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html, "Container image
 * resolution").
 */
export function runsImage(reported: string, named: string): boolean {
  return sameImage(named.includes("@") ? reported : reported.replace(/@.*$/, ""), named);
}

/** The release that runs, the oldest where services differ; undefined where no image is tagged with one. */
export function runningRelease(found: RunningVersions[]): string | undefined {
  const releases = found
    .flatMap(({ versions }) => versions.filter(({ running }) => running > 0))
    .flatMap(({ image }) => tagOf(image) ?? [])
    .filter((tag) => /^\d{8}-\d+/.test(tag));
  return releases.sort((a, b) => (isOlder(a, b) ? -1 : 1))[0];
}

/** What each service runs, a line each, with the events of ECS where that isn't what was deployed. */
export function describeVersions(found: RunningVersions[], failed: RunningVersions[]): string[] {
  return found.flatMap((service) => [
    `${service.title} runs ${service.versions.map(describeVersion).join(", and ") || "nothing"}`,
    ...(failed.includes(service) ? service.events.map((event) => `  ECS: ${event}`) : []),
  ]);
}

function describeVersion({ image, running, desired, rollout }: Version): string {
  return `${image} (${running} of ${desired} tasks, ${rollout || "state unknown"})`;
}
