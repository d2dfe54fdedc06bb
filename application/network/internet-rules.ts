import type { Rule } from "@selfhosted/common";
import type { ApplicationConfig, RuleArgs } from "../config";
import { registryOf } from "../task/images";
import { hostOf, reachesInternet, reachesInternetDirectly } from "./egress";

/** A setting that is of use only where tasks can call the internet. */
interface NeedsInternet {
  key: keyof ApplicationConfig;
  /** What needs it, and for what; undefined where nothing does. */
  need: (args: RuleArgs) => string | undefined;
  /** A proxy doesn't carry it. */
  isDirect?: true;
}

const publicRegistries = ["docker.io", "ghcr.io", "quay.io", "gcr.io", "mcr.microsoft.com", "public.ecr.aws"];

/** Mail services that are nowhere but on the internet. SES may have a VPC endpoint. */
const mailServices =
  /(^|\.)(sendgrid\.net|mailgun\.org|gmail\.com|office365\.com|postmarkapp\.com|mailjet\.com|sparkpostmail\.com|mandrillapp\.com)$/;

/** A setting for a server of the user's own that names the provider's public one. */
function publicApi(key: "githubApiEndpoint" | "gitlabApiEndpoint", host: string): NeedsInternet {
  return {
    key,
    need: ({ config }) =>
      config[key] !== undefined && hostOf(config[key]) === host ? `the API calls ${host}` : undefined,
  };
}

/** @param endpoint the setting for a server of the user's own in place of the public host. */
function signIn(
  key: "githubOauthId" | "gitlabOauthId" | "bitbucketOauthId",
  host: string,
  endpoint?: "githubOauthEndpoint" | "gitlabOauthEndpoint",
): NeedsInternet {
  return {
    key,
    need: ({ config }) =>
      config[key] !== undefined && new URL((endpoint && config[endpoint]) ?? `https://${host}`).hostname === host
        ? `the console asks ${host} who signs in`
        : undefined,
  };
}

function image(key: "apiImage" | "consoleImage" | "migrationImage" | "logRouterImage"): NeedsInternet {
  return {
    key,
    need: ({ config }) => {
      const registry = config[key] && registryOf(config[key]);
      return registry && publicRegistries.includes(registry) ? `the image is pulled from ${registry}` : undefined;
    },
  };
}

const internetNeeds: NeedsInternet[] = [
  {
    key: "turnstileSiteKey",
    need: ({ config }) =>
      config.turnstileSiteKey ? "the API has Cloudflare Turnstile check who resets a password" : undefined,
  },
  signIn("githubOauthId", "github.com", "githubOauthEndpoint"),
  signIn("gitlabOauthId", "gitlab.com", "gitlabOauthEndpoint"),
  signIn("bitbucketOauthId", "bitbucket.org"),
  publicApi("githubApiEndpoint", "api.github.com"),
  publicApi("gitlabApiEndpoint", "gitlab.com"),
  {
    key: "smtpServer",
    need: ({ config: { smtpServer } }) =>
      smtpServer !== undefined && mailServices.test(hostOf(smtpServer))
        ? `the API sends mail through ${hostOf(smtpServer)}`
        : undefined,
    isDirect: true,
  },
  {
    key: "imageRegistryRegion",
    need: ({ config: { imageRegistryRegion: region }, upstream: { installation } }) =>
      region !== undefined && region !== installation.region
        ? `images are pulled from ECR in ${region}, and VPC endpoints serve ${installation.region} only`
        : undefined,
  },
  {
    // https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html, its considerations
    key: "imagePullThroughCache",
    need: ({ config }) =>
      config.imagePullThroughCache ? "ECR fetches an image only for a VPC with a route to the internet" : undefined,
  },
  image("apiImage"),
  image("consoleImage"),
  image("migrationImage"),
  image("logRouterImage"),
];

/** Where tasks can't call the internet, nothing is configured that would. */
export const internetRules = internetNeeds.map(({ key, need, isDirect }): Rule<RuleArgs> => (args) => {
  const reason = need(args);
  const isReached = isDirect ? reachesInternetDirectly : reachesInternet;
  const open = "where there is NAT pulumi config set egressCidrBlocks 0.0.0.0/0";
  return reason === undefined || isReached(args.config, args.upstream)
    ? undefined
    : {
        key,
        reason: `${reason}, but tasks may call private networks only (egressCidrBlocks)`,
        fix: `pulumi config rm ${key}; or give tasks a route to the internet: ${isDirect ? open : `set httpsProxy, or ${open}`}`,
      };
});
