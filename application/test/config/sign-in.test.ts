import { ecPair, expiredCertificate, rsaPair } from "@selfhosted/common/testing";
import { itRefuses, itWarns } from "./refusals";

describe("settings of sign-in and mail", () => {
  itRefuses([
    [
      "a private key as a certificate, whose text nobody sees",
      { config: { samlCertificate: rsaPair.privateKey } },
      [/samlCertificate: found a value \(not shown\), which holds a private key/],
    ],
    [
      "mail from nobody",
      { config: { smtpServer: "smtp.example.com:587" } },
      [/smtpSender: not set, though smtpServer is; set all of smtpServer, smtpSender, or none/],
    ],
    [
      "a user at the mail server without password",
      { config: { smtpServer: "smtp.example.com:587", smtpSender: "p@example.com", smtpUsername: "u" } },
      [/smtpPassword: not set, though smtpUsername is/],
    ],
    [
      "sign-in at no mail server",
      { config: { smtpUsername: "u" }, secrets: { smtpPassword: "p" } },
      [/smtpUsername: has no effect without smtpServer/, /smtpPassword: has no effect without smtpServer/],
    ],
    [
      "a user at the mail server that is blank",
      {
        config: { smtpServer: "smtp.example.com:587", smtpSender: "p@example.com", smtpUsername: " " },
        secrets: { smtpPassword: "p" },
      },
      [/smtpUsername: found " "; allowed: any text that is not empty/],
    ],
    [
      "a Turnstile key without its pair",
      { config: { turnstileSiteKey: "k" } },
      [/turnstileSecretKey: not set, though turnstileSiteKey is/],
    ],
    [
      "a SAML certificate without key",
      { config: { samlCertificate: rsaPair.certificate } },
      [/samlPrivateKey: not set/],
    ],
    ["a GitHub application without secret", { config: { githubOauthId: "i" } }, [/githubOauthSecret: not set/]],
    ["a GitLab application without secret", { config: { gitlabOauthId: "i" } }, [/gitlabOauthSecret: not set/]],
    [
      "a Bitbucket application without secret",
      { config: { bitbucketOauthId: "i" } },
      [/bitbucketOauthSecret: not set/],
    ],
    [
      "certificate and key swapped",
      { config: { samlCertificate: rsaPair.privateKey }, secrets: { samlPrivateKey: rsaPair.certificate } },
      [/samlCertificate: .*which holds a private key/, /samlPrivateKey: .*which begins with a certificate/],
    ],
    [
      "a SAML certificate that has expired",
      { config: { samlCertificate: expiredCertificate }, secrets: { samlPrivateKey: rsaPair.privateKey } },
      [/samlCertificate: the certificate of api\.pulumi\.example\.com expired on 2021-01-01/],
    ],
    [
      "a SAML certificate of another kind",
      { config: { samlCertificate: ecPair.certificate }, secrets: { samlPrivateKey: ecPair.privateKey } },
      [
        /samlCertificate: has a key of ec; the product asks for RSA 2048/,
        /openssl req -x509 -newkey rsa:2048 .*\/CN=api\.pulumi\.example\.com/,
      ],
    ],
    [
      "that nobody can sign in",
      { config: { emailLoginDisabled: true } },
      [/emailLoginDisabled: found true, but there is no other way to sign in/],
    ],
    [
      "a git server to sign in with, without an application there",
      { config: { githubOauthEndpoint: "https://g.example.com", gitlabOauthEndpoint: "https://l.example.com" } },
      [/githubOauthEndpoint: has no effect without githubOauthId/, /gitlabOauthEndpoint: has no effect without gitlab/],
    ],
    [
      "a confirmation that nothing asks for",
      { config: { confirmAdministratorExists: true } },
      [/confirmAdministratorExists: has no effect without emailSignupDisabled or emailLoginDisabled/],
    ],
    [
      "a mail server in the container itself",
      { config: { smtpServer: "localhost:25", smtpSender: "p@example.com" } },
      [/smtpServer: found localhost:25, which in a container is the container itself/],
    ],
    [
      "what was copied along with ids and secrets, without showing those",
      {
        config: { githubOauthId: ' "Iv1.0123456789abcdef" ', bitbucketOauthId: "i" },
        secrets: { githubOauthSecret: "'canary'", bitbucketOauthSecret: "canary\n" },
      },
      [
        /githubOauthId: found .*; allowed: any text .*, without quotes.*\n.*set githubOauthId Iv1\.0123456789abcdef$/m,
        /githubOauthSecret: found a value \(not shown\), which has quotes around it/,
        /bitbucketOauthSecret: found a value \(not shown\), which has blanks or line ends/,
      ],
    ],
    [
      "a password of the mail server with its quotes",
      {
        config: { smtpServer: "smtp.example.com:587", smtpSender: "p@example.com", smtpUsername: "u" },
        secrets: { smtpPassword: '"canary"' },
      },
      [/smtpPassword: found a value \(not shown\), which has quotes around it/],
    ],
  ]);

  itWarns([
    [
      "a SAML certificate of another name",
      {
        config: { samlCertificate: rsaPair.certificate, domain: "other.example.com" },
        secrets: { samlPrivateKey: rsaPair.privateKey },
      },
      /^samlCertificate: has the common name api\.pulumi\.example\.com; the product asks for the API's host, api\.other/,
    ],
  ]);
});
