import {
  type ConfigProblem,
  explainAws,
  ifKnown,
  type Installation,
  isDenied,
  isErrorNamed,
  type Location,
  type LookUp,
  problemIf,
  setCommand,
} from "@selfhosted/common";
import type { ApplicationConfig, RuleArgs } from "../config";
import { imageOf, type Kind, kinds, parseImage, partitionOf, reference } from "../task/images";
import { type EcrIn, ecrOf, findInEcr, hasCacheRule } from "./ecr";

/** The images that the configuration names are in ECR. Those of other registries show in the deployment only. */
export const images: LookUp<RuleArgs & { location: Location }> = {
  name: "images",
  key: "imageTag",
  what: () => "the images",
  async check(args, { aws }) {
    const { installation } = args.upstream;
    const ecrIn: EcrIn = (region) => (region === installation.region ? aws.ecr : ecrOf(region));
    const results = await Promise.all(
      configuredImages(args).map((image) => checkImage(image, { config: args.config, installation, ecrIn })),
    );
    const skipped = [...new Set(results.flatMap(({ skipped: why }) => why ?? []))].join("; ");
    return {
      detail: results.map(({ detail }) => detail).join(", "),
      problems: [
        ...together(results.flatMap(({ fault }) => fault ?? [])),
        ...results.flatMap(({ problems = [] }) => problems),
      ],
      ...(skipped && results.every((each) => each.skipped) && { skipped }),
    };
  },
};

interface ConfiguredImage {
  /** The setting that names it. */
  key: string;
  reference: string;
  /** ECR is to fetch it from another registry when it is first pulled. */
  isCached: boolean;
}

/** The images whose references are known. */
function configuredImages({ config, location }: RuleArgs & { location: Location }): ConfiguredImage[] {
  const named = (uri: string, key: string): ConfiguredImage => ({
    key,
    reference: uri,
    isCached: imageOf(uri, config, location).pullThrough ?? false,
  });
  const released = (kind: Kind): ConfiguredImage => {
    const settings: (keyof ApplicationConfig)[] = [`${kind}Image`, `${kind}ImageDigest`];
    const keys = kind === "migration" ? [...settings, "migrationImageTag" as const] : settings;
    const uri = reference(kind, config, location);
    return named(uri, keys.find((key) => config[key] !== undefined) ?? "imageTag");
  };
  return [
    ...kinds.map((kind) => () => released(kind)),
    () => (config.logRouterImage ? named(config.logRouterImage, "logRouterImage") : undefined),
  ].flatMap((read) => ifKnown(read) ?? []);
}

interface RegistryArgs {
  config: ApplicationConfig;
  installation: Installation;
  ecrIn: EcrIn;
}

/** What is wrong with an image, as a problem of all images with the same fault. */
interface Fault {
  key: string;
  reference: string;
  explain: (references: string) => Pick<ConfigProblem, "reason" | "fix">;
}

async function checkImage(
  { key, reference, isCached }: ConfiguredImage,
  { config, installation, ecrIn }: RegistryArgs,
): Promise<{ detail: string; fault?: Fault; problems?: ConfigProblem[]; skipped?: string }> {
  const image = parseImage(reference);
  if (image === undefined) {
    return { detail: `${reference} (not in ECR)`, skipped: `${reference}: not in ECR` };
  }
  const { region } = image;
  if (partitionOf(region) !== partitionOf(installation.region)) {
    // A rule says so already.
    return { detail: reference, skipped: `${reference}: in another partition` };
  }
  try {
    const found = await findInEcr(image, { isCached, ecrIn });
    if ("digest" in found) {
      const problems = ifKnown(() => architectureProblems(config, reference, found.architectures));
      return { detail: reference, problems };
    }
    const hasRule = await hasCacheRule(image, installation.accountId, ecrIn);
    if (isCached && hasRule !== false) {
      return { detail: `${reference} (ECR fetches it when it is first pulled)` };
    }
    const fault = isCached ? noCacheRule(reference) : missingImage(key, reference, found.missing, hasRule);
    return { detail: reference, fault };
  } catch (error) {
    // Tasks pull with a role of their own, and ECR may fetch the image then.
    if (isDenied(error) || isCached || isUpstream(error)) {
      return { detail: `${reference} (not read)`, skipped: explainAws(error, `the image ${reference}`).reason };
    }
    // Where the region is that of the setting, ECR's refusal is mostly about it.
    const isElsewhere = region !== installation.region && ifKnown(() => config.imageRegistryRegion) === region;
    const explain: Fault["explain"] = (references) => explainAws(error, `the image ${references}`);
    return { detail: reference, fault: { key: isElsewhere ? "imageRegistryRegion" : key, reference, explain } };
  }
}

function noCacheRule(reference: string): Fault {
  return {
    key: "imagePullThroughCache",
    reference,
    explain: (references) => ({
      reason: `found true, but the registry has no pull-through cache rule for ${references}`,
      fix: "create a rule with this prefix, or name that of one: aws ecr describe-pull-through-cache-rules",
    }),
  };
}

function missingImage(key: string, reference: string, missing: string, hasCacheRule: boolean | undefined): Fault {
  const push = missing.startsWith("no such")
    ? "push it to ECR first: the three images of a release carry the same tag"
    : "the owner of the repository has to make it available again";
  return {
    key,
    reference,
    explain: (references) => ({
      reason: `not in ECR (${missing}): ${references}`,
      fix: hasCacheRule
        ? `to have ECR fetch it from the registry behind its pull-through cache: ${setCommand("imagePullThroughCache", true)}`
        : push,
    }),
  };
}

/** Whether ECR refused because of the registry behind a pull-through cache. */
function isUpstream(error: unknown): boolean {
  return isErrorNamed(error, /Upstream/);
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
  return problemIf(wanted !== undefined && found.length > 0 && !found.includes(names[wanted]), {
    key: "cpuArchitecture",
    reason: `found ${wanted}, but ${reference} is built for ${found.join(", ")} only`,
    fix: other && setCommand("cpuArchitecture", other),
  });
}
