import {
  allOrNone,
  certificate,
  certificatesIn,
  checkedBy,
  commonName,
  emailAddress,
  flag,
  hostAndPort,
  onlyWith,
  pairs,
  pattern,
  privateKey,
  type Rule,
  secret,
  type SettingArgs,
  text,
  webUrl,
} from "@selfhosted/common";
import { hostOf, isOwnHost } from "../network/egress";
import { hosts } from "../network/hosts";
import type { ApplicationConfig } from "./settings";

type Env = SettingArgs["env"];

function endpoint(description: string, example: string, env: Env) {
  return text({ description, example, optional: true, shape: webUrl, env });
}

const bare = "any text that is not empty, without quotes, blanks or line ends around it";

/** A name or id from another service: what surrounds it was copied by mistake, and would be sent along. */
export const bareName = pattern(/^[^\s"'{}]+( [^\s"'{}]+)*$/, bare);

/** A secret from another service. It may contain any character. */
export const bareSecret = checkedBy(bare, (found) => {
  const inner = found.trim();
  if (inner === "") {
    return "is empty";
  }
  if (/[\r\n]/.test(inner)) {
    return "has several lines";
  }
  if (inner !== found) {
    return "has blanks or line ends around it";
  }
  return /^(["']).*\1$/.test(found) ? "has quotes around it" : undefined;
});

function oauthId(provider: string, env: Env) {
  const description = `Client id of the OAuth application at ${provider}.`;
  return text({ description, example: "0123456789abcdef0123", optional: true, shape: bareName, env });
}

function oauthSecret(provider: string, env: Env) {
  const description = `Client secret of the OAuth application at ${provider}.`;
  return secret({ description, optional: true, shape: bareSecret, env });
}

/** Who may sign in, and the mail that goes with it. */
export const signInSettings = {
  emailLoginDisabled: flag({
    description:
      "Nobody signs in with e-mail and password: refused by the API, hidden by the console. Needs another sign-in.",
    env: { api: "PULUMI_DISABLE_EMAIL_LOGIN", console: "PULUMI_HIDE_EMAIL_LOGIN" },
  }),
  emailSignupDisabled: flag({
    description:
      "Nobody signs up with e-mail: refused by the API, hidden by the console. The first user to sign up is the administrator: turn it " +
      "on after that.",
    env: { api: "PULUMI_DISABLE_EMAIL_SIGNUP", console: "PULUMI_HIDE_EMAIL_SIGNUP" },
  }),
  confirmAdministratorExists: flag({
    description:
      "Allows a first deployment on which nobody can sign up by themselves (emailSignupDisabled, emailLoginDisabled): for a restored " +
      "database, which has its administrator. Remove it after that deployment.",
  }),
  smtpServer: text({
    description: "Mail server for invitations, notices and password resets. With smtpSender.",
    example: "smtp.example.com:587",
    optional: true,
    shape: hostAndPort,
    env: { api: "SMTP_SERVER" },
  }),
  smtpUsername: text({
    description: "User at the mail server; with smtpPassword. Neither for a relay without sign-in.",
    example: "pulumi",
    optional: true,
    shape: bareName,
    env: { api: "SMTP_USERNAME" },
  }),
  smtpPassword: secret({
    description: "Password at the mail server.",
    optional: true,
    shape: bareSecret,
    env: { api: "SMTP_PASSWORD" },
  }),
  smtpSender: text({
    description: "Address from which the mail comes.",
    example: "pulumi@example.com",
    optional: true,
    shape: emailAddress,
    env: { api: "SMTP_GENERIC_SENDER" },
  }),
  turnstileSiteKey: text({
    description:
      "Site key of Cloudflare Turnstile, which password reset by users themselves needs. With turnstileSecretKey.",
    example: "0x4AAAAAAA0123456789abcde",
    optional: true,
    shape: bareName,
    env: { console: "RECAPTCHA_SITE_KEY" },
  }),
  turnstileSecretKey: secret({
    description: "Secret key of Cloudflare Turnstile.",
    optional: true,
    shape: bareSecret,
    env: { api: "RECAPTCHA_SECRET_KEY" },
  }),
  samlCertificate: text({
    description:
      "PEM certificate of this SAML service provider: RSA 2048, its common name the API's host. Turns SAML on.",
    optional: true,
    shape: certificate,
    env: { api: "SAML_CERTIFICATE_PUBLIC_KEY" },
  }),
  samlPrivateKey: secret({
    description: "PEM private key of samlCertificate.",
    optional: true,
    shape: privateKey,
    env: { api: "SAML_CERTIFICATE_PRIVATE_KEY" },
  }),
  githubOauthId: oauthId("GitHub", { console: "GITHUB_OAUTH_ID" }),
  githubOauthSecret: oauthSecret("GitHub", { console: "GITHUB_OAUTH_SECRET" }),
  githubOauthEndpoint: endpoint(
    "GitHub Enterprise Server to sign in with, in place of github.com.",
    "https://github.example.com",
    { api: "GITHUB_OAUTH_ENDPOINT", console: "GITHUB_OAUTH_ENDPOINT" },
  ),
  githubApiEndpoint: endpoint("API of GitHub Enterprise Server.", "https://github.example.com/api/v3", {
    api: "GITHUB_API_ENDPOINT",
  }),
  gitlabOauthId: oauthId("GitLab", { api: "GITLAB_OAUTH_ID", console: "GITLAB_OAUTH_ID" }),
  gitlabOauthSecret: oauthSecret("GitLab", { api: "GITLAB_OAUTH_SECRET", console: "GITLAB_OAUTH_SECRET" }),
  gitlabOauthEndpoint: endpoint(
    "GitLab of your own to sign in with, in place of gitlab.com.",
    "https://gitlab.example.com",
    { api: "GITLAB_OAUTH_ENDPOINT", console: "GITLAB_OAUTH_ENDPOINT" },
  ),
  gitlabApiEndpoint: endpoint("API of a GitLab of your own.", "https://gitlab.example.com/api/v4", {
    api: "GITLAB_API_ENDPOINT",
  }),
  bitbucketOauthId: oauthId("Bitbucket", { console: "BITBUCKET_OAUTH_ID" }),
  bitbucketOauthSecret: oauthSecret("Bitbucket", { console: "BITBUCKET_OAUTH_SECRET" }),
};

/** The settings for sign-in without e-mail and password that are set. */
function otherSignIns(config: ApplicationConfig): string[] {
  const { samlCertificate, githubOauthId, gitlabOauthId, bitbucketOauthId } = config;
  const settings = { samlCertificate, githubOauthId, gitlabOauthId, bitbucketOauthId };
  return Object.entries(settings).flatMap(([key, value]) => (value === undefined ? [] : [key]));
}

const someSignIn: Rule<ApplicationConfig> = (config) =>
  config.emailLoginDisabled &&
  otherSignIns(config).length === 0 && {
    key: "emailLoginDisabled",
    reason: "found true, but there is no other way to sign in: nobody could",
    fix:
      "pulumi config rm emailLoginDisabled; or set up another way first: samlCertificate, githubOauthId, gitlabOauthId or " +
      "bitbucketOauthId",
  };

/** What the product's documentation of SAML asks of the service provider's certificate. */
const samlCertificateFits: Rule<ApplicationConfig> = (config, raw) => {
  const [leaf] = certificatesIn(raw.text("samlCertificate") ?? "");
  if (leaf === undefined) {
    return undefined;
  }
  const { api } = hosts(config);
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = leaf.publicKey;
  const bits = type === "rsa" ? (details?.modulusLength ?? 0) : 0;
  const name = commonName(leaf);
  const key = "samlCertificate";
  const fix = `openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=${api} -keyout key.pem -out certificate.pem makes a pair`;
  return [
    bits !== 2048 && {
      key,
      reason: `has a key of ${type === "rsa" ? `RSA ${bits}` : (type ?? "an unknown kind")}; the product asks for RSA 2048`,
      fix,
      severity: bits > 2048 ? "warning" : "error",
    },
    // A warning, since it signs users in as long as their provider knows it.
    name?.toLowerCase() !== api && {
      key,
      reason: `has the common name ${name ?? "(none)"}; the product asks for the API's host, ${api}`,
      fix,
      severity: "warning",
    },
  ];
};

/** A task has no mail server of its own. */
const mailElsewhere: Rule<ApplicationConfig> = ({ smtpServer }) =>
  smtpServer !== undefined &&
  isOwnHost(hostOf(smtpServer)) && {
    key: "smtpServer",
    reason: `found ${smtpServer}, which in a container is the container itself, without a mail server`,
    fix: "name the mail server by a host that tasks reach",
  };

export const signInRules: Rule<ApplicationConfig>[] = [
  someSignIn,
  onlyWith(["confirmAdministratorExists"], "emailSignupDisabled", "emailLoginDisabled"),
  allOrNone("smtpServer", "smtpSender"),
  mailElsewhere,
  allOrNone("smtpUsername", "smtpPassword"),
  onlyWith(["smtpUsername", "smtpPassword"], "smtpServer"),
  allOrNone("turnstileSiteKey", "turnstileSecretKey"),
  allOrNone("samlCertificate", "samlPrivateKey"),
  pairs("samlCertificate", "samlPrivateKey"),
  samlCertificateFits,
  allOrNone("githubOauthId", "githubOauthSecret"),
  allOrNone("gitlabOauthId", "gitlabOauthSecret"),
  allOrNone("bitbucketOauthId", "bitbucketOauthSecret"),
  onlyWith(["githubOauthEndpoint"], "githubOauthId"),
  onlyWith(["gitlabOauthEndpoint"], "gitlabOauthId"),
];
