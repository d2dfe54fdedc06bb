import { settingVariables } from "./settings";
import { proxySecrets, proxyVariables } from "./shared";
import { type ContainerVariables, whenOn } from "./variables";

const { plain, secret } = settingVariables("console");

/** The console's variables, as the product's documentation lists them. */
export const consoleVariables: ContainerVariables = {
  plain: {
    ...plain,
    PULUMI_ENTERPRISE: () => "true",
    PULUMI_API: ({ hosts }) => `https://${hosts.api}`,
    PULUMI_CONSOLE_DOMAIN: ({ hosts }) => hosts.console,
    PULUMI_HOMEPAGE_DOMAIN: ({ hosts }) => hosts.console,
    AWS_REGION: ({ location }) => location.region,

    SAML_SSO_ENABLED: ({ config }) => whenOn(config.samlCertificate !== undefined),
    ...proxyVariables,
    CONSOLE_MIN_TLS_VERSION: ({ config }) => config.consoleTlsCertificate && "1.2",
  },
  secret: { ...secret, ...proxySecrets },
  extra: ({ consoleExtraEnvironment: plain, consoleExtraSecrets: secret }) => ({ plain, secret }),
};
