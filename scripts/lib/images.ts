import { ECRClient, BatchGetImageCommand } from "@aws-sdk/client-ecr";
import { DescribeTaskDefinitionCommand, ECSClient } from "@aws-sdk/client-ecs";
import type { ApplicationOutputs } from "@selfhosted/common";

/** An image in ECR, as a task definition names it: `<account>.dkr.ecr.<region>.<suffix>/<repository>:<tag>`. */
export interface Image {
  registryId: string;
  repository: string;
  /** Absent where the image is pinned by its digest. */
  tag?: string;
}

/** The parts of an image's name; undefined where it isn't in ECR. */
export function parseImage(name: string): Image | undefined {
  const found = /^(\d{12})\.dkr\.ecr\.[^/]+\/([^:@]+)(?::([^@]+))?/.exec(name);
  const [, registryId, repository, tag] = found ?? [];
  return registryId && repository ? { registryId, repository, ...(tag && { tag }) } : undefined;
}

/**
 * Checks that each image of the installation exists with another tag. Images outside ECR and those pinned by digest are left to
 * the deployment.
 *
 * @throws Error that lists every image that is missing, with the way to bring it.
 */
export async function requireImages(application: ApplicationOutputs, tag: string): Promise<void> {
  const { api, console, migration } = application;
  const definitions = [api, console, migration].map((each) => each.taskDefinitionArn);
  const names = (await Promise.all(definitions.map(imagesOf))).flat();
  const images = names.flatMap((name) => parseImage(name) ?? []).filter((image) => image.tag === application.imageTag);
  const missing = (await Promise.all(images.map(async (image) => ((await exists(image, tag)) ? [] : [image])))).flat();
  if (missing.length > 0) {
    const list = missing.map((image) => `  ${image.repository}:${tag} in the registry of account ${image.registryId}`);
    throw new Error(
      `These images are missing, so nothing was changed:\n${list.join("\n")}\n` +
        `Push them to ECR first: the three images of a release carry the same tag.`,
    );
  }
}

async function imagesOf(taskDefinition: string): Promise<string[]> {
  const found = await new ECSClient({}).send(new DescribeTaskDefinitionCommand({ taskDefinition }));
  return found.taskDefinition?.containerDefinitions?.flatMap((container) => container.image ?? []) ?? [];
}

async function exists({ registryId, repository }: Image, tag: string): Promise<boolean> {
  const command = new BatchGetImageCommand({ registryId, repositoryName: repository, imageIds: [{ imageTag: tag }] });
  const { images } = await new ECRClient({}).send(command);
  return images !== undefined && images.length > 0;
}
