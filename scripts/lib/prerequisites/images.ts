import type { ApplicationConfig } from "../../../application/settings";
import { lookUp, references } from "../release/images";
import { examine, finding, type Finding } from "../report";

const remedy = "push it to ECR first: the three images of a release carry the same tag";

/** The images that the configuration names are in ECR. Of other registries only the deployment can tell. */
export async function checkImages(
  config: ApplicationConfig,
  place: { accountId: string; region: string },
): Promise<Finding[]> {
  const { logRouterImage: logRouter } = config;
  const all = { ...references(config, place), ...(logRouter && { "log router": logRouter }) };
  const found = await Promise.all(
    Object.entries(all).map(([container, reference]) => {
      const name = `${container} image`;
      return examine(name, async () => [await checkImage(name, reference)], remedy);
    }),
  );
  return found.flat();
}

async function checkImage(name: string, reference: string): Promise<Finding> {
  const found = await lookUp(reference);
  return found === undefined
    ? { name, verdict: "skip", evidence: `${reference} is not in ECR` }
    : finding(name, !("missing" in found), "missing" in found ? `${reference}: ${found.missing}` : reference, remedy);
}
