import { randomBytes } from "node:crypto";
import type { Layer } from "@selfhosted/common/layer";
import { rsaPair } from "@selfhosted/common/testing";
import { expect } from "chai";
import type { Scratch } from "../../bench/scratch";
import { configure, configureSecrets } from "./configuration";
import { plainPulumi } from "./plain-pulumi";

export const word = (): string => randomBytes(12).toString("hex");
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
/** With letters that are escaped somewhere. */
const password = (): string => `P"&/+%<$ä'${word()}`;
const key = (): string => `${rsaPair.privateKey}${word()}\n`;

/** A value for every secret setting of a layer that there is; those of maps by their path. */
export const planted = {
  infrastructure: { "alarmHttpsEndpoints.pager": `https://pager.example.com/${word()}` },
  application: {
    licenseKey: [part({ alg: "none", typ: "JWT" }), part({ sub: word() }), word()].join("."),
    agGridLicenseKey: `grid_${word()}`,
    metricsSecret: word(),
    proxyPassword: `proxy-${word()}`,
    smtpPassword: password(),
    turnstileSecretKey: word(),
    samlPrivateKey: key(),
    apiTlsPrivateKey: key(),
    consoleTlsPrivateKey: key(),
    githubOauthSecret: word(),
    gitlabOauthSecret: word(),
    bitbucketOauthSecret: word(),
    "logRouterSecrets.http_Passwd": word(),
    "apiExtraSecrets.TOKEN": password(),
    "consoleExtraSecrets.TOKEN": `short${word().slice(0, 6)}`,
    "migrationExtraSecrets.TOKEN": `two\nlines ${word()}`,
  },
} satisfies Partial<Record<Layer, Record<string, string>>>;

/** What some of them go with. */
const companions = {
  httpsProxy: "http://proxy.example.com:3128",
  proxyUsername: "mailer",
  smtpServer: "smtp.example.com:587",
  smtpUsername: "mailer",
  smtpSender: "pulumi@example.com",
  turnstileSiteKey: "site-key",
  samlCertificate: rsaPair.certificate,
  apiTlsCertificate: rsaPair.certificate,
  consoleTlsCertificate: rsaPair.certificate,
  githubOauthId: "github-id",
  gitlabOauthId: "gitlab-id",
  bitbucketOauthId: "bitbucket-id",
  logRouterImage: `registry.example.com/mirror/fluent-bit@sha256:${"0".repeat(64)}`,
  logRouterOptions: { Name: "http", Host: "logs.example.com", Port: "8088", tls: "on" },
};

/** Each of them, by its path. */
export const plantedValues = Object.values(planted).flatMap((ofLayer) => Object.entries<string>(ofLayer));

/** Configures `local` with all of them. */
export async function plant(scratch: Scratch): Promise<void> {
  configure(scratch, "application", companions);
  for (const [layer, values] of Object.entries(planted)) {
    await configureSecrets(scratch, layer as Layer, values);
  }
}

/** The password that Pulumi made up for the database, in clear. */
export async function databasePassword(scratch: Scratch): Promise<string> {
  const exported = await plainPulumi(scratch, "infrastructure", [
    "stack",
    "export",
    "--show-secrets",
    "--stack",
    "local",
  ]);
  const [, password = ""] = /"masterPassword": \{[^}]*"plaintext": "\\"(.*?)\\""/s.exec(exported.stdout) ?? [];
  expect(password).to.match(/^\S{16,}$/);
  return password;
}
