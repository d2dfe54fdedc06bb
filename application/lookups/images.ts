import {
  awsClients,
  explainAws,
  ifKnown,
  isDenied,
  setCommand,
  type AwsClients,
  type ConfigProblem,
  type Installation,
  type LookUp,
  type Surroundings,
} from "@selfhosted/common";
import type { ApplicationConfig } from "../config";
import {
  images as imagesOf,
  logRouterImage,
  parseImage,
  partitionOf,
  releaseImage,
  type EcrImage,
  type Image,
  type ImageConfig,
} from "../images";
import type { LookUpInputs } from "./facts";

/** Containers that have an image of the release. */
export const kinds = ["api", "console", "migration"] as const;
export type Kind = (typeof kinds)[number];

/** References of images, by container. */
export type References = Record<Kind, string>;

/** The images of the release that a configuration names. */
export function references(config: ImageConfig, installation: Installation, where: Surroundings): References {
  const { api, console, migration } = imagesOf(config, installation, where);
  return { api: api.uri, console: console.uri, migration: migration.uri };
}

/** What ECR knows of an image: its digest and the CPU architectures it names, or why it isn't there. */
export type FoundImage = { digest: string; architectures: string[] } | { missing: string };

interface FindImageArgs {
  /** ECR is to fetch the image from another registry when it is first pulled. */
  isCached?: boolean;
  ecrIn?: (region: string) => AwsClients["ecr"];
}

/**
 * Looks an image up by its digest or, where it has none, by its tag; undefined where it isn't in ECR.
 *
 * It is described, since BatchGetImage has ECR fetch an image behind a pull-through cache. Another account's registry mostly allows
 * no more than that is pulled from it, by BatchGetImage.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-iam.html
 */
export async function findImage(
  reference: string,
  { isCached = false, ecrIn = ecrOf }: FindImageArgs = {},
): Promise<FoundImage | undefined> {
  const image = parseImage(reference);
  if (image === undefined) {
    return undefined;
  }
  const ecr = ecrIn(image.region);
  try {
    const { imageDetails: [{ imageDigest: digest } = {}] = [] } = await ecr.describeImages(asked(image));
    if (digest === undefined) {
      return { missing: "no such image" };
    }
    // Where the manifest of an image that is there can't be read, that is no fault of the image.
    return await manifestOf(ecr, { ...image, digest }).catch(() => ({ digest, architectures: [] }));
  } catch (error) {
    return isDenied(error) && !isCached ? manifestOf(ecr, image) : absent(error);
  }
}

/** A question for one image. */
function asked({ accountId, repository, tag, digest }: EcrImage) {
  return {
    registryId: accountId,
    repositoryName: repository,
    imageIds: [digest ? { imageDigest: digest } : { imageTag: tag }],
  };
}

/** An image as a task would get it. */
async function manifestOf(ecr: AwsClients["ecr"], image: EcrImage): Promise<FoundImage> {
  try {
    const { images: [found] = [], failures: [failure = {}] = [] } = await ecr.batchGetImage(asked(image));
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

/** @throws the error, unless it says that there is no such image, or none that can be pulled. */
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

function ecrOf(region: string): AwsClients["ecr"] {
  return awsClients({ region }).ecr;
}

/** The architectures that an image index names. The manifest of one image doesn't say its own. */
function architectures(manifest = "{}"): string[] {
  const { manifests = [] } = JSON.parse(manifest) as { manifests?: { platform?: { architecture?: string } }[] };
  const named = manifests.flatMap(({ platform }) => platform?.architecture ?? []);
  // Attestations beside the images have the architecture `unknown`.
  return [...new Set(named)].filter((each) => each !== "unknown");
}

/** Why images can't be had that one setting names. */
interface Fault {
  key: string;
  reference: string;
  explain: (what: string) => Pick<ConfigProblem, "reason" | "fix">;
}

/** The images that the configuration names are in ECR. Of other registries only the deployment can tell. */
export const images: LookUp<LookUpInputs> = {
  name: "images",
  key: "imageTag",
  what: () => "the images",
  async look(inputs, { aws }) {
    const { config, upstream } = inputs;
    const { installation } = upstream;
    const wanted = wantedImages(inputs);
    const ecrIn = (region: string) => (region === installation.region ? aws.ecr : ecrOf(region));
    const seen = await Promise.all(wanted.map((each) => checkImage(each, { config, installation, ecrIn })));
    const skipped = [...new Set(seen.flatMap(({ skipped: why }) => why ?? []))].join("; ");
    return {
      evidence: seen.map(({ evidence }) => evidence).join(", "),
      problems: [
        ...together(seen.flatMap(({ fault }) => fault ?? [])),
        ...seen.flatMap(({ problems = [] }) => problems),
      ],
      ...(skipped && seen.every((each) => each.skipped) && { skipped }),
    };
  },
};

/** The images whose references are known. */
function wantedImages({ config, upstream: { installation }, where }: LookUpInputs): Wanted[] {
  const typed = (...keys: (keyof ApplicationConfig)[]): keyof ApplicationConfig =>
    keys.find((key) => config[key] !== undefined) ?? "imageTag";
  const wanted = (read: () => { image: Image | undefined; key: string }): Wanted[] => {
    const { image, key } = ifKnown(read) ?? {};
    return image && key ? [{ key, reference: image.uri, isCached: image.pullThrough ?? false }] : [];
  };
  const image = (kind: Kind): Image => releaseImage(kind, config, installation, where);
  return [
    ...wanted(() => ({ image: image("api"), key: typed("apiImage", "apiImageDigest") })),
    ...wanted(() => ({ image: image("console"), key: typed("consoleImage", "consoleImageDigest") })),
    ...wanted(() => ({
      image: image("migration"),
      key: typed("migrationImage", "migrationImageDigest", "migrationImageTag"),
    })),
    ...wanted(() => ({ image: logRouterImage(config, where), key: "logRouterImage" })),
  ];
}

interface Wanted {
  key: string;
  reference: string;
  /** ECR is to fetch it from another registry when it is first pulled. */
  isCached: boolean;
}

interface Registry {
  config: ApplicationConfig;
  installation: Installation;
  ecrIn: (region: string) => AwsClients["ecr"];
}

async function checkImage(
  { key, reference, isCached }: Wanted,
  registry: Registry,
): Promise<{ evidence: string; fault?: Fault; problems?: ConfigProblem[]; skipped?: string }> {
  const fault = (of: string, explain: Fault["explain"]) => ({
    evidence: reference,
    fault: { key: of, reference, explain },
  });
  const { region } = parseImage(reference) ?? {};
  const home = registry.installation.region;
  if (region !== undefined && partitionOf(region) !== partitionOf(home)) {
    // A rule says so already.
    return { evidence: reference, skipped: `${reference}: in another partition` };
  }
  // Where the region is that of the setting, ECR's refusal is mostly about it.
  const isElsewhere = region !== home && ifKnown(() => registry.config.imageRegistryRegion) === region;
  try {
    const found = await findImage(reference, { isCached, ecrIn: registry.ecrIn });
    const image = parseImage(reference);
    if (found === undefined || image === undefined) {
      return { evidence: `${reference} (not in ECR)`, skipped: `${reference}: not in ECR` };
    }
    if (!("missing" in found)) {
      const problems = ifKnown(() => architectureProblems(registry.config, reference, found.architectures));
      return { evidence: reference, problems };
    }
    const hasRule = await hasCacheRule(image, registry);
    if (isCached && hasRule !== false) {
      return { evidence: `${reference} (ECR fetches it when it is first pulled)` };
    }
    return isCached
      ? fault("imagePullThroughCache", (what) => ({
          reason: `found true, but the registry has no pull-through cache rule for ${what}`,
          fix: "create a rule with this prefix, or name that of one: aws ecr describe-pull-through-cache-rules",
        }))
      : fault(key, (what) => ({
          reason: `not in ECR (${found.missing}): ${what}`,
          fix: hasRule
            ? `to have ECR fetch it from the registry behind its pull-through cache: ${setCommand("imagePullThroughCache", true)}`
            : found.missing.startsWith("no such")
              ? "push it to ECR first: the three images of a release carry the same tag"
              : "whoever keeps the repository has to make it available again",
        }));
  } catch (error) {
    // Tasks pull with a role of their own, and ECR may fetch the image then.
    return isDenied(error) || isCached || isUpstream(error)
      ? { evidence: `${reference} (not read)`, skipped: explainAws(error, `the image ${reference}`).reason }
      : fault(isElsewhere ? "imageRegistryRegion" : key, (what) => explainAws(error, `the image ${what}`));
  }
}

/** Whether ECR refused because of the registry behind a pull-through cache. */
function isUpstream(error: unknown): boolean {
  return error instanceof Error && error.name.includes("Upstream");
}

/** One problem for all images that one setting names and that fail alike. */
function together(faults: Fault[]): ConfigProblem[] {
  const cause = ({ key, explain }: Fault): string => JSON.stringify([key, explain("")]);
  return faults
    .filter((fault, index) => faults.findIndex((other) => cause(other) === cause(fault)) === index)
    .map((fault) => {
      const alike = faults.filter((other) => cause(other) === cause(fault));
      return { key: fault.key, ...fault.explain(alike.map(({ reference }) => reference).join(", ")) };
    });
}

function architectureProblems(config: ApplicationConfig, reference: string, found: string[]): ConfigProblem[] {
  const names = { X86_64: "amd64", ARM64: "arm64" } as const;
  const wanted = ifKnown(() => config.cpuArchitecture);
  const [other] = (["X86_64", "ARM64"] as const).filter((each) => found.includes(names[each]));
  return wanted === undefined || found.length === 0 || found.includes(names[wanted])
    ? []
    : [
        {
          key: "cpuArchitecture",
          reason: `found ${wanted}, but ${reference} is built for ${found.join(", ")} only`,
          fix: other && setCommand("cpuArchitecture", other),
        },
      ];
}

/** Whether a pull-through cache rule covers an image; undefined where the registry doesn't show its rules, as another account's. */
async function hasCacheRule(image: EcrImage, { installation, ecrIn }: Registry): Promise<boolean | undefined> {
  if (image.accountId !== installation.accountId) {
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
