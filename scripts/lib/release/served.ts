import { ECS } from "@aws-sdk/client-ecs";
import type { ApplicationOutputs } from "@selfhosted/common";
import { isOlder } from "../../../application/releases";
import { lookAtService, primaryOf, servicesOf } from "../checks/services";
import { imageTag, sameImage, type References } from "./images";

/** What a service runs, whatever was asked for. */
export interface Served {
  name: "api" | "console" | "jobs";
  serviceName: string;
  logGroup: string;
  /** Reference of its image; `nothing` where there is no such service. */
  image: string;
  /** How far ECS has brought it, such as COMPLETED. */
  rollout: string;
}

/** Each service of an installation, as ECS has it now. */
export function lookAtServed(application: ApplicationOutputs): Promise<Served[]> {
  const ecs = new ECS({ region: application.installation.region });
  return Promise.all(
    servicesOf(application).map(async ({ name, outputs: { serviceName, logGroup } }) => {
      const { service, taskDefinition } = await lookAtService(ecs, application.clusterName, serviceName);
      const image = taskDefinition.containerDefinitions?.find((container) => container.name === name)?.image;
      const rollout = primaryOf(service)?.rolloutState ?? "unknown";
      return { name, serviceName, logGroup, image: image ?? "nothing", rollout };
    }),
  );
}

/** Whether a service has come to run the image of a release. */
export function serves({ name, image, rollout }: Served, images: References): boolean {
  return rollout === "COMPLETED" && sameImage(image, imageFor(name, images));
}

/** The image that a release has for a service. */
export function imageFor(service: Served["name"], images: References): string {
  return images[service === "jobs" ? "api" : service];
}

/** The release that serves, the older one where services differ; undefined where no image is tagged with one. */
export function servedRelease(found: Served[]): string | undefined {
  const releases = found
    .filter(({ rollout }) => rollout === "COMPLETED")
    .flatMap(({ image }) => imageTag(image) ?? [])
    .filter((tag) => /^\d{8}-\d+/.test(tag));
  return releases.sort((a, b) => (isOlder(a, b) ? -1 : 1))[0];
}

/** `Serving: api registry/…:20251103-204-signed, console …` */
export function listServed(found: Served[]): string {
  const each = found.map(({ name, image, rollout }) =>
    rollout === "COMPLETED" ? `${name} ${image}` : `${name} ${image} (${rollout})`,
  );
  return `Serving: ${each.join(", ")}.`;
}
