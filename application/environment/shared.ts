import type { EnvironmentFacts } from "./variables";

/** Where a task gets its credentials and metadata; a proxy could not answer for them. */
const linkLocal = "localhost,127.0.0.1,169.254.169.254,169.254.170.2";

/** Variables that the API and the console both know. */
export const proxyVariables = {
  HTTP_PROXY: ({ config }: EnvironmentFacts) => config.httpProxy,
  HTTPS_PROXY: ({ config }: EnvironmentFacts) => config.httpsProxy,
  NO_PROXY: ({ config }: EnvironmentFacts) =>
    config.httpProxy || config.httpsProxy ? [linkLocal, config.noProxy].filter(Boolean).join(",") : undefined,
};

/** Variables that the API and the migrations both know. */
export const databaseVariables = {
  PULUMI_DATABASE_ENDPOINT: ({ upstream: { database } }: EnvironmentFacts) => `${database.endpoint}:${database.port}`,
  PULUMI_DATABASE_NAME: ({ upstream: { database } }: EnvironmentFacts) => database.name,
  DATABASE_CA_CERTIFICATE: ({ upstream: { database } }: EnvironmentFacts) => database.caCertificate,
};
