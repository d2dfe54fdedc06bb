import { arn, type Installation, type Location } from "@selfhosted/common";
import type { ApplicationConfig } from "../config";
import type { releaseSettings } from "../config/release";

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

/** Containers that have an image of the release. */
export type Kind = keyof typeof repositories;
export const kinds = Object.keys(repositories) as Kind[];

/** References of images, by container. */
export type References = Record<Kind, string>;

/** The images that the configuration names. */
export function images(config: ImageConfig, installation: Installation, location: Location): Images {
  const image = (kind: Kind): Image => releaseImage(kind, config, installation, location);
  const logRouter = logRouterImage(config, location);
  return {
    api: image("api"),
    console: image("console"),
    migration: image("migration"),
    ...(logRouter && { logRouter }),
  };
}

/** The account and region in whose ECR the images are, where the configuration names no other. */
export type Registry = Pick<Location, "accountId" | "region" | "dnsSuffix">;

/** The images of the release that a configuration names. */
export function references(config: ImageConfig, home: Registry): References {
  const reference = (kind: Kind): string => releaseReference(kind, config, home);
  return { api: reference("api"), console: reference("console"), migration: reference("migration") };
}

/** What a container of the release pulls. */
function releaseReference(kind: Kind, config: ImageConfig, home: Registry): string {
  const override = config[`${kind}Image`];
  if (override) {
    return override;
  }
  const [accountId, region] = [
    config.imageRegistryAccountId ?? home.accountId,
    config.imageRegistryRegion ?? home.region,
  ];
  const tag = (kind === "migration" && config.migrationImageTag) || config.imageTag;
  const digest = config[`${kind}ImageDigest`];
  return `${accountId}.dkr.ecr.${region}.${home.dnsSuffix}/${repositoryOf(kind, config)}:${tag}${digest ? `@${digest}` : ""}`;
}

function repositoryOf(kind: Kind, config: ImageConfig): string {
  return `${config.imagePrefix ?? ""}${repositories[kind]}`;
}

/** One of the images of the release. */
export function releaseImage(
  kind: Kind,
  config: ImageConfig,
  { accountId, region }: Installation,
  location: Location,
): Image {
  const home = { ...location, accountId, region };
  const uri = releaseReference(kind, config, home);
  if (config[`${kind}Image`]) {
    return given(uri, config, location);
  }
  const registry = {
    ...home,
    accountId: config.imageRegistryAccountId ?? accountId,
    region: config.imageRegistryRegion ?? region,
  };
  return {
    uri,
    repositoryArn: arn(registry, "ecr", `repository/${repositoryOf(kind, config)}`),
    ...(config.imagePullThroughCache && { pullThrough: true }),
  };
}

/** Fluent Bit's image, where logs go through it. */
export function logRouterImage(config: ImageConfig, location: Location): Image | undefined {
  return config.logRouterImage ? given(config.logRouterImage, config, location) : undefined;
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
function given(uri: string, config: ImageConfig, location: Location): Image {
  const image = parseImage(uri);
  if (image === undefined) {
    const credentialsArn = takesCredentials(uri) ? config.registryCredentialsSecretArn : undefined;
    return { uri, ...(credentialsArn && { credentialsArn }) };
  }
  const isCached = config.imagePullThroughCache && image.repository.startsWith(config.imagePrefix ?? "");
  return {
    uri,
    repositoryArn: arn({ ...location, ...image }, "ecr", `repository/${image.repository}`),
    ...(isCached && { pullThrough: true }),
  };
}
