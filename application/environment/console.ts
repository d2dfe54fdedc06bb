import { proxyVariables } from "./shared";
import { whenOn, type ContainerVariables } from "./variables";

/** The console's variables, as the product's documentation lists them. */
export const consoleVariables: ContainerVariables = {
  plain: {
    PULUMI_ENTERPRISE: () => "true",
    PULUMI_API: ({ hosts }) => `https://${hosts.api}`,
    PULUMI_API_INTERNAL_ENDPOINT: ({ config }) => config.consoleInternalApiEndpoint,
    PULUMI_CONSOLE_DOMAIN: ({ hosts }) => hosts.console,
    PULUMI_HOMEPAGE_DOMAIN: ({ hosts }) => hosts.console,
    AWS_REGION: ({ upstream }) => upstream.installation.region,

    PULUMI_HIDE_EMAIL_LOGIN: ({ config }) => whenOn(config.emailLoginDisabled),
    PULUMI_HIDE_EMAIL_SIGNUP: ({ config }) => whenOn(config.emailSignupDisabled),
    RECAPTCHA_SITE_KEY: ({ config }) => config.turnstileSiteKey,
    SAML_SSO_ENABLED: ({ config }) => whenOn(config.samlCertificate !== undefined),
    GITHUB_OAUTH_ID: ({ config }) => config.githubOauthId,
    GITHUB_OAUTH_ENDPOINT: ({ config }) => config.githubOauthEndpoint,
    GITLAB_OAUTH_ID: ({ config }) => config.gitlabOauthId,
    GITLAB_OAUTH_ENDPOINT: ({ config }) => config.gitlabOauthEndpoint,
    BITBUCKET_OAUTH_ID: ({ config }) => config.bitbucketOauthId,
    ...proxyVariables,
    CONSOLE_TLS_CERTIFICATE: ({ config }) => config.consoleTlsCertificate,
    CONSOLE_MIN_TLS_VERSION: ({ config }) => config.consoleTlsCertificate && "1.2",
  },
  secret: {
    AG_GRID_LICENSE_KEY: ({ config }) => config.agGridLicenseKey,
    GITHUB_OAUTH_SECRET: ({ config }) => config.githubOauthSecret,
    GITLAB_OAUTH_SECRET: ({ config }) => config.gitlabOauthSecret,
    BITBUCKET_OAUTH_SECRET: ({ config }) => config.bitbucketOauthSecret,
    CONSOLE_TLS_PRIVATE_KEY: ({ config }) => config.consoleTlsPrivateKey,
  },
};
