import { arn, type Installation, type Surroundings } from "@selfhosted/common";
import type { ApplicationConfig } from "./settings";
import type { releaseSettings } from "./settings/release";

/** The settings that say which images run. */
export type ImageConfig = Pick<ApplicationConfig, keyof typeof releaseSettings> &
  Partial<Pick<ApplicationConfig, "logRouterImage">>;

/** A container image. */
export interface Image {
  /** What the container pulls. */
  uri: string;
  /** ARN of its ECR repository; undefined where the registry isn't ECR. */
  repositoryArn?: string;
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
  const registry = {
    ...where,
    accountId: config.imageRegistryAccountId ?? installation.accountId,
    region: config.imageRegistryRegion ?? installation.region,
  };

  const image = (kind: keyof typeof repositories): Image => {
    const override = config[`${kind}Image`];
    if (override) {
      return given(override, where);
    }
    const host = `${registry.accountId}.dkr.ecr.${registry.region}.${registry.dnsSuffix}`;
    const repository = `${config.imagePrefix ?? ""}${repositories[kind]}`;
    const tag = (kind === "migration" && config.migrationImageTag) || config.imageTag;
    const digest = config[`${kind}ImageDigest`];
    return {
      uri: `${host}/${repository}:${tag}${digest ? `@${digest}` : ""}`,
      repositoryArn: arn(registry, "ecr", `repository/${repository}`),
    };
  };

  return {
    api: image("api"),
    console: image("console"),
    migration: image("migration"),
    ...(config.logRouterImage && { logRouter: given(config.logRouterImage, where) }),
  };
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

/** An image by its whole reference. */
function given(uri: string, where: Surroundings): Image {
  const image = parseImage(uri);
  return image ? { uri, repositoryArn: arn({ ...where, ...image }, "ecr", `repository/${image.repository}`) } : { uri };
}
