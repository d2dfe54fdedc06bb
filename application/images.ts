import { arn, type Installation, type Surroundings } from "@selfhosted/common";
import type { ApplicationConfig } from "./config";
import type { releaseSettings } from "./config/release";

/** The settings that say which images run. */
export type ImageConfig = Pick<ApplicationConfig, keyof typeof releaseSettings> &
  Partial<Pick<ApplicationConfig, "logRouterImage">>;

/** A container image. */
export interface Image {
  /** What the container pulls. */
  uri: string;
  /** ARN of its ECR repository; undefined where the registry isn't ECR. */
  repositoryArn?: string;
  /** ECR fetches it from another registry when it is first pulled. */
  pullThrough?: boolean;
  /** ARN of the secret with which it is pulled from a private registry. */
  credentialsArn?: string;
}

export interface Images {
  api: Image;
  console: Image;
  migration: Image;
  /** Fluent Bit, where logs go through it. */
  logRouter?: Image;
}

/** An image in ECR, by the parts of its reference. */
export interface EcrImage {
  accountId: string;
  region: string;
  repository: string;
  tag?: string;
  digest?: string;
}

const repositories = { api: "pulumi/service", console: "pulumi/console", migration: "pulumi/migrations" } as const;

/** The images that the configuration names. */
export function images(config: ImageConfig, installation: Installation, where: Surroundings): Images {
  const image = (kind: keyof typeof repositories): Image => releaseImage(kind, config, installation, where);
  const logRouter = logRouterImage(config, where);
  return {
    api: image("api"),
    console: image("console"),
    migration: image("migration"),
    ...(logRouter && { logRouter }),
  };
}

/** One of the images of the release. */
export function releaseImage(
  kind: keyof typeof repositories,
  config: ImageConfig,
  installation: Installation,
  where: Surroundings,
): Image {
  const override = config[`${kind}Image`];
  if (override) {
    return given(override, config, where);
  }
  const registry = {
    ...where,
    accountId: config.imageRegistryAccountId ?? installation.accountId,
    region: config.imageRegistryRegion ?? installation.region,
  };
  const host = `${registry.accountId}.dkr.ecr.${registry.region}.${registry.dnsSuffix}`;
  const repository = `${config.imagePrefix ?? ""}${repositories[kind]}`;
  const tag = (kind === "migration" && config.migrationImageTag) || config.imageTag;
  const digest = config[`${kind}ImageDigest`];
  return {
    uri: `${host}/${repository}:${tag}${digest ? `@${digest}` : ""}`,
    repositoryArn: arn(registry, "ecr", `repository/${repository}`),
    ...(config.imagePullThroughCache && { pullThrough: true }),
  };
}

/** Fluent Bit's image, where logs go through it. */
export function logRouterImage(config: ImageConfig, where: Surroundings): Image | undefined {
  return config.logRouterImage ? given(config.logRouterImage, config, where) : undefined;
}

/**
 * The parts of `<account>.dkr.ecr.<region>.<suffix>/<repository>[:<tag>][@<digest>]`; undefined where an image isn't in ECR.
 */
export function parseImage(reference: string): EcrImage | undefined {
  const pattern = /^(\d{12})\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.[a-z.]+\/([^:@]+)(?::([^@]+))?(?:@(.+))?$/;
  const [, accountId, region, repository, tag, digest] = pattern.exec(reference) ?? [];
  return accountId && region && repository
    ? { accountId, region, repository, ...(tag && { tag }), ...(digest && { digest }) }
    : undefined;
}

/**
 * The registry of an image, as Docker reads its name: without a host in front, it is in Docker Hub
 * (https://github.com/distribution/reference/blob/main/normalize.go).
 */
export function registryOf(reference: string): string {
  const [first = "", ...rest] = reference.split("/");
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  return !isHost || ["index.docker.io", "registry-1.docker.io"].includes(first) ? "docker.io" : first;
}

/** Partitions share neither regions nor registries: their regions begin so, and China's hosts end with `.cn`. */
export function partitionOf(region: string): string {
  return ["cn-", "us-gov-"].find((each) => region.startsWith(each)) ?? "";
}

/** Whether an image may be pulled with a user and password. ECR knows ECS by its role, and the public ECR wants none. */
export function takesCredentials(reference: string | undefined): reference is string {
  return reference !== undefined && parseImage(reference) === undefined && registryOf(reference) !== "public.ecr.aws";
}

/** An image by its whole reference. */
function given(uri: string, config: ImageConfig, where: Surroundings): Image {
  const image = parseImage(uri);
  if (image === undefined) {
    const credentialsArn = takesCredentials(uri) ? config.registryCredentialsSecretArn : undefined;
    return { uri, ...(credentialsArn && { credentialsArn }) };
  }
  const isCached = config.imagePullThroughCache && image.repository.startsWith(config.imagePrefix ?? "");
  return {
    uri,
    repositoryArn: arn({ ...where, ...image }, "ecr", `repository/${image.repository}`),
    ...(isCached && { pullThrough: true }),
  };
}
