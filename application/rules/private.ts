import { reachesInternet } from "../egress";
import type { ApplicationConfig } from "../settings";
import type { InputRule, Inputs } from "./rule";

/** A setting that is of use only where tasks can call the internet. */
interface NeedsInternet {
  key: keyof ApplicationConfig;
  /** What it needs there; undefined where it needs nothing. */
  needs: (inputs: Inputs) => string | undefined;
}

const publicRegistry = /^(docker\.io|registry-1\.docker\.io|ghcr\.io|quay\.io|public\.ecr\.aws)\//;

function signIn(provider: "github" | "gitlab" | "bitbucket", host: string): NeedsInternet {
  return {
    key: `${provider}OauthId`,
    needs: ({ config }) => {
      const own = provider === "bitbucket" ? undefined : config[`${provider}OauthEndpoint`];
      const used = new URL(own ?? `https://${host}`).hostname;
      return config[`${provider}OauthId`] !== undefined && used === host
        ? `the console asks ${host} who signs in`
        : undefined;
    },
  };
}

function image(key: "apiImage" | "consoleImage" | "migrationImage" | "logRouterImage"): NeedsInternet {
  return {
    key,
    needs: ({ config }) => {
      const [, host] = publicRegistry.exec(config[key] ?? "") ?? [];
      return host && `the image is pulled from ${host}`;
    },
  };
}

const table: NeedsInternet[] = [
  {
    key: "turnstileSiteKey",
    needs: ({ config }) =>
      config.turnstileSiteKey ? "the API has Cloudflare Turnstile check who resets a password" : undefined,
  },
  signIn("github", "github.com"),
  signIn("gitlab", "gitlab.com"),
  signIn("bitbucket", "bitbucket.org"),
  {
    key: "imageRegistryRegion",
    needs: ({ config: { imageRegistryRegion: region }, upstream: { installation } }) =>
      region !== undefined && region !== installation.region
        ? `images are pulled from ECR in ${region}, and VPC endpoints serve ${installation.region} only`
        : undefined,
  },
  image("apiImage"),
  image("consoleImage"),
  image("migrationImage"),
  image("logRouterImage"),
];

/** Where tasks can't call the internet, nothing is configured that would. */
export const privateRule: InputRule = (inputs) =>
  reachesInternet(inputs)
    ? []
    : table.flatMap(({ key, needs }) => {
        const what = needs(inputs);
        return what === undefined
          ? []
          : [
              {
                key,
                reason: `${what}, but tasks may call private networks only (egressCidrBlocks)`,
                fix:
                  `pulumi config rm ${key}; or open a way out: pulumi config set httpsProxy <url>, or where there is NAT ` +
                  "pulumi config set egressCidrBlocks 0.0.0.0/0",
              },
            ];
      });
