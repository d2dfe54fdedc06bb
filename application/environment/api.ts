import { databaseVariables, proxyVariables } from "./shared";
import { whenOn, type ContainerVariables, type EnvironmentFacts } from "./variables";

/** What a container of the API does: everything, or one half of it. */
export type ApiMode = "FULL" | "API" | "JOBS";

function bucketUrl(name: string | undefined, { config }: EnvironmentFacts): string | undefined {
  return name && `s3://${name}${config.fipsEndpoints ? "?fips=true" : ""}`;
}

/** The API's variables, as the product's documentation lists them. */
export function apiVariables(mode: ApiMode): ContainerVariables {
  return {
    plain: {
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
      PULUMI_AUDIT_LOGS_DYNAMO_TABLE: ({ config }) => config.auditLogsTable,

      PULUMI_DISABLE_EMAIL_LOGIN: ({ config }) => whenOn(config.emailLoginDisabled),
      PULUMI_DISABLE_EMAIL_SIGNUP: ({ config }) => whenOn(config.emailSignupDisabled),
      SMTP_SERVER: ({ config }) => config.smtpServer,
      SMTP_USERNAME: ({ config }) => config.smtpUsername,
      SMTP_GENERIC_SENDER: ({ config }) => config.smtpSender,
      SAML_CERTIFICATE_PUBLIC_KEY: ({ config }) => config.samlCertificate,
      GITHUB_OAUTH_ENDPOINT: ({ config }) => config.githubOauthEndpoint,
      GITHUB_API_ENDPOINT: ({ config }) => config.githubApiEndpoint,
      GITLAB_OAUTH_ID: ({ config }) => config.gitlabOauthId,
      GITLAB_OAUTH_ENDPOINT: ({ config }) => config.gitlabOauthEndpoint,
      GITLAB_API_ENDPOINT: ({ config }) => config.gitlabApiEndpoint,

      PULUMI_SEARCH_DOMAIN: ({ upstream }) => upstream.search?.endpoint,
      PULUMI_ENGINE_EVENTS_SCHEMA_V2: ({ config }) => String(config.engineEventsSchemaV2),
      PULUMI_ENGINE_EVENTS_LEGACY_WRITE: ({ config }) => String(config.engineEventsLegacyWrite),
      PULUMI_DEPLOY_DEFAULT_IMAGE_REFERENCE: ({ config }) => config.deploymentsImage,
      PULUMI_DISABLE_ESC_SSRF_PROTECTION: ({ config }) => whenOn(config.escPrivateTargets),
      OTEL_EXPORTER_OTLP_ENDPOINT: ({ config }) => config.otelEndpoint,
      OTEL_EXPORTER_OTLP_PROTOCOL: ({ config }) => config.otelProtocol,
      PULUMI_ENABLE_DEPRECATED_METRICS: ({ config }) => (config.deprecatedMetrics ? undefined : "false"),
      ...proxyVariables,
      API_TLS_CERTIFICATE: ({ config }) => config.apiTlsCertificate,
      API_MIN_TLS_VERSION: ({ config }) => config.apiTlsCertificate && "1.2",
    },
    secret: {
      PULUMI_LICENSE_KEY: ({ config }) => config.licenseKey.apply((key) => key.trim().replace(/^["']|["']$/g, "")),
      PULUMI_DATABASE_USER_NAME: ({ upstream }) => ({ secret: upstream.database.credentials, key: "username" }),
      PULUMI_DATABASE_USER_PASSWORD: ({ upstream }) => ({ secret: upstream.database.credentials, key: "password" }),
      PULUMI_SEARCH_USER: ({ upstream: { search } }) => search && { secret: search.credentials, key: "username" },
      PULUMI_SEARCH_PASSWORD: ({ upstream: { search } }) => search && { secret: search.credentials, key: "password" },
      SMTP_PASSWORD: ({ config }) => config.smtpPassword,
      RECAPTCHA_SECRET_KEY: ({ config }) => config.turnstileSecretKey,
      SAML_CERTIFICATE_PRIVATE_KEY: ({ config }) => config.samlPrivateKey,
      GITLAB_OAUTH_SECRET: ({ config }) => config.gitlabOauthSecret,
      METRICS_WEBHOOK_SECRET: ({ config }) => config.metricsSecret,
      API_TLS_PRIVATE_KEY: ({ config }) => config.apiTlsPrivateKey,
    },
  };
}
