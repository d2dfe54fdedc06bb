import { ECR, RepositoryNotFoundException } from "@aws-sdk/client-ecr";
import type { Installation } from "@selfhosted/common";
import { images, parseImage, type ImageConfig } from "../../../application/images";

/** Containers that have an image of the release. */
export const kinds = ["api", "console", "migration"] as const;
export type Kind = (typeof kinds)[number];

/** References of images, by container. */
export type References = Record<Kind, string>;

/** The images that a configuration names. The host of the registry ends as in the partition `aws`: `sameImage` passes over it. */
export function references(config: ImageConfig, place: Pick<Installation, "accountId" | "region">): References {
  const where = { ...place, partition: "aws", dnsSuffix: "amazonaws.com" };
  // Of the installation, images take the place alone.
  const { api, console, migration } = images(config, place as Installation, where);
  return { api: api.uri, console: console.uri, migration: migration.uri };
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

/** What ECR knows of an image: its digest, or why it isn't there. */
export type LookedUp = { digest: string } | { missing: string };

/** Looks an image up by its digest or, where it has none, by its tag; undefined where it isn't in ECR. */
export async function lookUp(reference: string): Promise<LookedUp | undefined> {
  const image = parseImage(reference);
  if (image === undefined) {
    return undefined;
  }
  try {
    const { images: found = [], failures = [] } = await new ECR({ region: image.region }).batchGetImage({
      registryId: image.accountId,
      repositoryName: image.repository,
      imageIds: [image.digest ? { imageDigest: image.digest } : { imageTag: image.tag }],
    });
    const digest = found[0]?.imageId?.imageDigest;
    return digest ? { digest } : { missing: failures[0]?.failureReason ?? failures[0]?.failureCode ?? "not found" };
  } catch (error) {
    if (error instanceof RepositoryNotFoundException) {
      return { missing: error.message };
    }
    throw error;
  }
}
