import { ECR } from "@aws-sdk/client-ecr";
import type { Installation } from "@selfhosted/common";
import { images } from "../../../application/images";
import type { ApplicationConfig } from "../../../application/settings";
import { parseImage } from "../images";
import { examine, finding, type Finding } from "../report";

const remedy = "push it to ECR first: the three images of a release carry the same tag";

/** The images that the configuration names are in ECR. Of other registries only the deployment can tell. */
export async function checkImages(
  config: ApplicationConfig,
  place: { accountId: string; region: string },
): Promise<Finding[]> {
  // Only the host name of the registry depends on these two, and the look-up doesn't use it.
  const where = { ...place, partition: "aws", dnsSuffix: "amazonaws.com" };
  // Of the installation, images take the place alone.
  const all = images(config, place as Installation, where);
  const found = await Promise.all(
    (["api", "console", "migration"] as const).map((kind) =>
      examine(`${kind} image`, async () => [await checkImage(kind, all[kind].uri)], remedy),
    ),
  );
  return found.flat();
}

async function checkImage(kind: string, reference: string): Promise<Finding> {
  const name = `${kind} image`;
  const image = parseImage(reference);
  if (image === undefined) {
    return { name, verdict: "skip", evidence: `${reference} is not in ECR` };
  }
  const [, , , region] = reference.split(".");
  const digest = reference.split("@")[1];
  const found = await new ECR({ region }).batchGetImage({
    registryId: image.registryId,
    repositoryName: image.repository,
    imageIds: [digest ? { imageDigest: digest } : { imageTag: image.tag }],
  });
  const [failure] = found.failures ?? [];
  return finding(
    name,
    (found.images ?? []).length > 0,
    failure ? `${reference}: ${failure.failureReason ?? failure.failureCode}` : reference,
    remedy,
  );
}
