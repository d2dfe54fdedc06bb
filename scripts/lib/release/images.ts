import type { Installation } from "@selfhosted/common";
import type { ImageConfig } from "../../../application/images";
import { references as referencesOf, type References } from "../../../application/lookups/images";

export { findImage, kinds, type Kind, type References } from "../../../application/lookups/images";

/** The images that a configuration names. The host of the registry ends as in the partition `aws`: `sameImage` passes over it. */
export function references(config: ImageConfig, place: Pick<Installation, "accountId" | "region">): References {
  // Of the installation, images take the place alone.
  return referencesOf(config, place as Installation, { ...place, partition: "aws", dnsSuffix: "amazonaws.com" });
}

/** Whether two references name the same image, wherever it is. */
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
