import { isIP } from "node:net";
import { setCommand, type Rule } from "@selfhosted/common";
import {
  egressNetworks,
  hostNetwork,
  hostOf,
  isOwnHost,
  reachesAddress,
  reachesInternet,
  reachesInternetDirectly,
} from "./egress";
import { registryOf } from "./images";
import type { Inputs } from "./inputs";
import type { ApplicationConfig } from "./config";

/** A setting that is of use only where tasks can call the internet. */
interface NeedsInternet {
  key: keyof ApplicationConfig;
  /** What it needs there; undefined where it needs nothing. */
  needs: (inputs: Inputs) => string | undefined;
  /** A proxy doesn't carry it. */
  isDirect?: true;
}

const publicRegistries = ["docker.io", "ghcr.io", "quay.io", "gcr.io", "mcr.microsoft.com", "public.ecr.aws"];

/** Mail services that are nowhere but on the internet. SES may have a VPC endpoint. */
const mailServices =
  /(^|\.)(sendgrid\.net|mailgun\.org|gmail\.com|office365\.com|postmarkapp\.com|mailjet\.com|sparkpostmail\.com|mandrillapp\.com)$/;

/** The public API of a provider, where the setting for one's own names that. */
function publicApi(key: "githubApiEndpoint" | "gitlabApiEndpoint", host: string): NeedsInternet {
  return {
    key,
    needs: ({ config }) =>
      config[key] !== undefined && hostOf(config[key]) === host ? `the API calls ${host}` : undefined,
  };
}

/** @param own the provider's server of one's own, where there is one. */
function signIn(
  key: "githubOauthId" | "gitlabOauthId" | "bitbucketOauthId",
  host: string,
  own: (config: ApplicationConfig) => string | undefined = () => undefined,
): NeedsInternet {
  return {
    key,
    needs: ({ config }) =>
      config[key] !== undefined && new URL(own(config) ?? `https://${host}`).hostname === host
        ? `the console asks ${host} who signs in`
        : undefined,
  };
}

function image(key: "apiImage" | "consoleImage" | "migrationImage" | "logRouterImage"): NeedsInternet {
  return {
    key,
    needs: ({ config }) => {
      const registry = config[key] && registryOf(config[key]);
      return registry && publicRegistries.includes(registry) ? `the image is pulled from ${registry}` : undefined;
    },
  };
}

const table: NeedsInternet[] = [
  {
    key: "turnstileSiteKey",
    needs: ({ config }) =>
      config.turnstileSiteKey ? "the API has Cloudflare Turnstile check who resets a password" : undefined,
  },
  signIn("githubOauthId", "github.com", (config) => config.githubOauthEndpoint),
  signIn("gitlabOauthId", "gitlab.com", (config) => config.gitlabOauthEndpoint),
  signIn("bitbucketOauthId", "bitbucket.org"),
  publicApi("githubApiEndpoint", "api.github.com"),
  publicApi("gitlabApiEndpoint", "gitlab.com"),
  {
    key: "smtpServer",
    needs: ({ config: { smtpServer } }) =>
      smtpServer !== undefined && mailServices.test(hostOf(smtpServer))
        ? `the API sends mail through ${hostOf(smtpServer)}`
        : undefined,
    isDirect: true,
  },
  {
    key: "imageRegistryRegion",
    needs: ({ config: { imageRegistryRegion: region }, upstream: { installation } }) =>
      region !== undefined && region !== installation.region
        ? `images are pulled from ECR in ${region}, and VPC endpoints serve ${installation.region} only`
        : undefined,
  },
  {
    // https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html, its considerations
    key: "imagePullThroughCache",
    needs: ({ config }) =>
      config.imagePullThroughCache ? "ECR fetches an image only for a VPC with a way to the internet" : undefined,
  },
  image("apiImage"),
  image("consoleImage"),
  image("migrationImage"),
  image("logRouterImage"),
];

/** Where tasks can't call the internet, nothing is configured that would. */
function insideOnly({ key, needs, isDirect }: NeedsInternet): Rule<Inputs> {
  return (inputs) => {
    const what = needs(inputs);
    const open = "where there is NAT pulumi config set egressCidrBlocks 0.0.0.0/0";
    return what === undefined || (isDirect ? reachesInternetDirectly(inputs) : reachesInternet(inputs))
      ? []
      : [
          {
            key,
            reason: `${what}, but tasks may call private networks only (egressCidrBlocks)`,
            fix: `pulumi config rm ${key}; or open a way out: ${isDirect ? open : `set httpsProxy, or ${open}`}`,
          },
        ];
  };
}

type Address =
  | "httpProxy"
  | "httpsProxy"
  | "smtpServer"
  | "consoleInternalApiEndpoint"
  | "otelEndpoint"
  | "githubOauthEndpoint"
  | "githubApiEndpoint"
  | "gitlabOauthEndpoint"
  | "gitlabApiEndpoint";

/** What is named by its IP address lies in a network that tasks may call; of names, only DNS knows. */
function reachable(
  key: Address,
  proxyFor: (config: ApplicationConfig, address: string) => string | undefined,
): Rule<Inputs> {
  return (inputs) => {
    const address = inputs.config[key];
    const host = address === undefined ? "" : hostOf(address);
    if (
      address === undefined ||
      isIP(host) === 0 ||
      isOwnHost(host) ||
      proxyFor(inputs.config, address) !== undefined
    ) {
      return [];
    }
    const networks = egressNetworks(inputs);
    return reachesAddress(host, inputs)
      ? []
      : [
          {
            key,
            reason: `found ${address}, but the networks that tasks may call don't hold ${host}: ${networks.join(", ")} (egressCidrBlocks)`,
            fix: setCommand("egressCidrBlocks", [...networks, hostNetwork(host)].join(",")),
          },
        ];
  };
}

const directly = (): undefined => undefined;

function byProxy({ httpProxy, httpsProxy }: ApplicationConfig, address: string): string | undefined {
  return address.startsWith("https:") ? httpsProxy : httpProxy;
}

export const egressRules: Rule<Inputs>[] = [
  ...table.map(insideOnly),
  reachable("httpProxy", directly),
  reachable("httpsProxy", directly),
  reachable("smtpServer", directly),
  reachable("consoleInternalApiEndpoint", directly),
  reachable("otelEndpoint", byProxy),
  reachable("githubOauthEndpoint", byProxy),
  reachable("githubApiEndpoint", byProxy),
  reachable("gitlabOauthEndpoint", byProxy),
  reachable("gitlabApiEndpoint", byProxy),
];
