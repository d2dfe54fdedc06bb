import { arn, type Installation, type Surroundings } from "@selfhosted/common";
import type { ApplicationConfig } from "./settings";

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

const repositories = { api: "pulumi/service", console: "pulumi/console", migration: "pulumi/migrations" } as const;

/** The images that the configuration names. */
export function images(config: ApplicationConfig, installation: Installation, where: Surroundings): Images {
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
    const digest = config[`${kind}ImageDigest`];
    return {
      uri: `${host}/${repository}:${config.imageTag}${digest ? `@${digest}` : ""}`,
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

/** An image by its whole reference. */
function given(uri: string, where: Surroundings): Image {
  const [, accountId, region, repository] =
    /^(\d{12})\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.[a-z.]+\/([^:@]+)/.exec(uri) ?? [];
  return accountId && region && repository
    ? { uri, repositoryArn: arn({ ...where, accountId, region }, "ecr", `repository/${repository}`) }
    : { uri };
}
