import { type ConfigOf, type Found, type Layer, projectOf } from "@selfhosted/common";
import { settings as applicationSettings } from "../../application/exports";
import { requireChoice } from "../command";
import { shown } from "../shown";
import { table, terminalWidth } from "../table";

/** A secret that its issuer gives. */
export interface Given {
  key: keyof typeof applicationSettings;
  /** The setting with the certificate of a private key, which goes with it. */
  certificate?: keyof typeof applicationSettings;
  readBy: string[];
  /** What the user has to do about the former value, which its issuer knows. */
  former: string;
}

/** Passwords that Pulumi makes, with the setting of the infrastructure layer whose next number is the next password, and the component. */
export const generated = {
  database: { key: "databasePasswordVersion", component: "Database", readBy: ["api", "migration"] },
  search: { key: "searchPasswordVersion", component: "Search", readBy: ["api"] },
};

export type Generated = keyof typeof generated;

type Config = ConfigOf<typeof applicationSettings>;
/** Settings with one secret; those of maps are the user's own variables. */
type SecretKey = { [K in keyof Config]-?: NonNullable<Config[K]> extends { apply: unknown } ? K : never }[keyof Config];

const providerKnows = (provider: string): string =>
  `Both must be valid at ${provider} while the services roll; then take the former one away there.`;

/** Each secret setting of the application layer: none can be left out. */
const settings: Record<SecretKey, { what: string; former: string; certificate?: Given["key"]; readBy?: string[] }> = {
  licenseKey: { what: "licence", former: "The former one holds until it expires.", readBy: ["api"] },
  agGridLicenseKey: { what: "grid-licence", former: "The former one holds until it expires." },
  smtpPassword: { what: "smtp", former: providerKnows("the mail server") },
  turnstileSecretKey: { what: "turnstile", former: providerKnows("Cloudflare") },
  samlPrivateKey: {
    what: "saml",
    certificate: "samlCertificate",
    former:
      "The identity provider must know both certificates while the services roll; then take the former one away there.",
  },
  githubOauthSecret: { what: "github", former: providerKnows("GitHub") },
  gitlabOauthSecret: { what: "gitlab", former: providerKnows("GitLab") },
  bitbucketOauthSecret: { what: "bitbucket", former: providerKnows("Bitbucket") },
  metricsSecret: { what: "metrics", former: "Give the new one to whatever reads /metrics." },
  proxyPassword: { what: "proxy", former: providerKnows("the proxies"), readBy: ["api", "console"] },
  apiTlsPrivateKey: {
    what: "api-tls",
    certificate: "apiTlsCertificate",
    former: "The former one holds until it expires.",
  },
  consoleTlsPrivateKey: {
    what: "console-tls",
    certificate: "consoleTlsCertificate",
    former: "The former one holds until it expires.",
  },
};

export const given: Record<string, Given> = Object.fromEntries(
  (Object.entries(settings) as [SecretKey, (typeof settings)[SecretKey]][]).map(([key, { what, readBy, ...rest }]) => [
    what,
    { key, readBy: readBy ?? Object.keys(applicationSettings[key].env ?? {}), ...rest },
  ]),
);

/** Which of them a user means. */
export type Chosen = { what: Generated; given?: undefined } | { what: string; given: Given };

/**
 * The secret that the command line names.
 *
 * @returns undefined where it names none.
 */
export function requireSecret(what: string | undefined, valueFile: string | undefined): Chosen | undefined {
  const names = Object.keys(generated) as Generated[];
  const isGenerated = (found: string): found is Generated => names.some((each) => each === found);
  const found = what ? requireChoice("WHAT", what, [...names, ...Object.keys(given)]) : undefined;
  const secret = found === undefined ? undefined : given[found];
  if (valueFile && secret === undefined) {
    const why =
      found === undefined ? "but not what it is for: WHAT=…" : `but Pulumi makes the password of ${found} itself`;
    throw new Error(`VALUE_FILE is given, ${why}. Found ${shown(valueFile)}.`);
  }
  if (found === undefined) {
    return undefined;
  }
  return isGenerated(found) ? { what: found } : secret && { what: found, given: secret };
}

/** A setting as the configuration of its layer has it. */
export function configured(layer: Layer, found: Found = {}, key: string): Found[string] | undefined {
  return found[`${projectOf(layer)}:${key}`];
}

/** What there is to rotate, and whether the environment has it. */
export function describeSecrets(found: Record<"infrastructure" | "application", Found | undefined>): string {
  const isOn = (what: string): boolean =>
    what === "database" || configured("infrastructure", found.infrastructure, "searchEnabled")?.text === "true";
  const rows = [
    ...Object.entries(generated).map(([what, { key, readBy }]) => {
      return [what, `made by Pulumi, infrastructure ${key}`, readBy.join(", "), isOn(what) ? "yes" : "no"];
    }),
    ...Object.entries(given).map(([what, { key, certificate, readBy }]) => {
      const isSet = configured("application", found.application, key) !== undefined;
      const value = `given, application ${[key, certificate].filter(Boolean).join(" and ")}`;
      return [what, value, readBy.join(", "), isSet ? "yes" : "no"];
    }),
  ];
  return table(["WHAT", "VALUE", "READ BY", "CONFIGURED"], rows, terminalWidth());
}
