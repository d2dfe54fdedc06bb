import { flag, secret, text } from "@selfhosted/common";
import { certificate, hostAndPort, privateKey, webUrl } from "./patterns";

function endpoint(description: string, example: string) {
  return text({
    description,
    example,
    optional: true,
    pattern: webUrl,
    allowed: "a URL such as https://git.example.com",
  });
}

function oauthId(provider: string) {
  return text({ description: `Client id of the OAuth application at ${provider}.`, optional: true });
}

function oauthSecret(provider: string) {
  return secret({ description: `Client secret of the OAuth application at ${provider}.`, optional: true });
}

/** Who may sign in, and the mail that goes with it. */
export const signInSettings = {
  emailLoginDisabled: flag({
    description: "Nobody signs in with e-mail and password: refused by the API, hidden by the console.",
  }),
  emailSignupDisabled: flag({
    description:
      "Nobody signs up with e-mail: refused by the API, hidden by the console. The first user to sign up is the administrator.",
  }),
  smtpServer: text({
    description: "Mail server for invitations, notices and password resets. The four smtp settings belong together.",
    example: "smtp.example.com:587",
    optional: true,
    pattern: hostAndPort,
    allowed: "host:port",
  }),
  smtpUsername: text({ description: "User at the mail server.", optional: true }),
  smtpPassword: secret({ description: "Password at the mail server.", optional: true }),
  smtpSender: text({
    description: "Address from which the mail comes.",
    example: "pulumi@example.com",
    optional: true,
    pattern: /^[^\s@]+@[^\s@]+$/,
    allowed: "an e-mail address",
  }),
  turnstileSiteKey: text({
    description:
      "Site key at Cloudflare Turnstile, which password reset by users themselves needs. With turnstileSecretKey.",
    optional: true,
  }),
  turnstileSecretKey: secret({ description: "Secret key at Cloudflare Turnstile.", optional: true }),
  samlCertificate: text({
    description:
      "PEM certificate of this SAML service provider: RSA 2048, its common name the API's host. Turns SAML on.",
    optional: true,
    pattern: certificate,
    allowed: "a certificate in PEM form",
  }),
  samlPrivateKey: secret({
    description: "PEM private key of samlCertificate.",
    optional: true,
    pattern: privateKey,
    allowed: "a private key in PEM form",
  }),
  githubOauthId: oauthId("GitHub"),
  githubOauthSecret: oauthSecret("GitHub"),
  githubOauthEndpoint: endpoint(
    "GitHub Enterprise Server to sign in with, in place of github.com.",
    "https://github.example.com",
  ),
  githubApiEndpoint: endpoint("API of GitHub Enterprise Server.", "https://github.example.com/api/v3"),
  gitlabOauthId: oauthId("GitLab"),
  gitlabOauthSecret: oauthSecret("GitLab"),
  gitlabOauthEndpoint: endpoint(
    "GitLab of your own to sign in with, in place of gitlab.com.",
    "https://gitlab.example.com",
  ),
  gitlabApiEndpoint: endpoint("API of a GitLab of your own.", "https://gitlab.example.com/api/v4"),
  bitbucketOauthId: oauthId("Bitbucket"),
  bitbucketOauthSecret: oauthSecret("Bitbucket"),
};
