import { rsaPair } from "@selfhosted/common/testing";
import { expect } from "chai";
import { deploy, search } from "../fixtures";
import { secretVariables, storedSecrets, variables } from "../task-definitions";

const { certificate, privateKey: key } = rsaPair;

describe("the environment of an installation with features", () => {
  it("sets every feature that is configured, where it belongs", async () => {
    const outcome = await deploy({
      partition: "aws-us-gov",
      above: { search },
      config: {
        emailLoginDisabled: true,
        emailSignupDisabled: true,
        smtpServer: "smtp.example.com:587",
        smtpUsername: "mail",
        smtpSender: "pulumi@example.com",
        turnstileSiteKey: "site",
        samlCertificate: certificate,
        githubOauthId: "github-id",
        githubOauthEndpoint: "https://github.example.com",
        githubApiEndpoint: "https://github.example.com/api/v3",
        gitlabOauthId: "gitlab-id",
        gitlabOauthEndpoint: "https://gitlab.example.com",
        gitlabApiEndpoint: "https://gitlab.example.com/api/v4",
        bitbucketOauthId: "bitbucket-id",
        auditLogsTable: "audit",
        registryPublicBucket: "registry-public",
        registryPrivateBucket: "registry-private",
        deploymentsImage: "registry.example.com/pulumi:3",
        escPrivateTargets: true,
        consoleInternalApiEndpoint: "https://api.internal.example.com",
        otelEndpoint: "http://otel.example.com:4317",
        otelProtocol: "http",
        deprecatedMetrics: false,
        httpProxy: "http://proxy.example.com:3128",
        httpsProxy: "http://proxy.example.com:3128",
        noProxy: ".example.com",
        apiTlsCertificate: certificate,
        consoleTlsCertificate: certificate,
        engineEventsSchemaV2: false,
        engineEventsLegacyWrite: true,
        migrationLockWaitSeconds: 10,
        migrationLockRetries: 5,
        fipsEndpoints: true,
        tlsPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04",
        apiExtraEnvironment: { GODEBUG: "netdns=go" },
        consoleExtraEnvironment: { NODE_OPTIONS: "--max-old-space-size=512" },
        migrationExtraEnvironment: { MIGRATIONS_TABLE_NAME: "m" },
      },
      secrets: {
        smtpPassword: "p",
        turnstileSecretKey: "t",
        samlPrivateKey: key,
        githubOauthSecret: "g",
        gitlabOauthSecret: "g",
        bitbucketOauthSecret: "b",
        metricsSecret: "m",
        apiTlsPrivateKey: key,
        consoleTlsPrivateKey: key,
        apiExtraSecrets: { EXTRA_TOKEN: "e" },
        consoleExtraSecrets: { EXTRA_TOKEN: "e" },
        migrationExtraSecrets: { EXTRA_TOKEN: "e" },
      },
    });
    expect(variables(outcome, "api")).to.deep.include({
      PULUMI_DISABLE_EMAIL_LOGIN: "true",
      PULUMI_DISABLE_EMAIL_SIGNUP: "true",
      SMTP_SERVER: "smtp.example.com:587",
      SMTP_USERNAME: "mail",
      SMTP_GENERIC_SENDER: "pulumi@example.com",
      SAML_CERTIFICATE_PUBLIC_KEY: certificate,
      GITHUB_OAUTH_ENDPOINT: "https://github.example.com",
      GITHUB_API_ENDPOINT: "https://github.example.com/api/v3",
      GITLAB_OAUTH_ID: "gitlab-id",
      GITLAB_OAUTH_ENDPOINT: "https://gitlab.example.com",
      GITLAB_API_ENDPOINT: "https://gitlab.example.com/api/v4",
      PULUMI_AUDIT_LOGS_DYNAMO_TABLE: "audit",
      PULUMI_REGISTRY_PUBLIC_BLOB_STORAGE_ENDPOINT: "s3://registry-public?fips=true",
      PULUMI_REGISTRY_PRIVATE_BLOB_STORAGE_ENDPOINT: "s3://registry-private?fips=true",
      PULUMI_CHECKPOINT_BLOB_STORAGE_ENDPOINT: "s3://pulumi-checkpoint-1?fips=true",
      AWS_USE_FIPS_ENDPOINT: "true",
      PULUMI_DEPLOY_DEFAULT_IMAGE_REFERENCE: "registry.example.com/pulumi:3",
      PULUMI_DISABLE_ESC_SSRF_PROTECTION: "true",
      PULUMI_SEARCH_DOMAIN: search.endpoint,
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://otel.example.com:4317",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http",
      PULUMI_ENABLE_DEPRECATED_METRICS: "false",
      PULUMI_ENGINE_EVENTS_SCHEMA_V2: "false",
      PULUMI_ENGINE_EVENTS_LEGACY_WRITE: "true",
      HTTP_PROXY: "http://proxy.example.com:3128",
      HTTPS_PROXY: "http://proxy.example.com:3128",
      NO_PROXY:
        "localhost,127.0.0.1,169.254.169.254,169.254.170.2,search.example.internal,api.internal.example.com,.example.com",
      API_TLS_CERTIFICATE: certificate,
      API_MIN_TLS_VERSION: "1.2",
      GODEBUG: "netdns=go",
    });
    expect(Object.keys(secretVariables(outcome, "api"))).to.include.members([
      "PULUMI_SEARCH_USER",
      "PULUMI_SEARCH_PASSWORD",
      "SMTP_PASSWORD",
      "RECAPTCHA_SECRET_KEY",
      "SAML_CERTIFICATE_PRIVATE_KEY",
      "GITLAB_OAUTH_SECRET",
      "METRICS_WEBHOOK_SECRET",
      "API_TLS_PRIVATE_KEY",
      "EXTRA_TOKEN",
    ]);
    expect(variables(outcome, "console")).to.deep.include({
      PULUMI_API_INTERNAL_ENDPOINT: "https://api.internal.example.com",
      PULUMI_HIDE_EMAIL_LOGIN: "true",
      PULUMI_HIDE_EMAIL_SIGNUP: "true",
      RECAPTCHA_SITE_KEY: "site",
      SAML_SSO_ENABLED: "true",
      GITHUB_OAUTH_ID: "github-id",
      GITHUB_OAUTH_ENDPOINT: "https://github.example.com",
      GITLAB_OAUTH_ID: "gitlab-id",
      GITLAB_OAUTH_ENDPOINT: "https://gitlab.example.com",
      BITBUCKET_OAUTH_ID: "bitbucket-id",
      HTTPS_PROXY: "http://proxy.example.com:3128",
      CONSOLE_TLS_CERTIFICATE: certificate,
      CONSOLE_MIN_TLS_VERSION: "1.2",
      NODE_OPTIONS: "--max-old-space-size=512",
    });
    expect(Object.keys(secretVariables(outcome, "console"))).to.have.members([
      "AG_GRID_LICENSE_KEY",
      "GITHUB_OAUTH_SECRET",
      "GITLAB_OAUTH_SECRET",
      "BITBUCKET_OAUTH_SECRET",
      "CONSOLE_TLS_PRIVATE_KEY",
      "EXTRA_TOKEN",
    ]);
    expect(variables(outcome, "migration")).to.deep.include({
      METADATA_LOCK_WAIT_TIMEOUT: "10",
      METADATA_LOCK_RETRIES: "5",
      MIGRATIONS_TABLE_NAME: "m",
    });
    expect(Object.keys(secretVariables(outcome, "migration"))).to.include("EXTRA_TOKEN");
  });

  it("names what is in the VPC anyway, so that no proxy is asked for it", async () => {
    const outcome = await deploy({
      config: { internal: true, httpsProxy: "http://proxy.example.internal:3128" },
      above: { endpointsSecurityGroupId: "sg-endpoints" },
    });
    for (const task of ["api", "console"] as const) {
      expect(variables(outcome, task)["NO_PROXY"]?.split(",")).to.include.members([
        "api.pulumi.example.com",
        "kms.eu-central-1.amazonaws.com",
        "s3.eu-central-1.amazonaws.com",
      ]);
    }
    expect(variables(outcome, "migration")).to.not.have.property("NO_PROXY");
  });

  it("keeps the URLs of proxies secret that ask for a sign-in", async () => {
    const outcome = await deploy({
      config: {
        httpsProxy: "http://proxy.example.com:3128",
        httpProxy: "https://proxy.example.com",
        proxyUsername: "a b",
      },
      secrets: { proxyPassword: "p@ss/word" },
    });
    for (const task of ["api", "console"] as const) {
      expect(storedSecrets(outcome, task)).to.deep.include({
        HTTPS_PROXY: "http://a%20b:p%40ss%2Fword@proxy.example.com:3128",
        HTTP_PROXY: "https://a%20b:p%40ss%2Fword@proxy.example.com",
      });
      expect(Object.keys(secretVariables(outcome, task))).to.include.members(["HTTP_PROXY", "HTTPS_PROXY"]);
      expect(variables(outcome, task)).to.have.property("NO_PROXY");
      expect(variables(outcome, task)).to.not.have.any.keys("HTTP_PROXY", "HTTPS_PROXY");
    }
  });
});
