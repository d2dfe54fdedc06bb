import { bareLicence } from "@selfhosted/common";
import { settingVariables } from "./settings";
import { databaseVariables, proxySecrets, proxyVariables } from "./shared";
import { whenOn, type ContainerVariables, type EnvironmentFacts } from "./variables";

/** What a container of the API does: everything, or one half of it. */
export type ApiMode = "FULL" | "API" | "JOBS";

function bucketUrl(name: string | undefined, { config }: EnvironmentFacts): string | undefined {
  return name && `s3://${name}${config.fipsEndpoints ? "?fips=true" : ""}`;
}

/** The API's variables, as the product's documentation lists them. */
export function apiVariables(mode: ApiMode): ContainerVariables {
  const { plain, secret } = settingVariables("api");
  return {
    plain: {
      ...plain,
      PULUMI_ENTERPRISE: () => "true",
      PULUMI_API_DOMAIN: ({ hosts }) => hosts.api,
      PULUMI_CONSOLE_DOMAIN: ({ hosts }) => hosts.console,
      PULUMI_API_CONTAINER_MODE: () => mode,
      AWS_REGION: ({ upstream }) => upstream.installation.region,
      AWS_USE_FIPS_ENDPOINT: ({ config }) => whenOn(config.fipsEndpoints),

      ...databaseVariables,
      // One without the other would mean no TLS, and no word about it.
      DATABASE_MIN_TLS_VERSION: ({ upstream }) => upstream.database.caCertificate && "1.2",

      PULUMI_CHECKPOINT_BLOB_STORAGE_ENDPOINT: (facts) => bucketUrl(facts.upstream.buckets.checkpoint, facts),
      PULUMI_POLICY_PACK_BLOB_STORAGE_ENDPOINT: (facts) => bucketUrl(facts.upstream.buckets.policy, facts),
      PULUMI_SERVICE_METADATA_BLOB_STORAGE_ENDPOINT: (facts) => bucketUrl(facts.upstream.buckets.metadata, facts),
      PULUMI_ENGINE_EVENTS_BLOB_STORAGE_ENDPOINT: (facts) => bucketUrl(facts.upstream.buckets.events, facts),
      PULUMI_REGISTRY_PUBLIC_BLOB_STORAGE_ENDPOINT: (facts) => bucketUrl(facts.config.registryPublicBucket, facts),
      PULUMI_REGISTRY_PRIVATE_BLOB_STORAGE_ENDPOINT: (facts) => bucketUrl(facts.config.registryPrivateBucket, facts),
      PULUMI_KMS_KEY: ({ upstream }) => upstream.serviceKeyArn,

      PULUMI_SEARCH_DOMAIN: ({ upstream }) => upstream.search?.endpoint,
      PULUMI_ENGINE_EVENTS_SCHEMA_V2: ({ config }) => String(config.engineEventsSchemaV2),
      PULUMI_ENGINE_EVENTS_LEGACY_WRITE: ({ config }) => String(config.engineEventsLegacyWrite),
      PULUMI_ENABLE_DEPRECATED_METRICS: ({ config }) => (config.deprecatedMetrics ? undefined : "false"),
      ...proxyVariables,
      API_MIN_TLS_VERSION: ({ config }) => config.apiTlsCertificate && "1.2",
    },
    secret: {
      ...secret,
      ...proxySecrets,
      PULUMI_LICENSE_KEY: ({ config }) => config.licenseKey.apply(bareLicence),
      PULUMI_DATABASE_USER_NAME: ({ upstream }) => ({ secret: upstream.database.credentials, key: "username" }),
      PULUMI_DATABASE_USER_PASSWORD: ({ upstream }) => ({ secret: upstream.database.credentials, key: "password" }),
      PULUMI_SEARCH_USER: ({ upstream: { search } }) => search && { secret: search.credentials, key: "username" },
      PULUMI_SEARCH_PASSWORD: ({ upstream: { search } }) => search && { secret: search.credentials, key: "password" },
    },
  };
}
