import type * as pulumi from "@pulumi/pulumi";
import type { VariableSources } from "./variables";

/** Where a task gets its credentials and metadata; a proxy could not answer for them. */
const linkLocal = ["localhost", "127.0.0.1", "169.254.169.254", "169.254.170.2"];

/** Variables that the API and the console both know. A proxy's URL with a password in it is a secret. */
export const proxyVariables = {
  HTTP_PROXY: ({ config }: VariableSources) => (config.proxyPassword ? undefined : config.httpProxy),
  HTTPS_PROXY: ({ config }: VariableSources) => (config.proxyPassword ? undefined : config.httpsProxy),
  NO_PROXY: (sources: VariableSources) =>
    sources.config.httpProxy || sources.config.httpsProxy ? hostsInside(sources).join(",") : undefined,
};

/** Like `proxyVariables`, where the proxies ask for a sign-in. */
export const proxySecrets = {
  HTTP_PROXY: ({ config }: VariableSources) => signedIn(config.httpProxy, config),
  HTTPS_PROXY: ({ config }: VariableSources) => signedIn(config.httpsProxy, config),
};

function signedIn(
  proxy: string | undefined,
  { proxyUsername = "", proxyPassword }: VariableSources["config"],
): pulumi.Output<string> | undefined {
  const [scheme, host] = proxy?.split("://") ?? [];
  const user = encodeURIComponent(proxyUsername);
  return host === undefined
    ? undefined
    : proxyPassword?.apply((password) => `${scheme}://${user}:${encodeURIComponent(password)}@${host}`);
}

/** Hosts that are called without proxy, because they are in the VPC. A name is that of all hosts that end with it, too. */
function hostsInside({ config, hosts, upstream, location }: VariableSources): string[] {
  const fips = config.fipsEndpoints ? "-fips" : "";
  const endpoints = upstream.endpointsSecurityGroupId
    ? ["kms", "s3"].map((service) => `${service}${fips}.${location.region}.${location.dnsSuffix}`)
    : [];
  const urls = [upstream.search?.endpoint, config.consoleInternalApiEndpoint].filter((url) => url !== undefined);
  return [
    ...linkLocal,
    ...(config.internal ? [hosts.api] : []),
    ...urls.map((url) => new URL(url).hostname),
    ...endpoints,
    ...(config.noProxy ? [config.noProxy] : []),
  ];
}

/** Variables that the API and the migrations both know. */
export const databaseVariables = {
  PULUMI_DATABASE_ENDPOINT: ({ upstream: { database } }: VariableSources) => `${database.endpoint}:${database.port}`,
  PULUMI_DATABASE_NAME: ({ upstream: { database } }: VariableSources) => database.name,
  DATABASE_CA_CERTIFICATE: ({ upstream: { database } }: VariableSources) => database.caCertificate,
};
