import { bareLicence } from "@selfhosted/common";
import { settingVariables } from "./settings";
import { databaseVariables, proxySecrets, proxyVariables } from "./shared";
import { type ContainerVariables, type Environment, type SecretKey, type VariableSources, whenOn } from "./variables";

const { plain, secret } = settingVariables("api");

function bucketUrl(name: string | undefined, { config }: VariableSources): string | undefined {
  return name && `s3://${name}${config.fipsEndpoints ? "?fips=true" : ""}`;
}

/** The API's variables, as the product's documentation lists them. */
export const apiVariables: ContainerVariables = {
  plain: {
    ...plain,
    PULUMI_ENTERPRISE: () => "true",
    PULUMI_API_DOMAIN: ({ hosts }) => hosts.api,
    PULUMI_CONSOLE_DOMAIN: ({ hosts }) => hosts.console,
    // Requests and background jobs, unless `halfOfApi` divides them.
    PULUMI_API_CONTAINER_MODE: () => "FULL",
    AWS_REGION: ({ location }) => location.region,
    AWS_USE_FIPS_ENDPOINT: ({ config }) => whenOn(config.fipsEndpoints),

    ...databaseVariables,
    // One without the other would mean no TLS, without an error.
    DATABASE_MIN_TLS_VERSION: ({ upstream }) => upstream.database.caCertificate && "1.2",

    PULUMI_CHECKPOINT_BLOB_STORAGE_ENDPOINT: (sources) => bucketUrl(sources.upstream.buckets.checkpoint, sources),
    PULUMI_POLICY_PACK_BLOB_STORAGE_ENDPOINT: (sources) => bucketUrl(sources.upstream.buckets.policy, sources),
    PULUMI_SERVICE_METADATA_BLOB_STORAGE_ENDPOINT: (sources) => bucketUrl(sources.upstream.buckets.metadata, sources),
    PULUMI_ENGINE_EVENTS_BLOB_STORAGE_ENDPOINT: (sources) => bucketUrl(sources.upstream.buckets.events, sources),
    PULUMI_REGISTRY_PUBLIC_BLOB_STORAGE_ENDPOINT: (sources) => bucketUrl(sources.config.registryPublicBucket, sources),
    PULUMI_REGISTRY_PRIVATE_BLOB_STORAGE_ENDPOINT: (sources) =>
      bucketUrl(sources.config.registryPrivateBucket, sources),
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
    PULUMI_DATABASE_USER_NAME: (sources) => databaseUser(sources, "username"),
    PULUMI_DATABASE_USER_PASSWORD: (sources) => databaseUser(sources, "password"),
    PULUMI_SEARCH_USER: ({ upstream: { search } }) => search && { secret: search.credentials, key: "username" },
    PULUMI_SEARCH_PASSWORD: ({ upstream: { search } }) => search && { secret: search.credentials, key: "password" },
  },
  extra: ({ apiExtraEnvironment: plain, apiExtraSecrets: secret }) => ({ plain, secret }),
};

/**
 * As whom it signs in to the database: a user of the customer's, or the administrator. The customer's secret isn't pinned to a version, since
 * it may be rotated by others: tasks that start then must have the new password.
 */
function databaseUser({ config, upstream }: VariableSources, key: string): SecretKey {
  const arn = config.databaseUserSecretArn;
  return { secret: arn === undefined ? upstream.database.credentials : { arn, versionId: "" }, key };
}

/** The API's environment where its requests and its background jobs have a service each. */
export function halfOfApi(half: "API" | "JOBS", api: Environment): Environment {
  return { ...api, plain: { ...api.plain, PULUMI_API_CONTAINER_MODE: half } };
}
