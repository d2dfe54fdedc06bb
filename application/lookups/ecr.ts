import { type AwsClients, awsClients, isDenied } from "@selfhosted/common";
import { type EcrImage, parseImage } from "../task/images";

/** The client of ECR for a region. */
export type EcrIn = (region: string) => AwsClients["ecr"];

/** What ECR has of an image: its digest and the CPU architectures it names, or why it is missing. */
export type FoundImage = { digest: string; architectures: string[] } | { missing: string };

interface FindImageArgs {
  /** ECR is to fetch the image from another registry when it is first pulled. */
  isCached?: boolean;
  ecrIn?: EcrIn;
}

/** Looks an image up by its reference; undefined where that isn't of ECR. */
export async function findImage(reference: string, args: FindImageArgs = {}): Promise<FoundImage | undefined> {
  const image = parseImage(reference);
  return image && findInEcr(image, args);
}

/**
 * Looks an image up by its digest or, where it has none, by its tag.
 *
 * It is described, since BatchGetImage has ECR fetch an image behind a pull-through cache. Another account's registry mostly allows
 * no more than that is pulled from it, by BatchGetImage.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-iam.html
 */
export async function findInEcr(
  image: EcrImage,
  { isCached = false, ecrIn = ecrOf }: FindImageArgs = {},
): Promise<FoundImage> {
  const ecr = ecrIn(image.region);
  try {
    const { imageDetails: [{ imageDigest: digest } = {}] = [] } = await ecr.describeImages(requestFor(image));
    if (digest === undefined) {
      return { missing: "no such image" };
    }
    // Where the manifest can't be read, that is no fault of the image, which exists.
    return await manifestOf(ecr, { ...image, digest }).catch(() => ({ digest, architectures: [] }));
  } catch (error) {
    return isDenied(error) && !isCached ? manifestOf(ecr, image) : absent(error);
  }
}

/** Parameters of a request for one image. */
function requestFor({ accountId, repository, tag, digest }: EcrImage) {
  return {
    registryId: accountId,
    repositoryName: repository,
    imageIds: [digest ? { imageDigest: digest } : { imageTag: tag }],
  };
}

/** An image as a task would get it. */
async function manifestOf(ecr: AwsClients["ecr"], image: EcrImage): Promise<FoundImage> {
  try {
    const { images: [found] = [], failures: [failure = {}] = [] } = await ecr.batchGetImage(requestFor(image));
    const digest = found?.imageId?.imageDigest;
    if (digest !== undefined) {
      return { digest, architectures: architectures(found?.imageManifest) };
    }
    const { failureCode: name = "ImageNotFound", failureReason: reason } = failure;
    return absent(Object.assign(new Error(`${name}: ${reason}`), { name }));
  } catch (error) {
    return absent(error);
  }
}

/** @throws the error, unless it says that no such image exists, or none that can be pulled. */
function absent(error: unknown): FoundImage {
  const { name, message } = error instanceof Error ? error : { name: "", message: "" };
  switch (name) {
    case "RepositoryNotFoundException":
      return { missing: "no such repository" };
    case "ImageNotFoundException":
    case "ImageNotFound":
      return { missing: "no such image" };
    case "ImageInaccessible":
    case "KmsError":
      return { missing: message };
    default:
      throw error;
  }
}

export function ecrOf(region: string): AwsClients["ecr"] {
  return awsClients({ region }).ecr;
}

/** The architectures that an image index names. The manifest of one image doesn't say its own. */
function architectures(manifest = "{}"): string[] {
  const { manifests = [] } = JSON.parse(manifest) as { manifests?: { platform?: { architecture?: string } }[] };
  const named = manifests.flatMap(({ platform }) => platform?.architecture ?? []);
  // Attestations beside the images have the architecture `unknown`.
  return [...new Set(named)].filter((each) => each !== "unknown");
}

/**
 * Whether a pull-through cache rule covers an image; undefined where the registry doesn't show its rules, as another account's.
 *
 * @param accountId of the caller.
 */
export async function hasCacheRule(image: EcrImage, accountId: string, ecrIn: EcrIn): Promise<boolean | undefined> {
  if (image.accountId !== accountId) {
    return undefined;
  }
  try {
    const { pullThroughCacheRules: rules = [] } = await ecrIn(image.region).describePullThroughCacheRules({});
    return rules.some(
      ({ ecrRepositoryPrefix: prefix }) => prefix === "ROOT" || image.repository.startsWith(`${prefix}/`),
    );
  } catch {
    // That the image is missing says more than that the rules can't be read.
    return undefined;
  }
}
