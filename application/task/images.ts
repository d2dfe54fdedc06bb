import { arn, type Location } from "@selfhosted/common";
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

/** The account and region in whose ECR the images are, where the configuration names no other. */
export type Registry = Pick<Location, "accountId" | "region" | "dnsSuffix">;

/** The settings that name an image: a release, and where it isn't in the home registry, where it is. */
type Reference = Pick<ImageConfig, "imageTag"> & Partial<ImageConfig>;

/** The images of the release that a configuration names. */
export function references(config: Reference, home: Registry): References {
  const of = (kind: Kind): string => reference(kind, config, home);
  return { api: of("api"), console: of("console"), migration: of("migration") };
}

/** What a container of the release pulls. */
export function reference(kind: Kind, config: Reference, home: Registry): string {
  const override = config[`${kind}Image`];
  if (override) {
    return override;
  }
  const account = config.imageRegistryAccountId ?? home.accountId;
  const region = config.imageRegistryRegion ?? home.region;
  const repository = `${config.imagePrefix ?? ""}${repositories[kind]}`;
  const tag = (kind === "migration" && config.migrationImageTag) || config.imageTag;
  const digest = config[`${kind}ImageDigest`];
  return `${account}.dkr.ecr.${region}.${home.dnsSuffix}/${repository}:${tag}${digest ? `@${digest}` : ""}`;
}

/** The images that the configuration names. */
export function images(config: ImageConfig, location: Location): Images {
  const { api, console, migration } = references(config, location);
  const image = (uri: string): Image => imageOf(uri, config, location);
  return {
    api: image(api),
    console: image(console),
    migration: image(migration),
    ...(config.logRouterImage && { logRouter: image(config.logRouterImage) }),
  };
}

/** An image by its whole reference. */
export function imageOf(uri: string, config: ImageConfig, location: Location): Image {
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

/**
 * The parts of `<account>.dkr.ecr.<region>.<suffix>/<repository>[:<tag>][@<digest>]`; undefined where an image isn't in ECR.
 */
export function parseImage(reference: string): EcrImage | undefined {
  const pattern = /^(\d{12})\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.[a-z0-9.-]+\/([^:@]+)(?::([^@]+))?(?:@(.+))?$/;
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

/** An image, and how ECS signs in to its registry: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/private-auth.html */
export function pulledImage({ uri, credentialsArn }: Image): Record<string, unknown> {
  return { image: uri, ...(credentialsArn && { repositoryCredentials: { credentialsParameter: credentialsArn } }) };
}
