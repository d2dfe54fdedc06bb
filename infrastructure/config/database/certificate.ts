import type { X509Certificate } from "node:crypto";
import {
  anyText,
  certificate,
  certificatesIn,
  commonName,
  type ConfigOf,
  flag,
  isoDate,
  onlyWith,
  type Rule,
  text,
} from "@selfhosted/common";
import { trustedAuthorities } from "../../database/authorities";
import type { InstallationConfig } from "../installation";

export const certificateSettings = {
  databaseTls: flag({
    description:
      "The service connects to the database with TLS, and checks who answers by RDS's authorities for the region, or those in " +
      "databaseCaCertificate. The next deployment of application/ rolls the services.",
    default: true,
  }),
  databaseTlsRequired: flag({
    description:
      "The database refuses connections without TLS, at once: turn it on when the services that databaseTls rolls have it. Always so with databaseCaCertificate.",
  }),
  databaseCaCertificate: text({
    description:
      "CA certificates of RDS, in place of those that come along, as PEM text of at most 32 kB: AWS publishes them as a bundle for " +
      "each region. Needed in regions whose authorities don't come along, as those of GovCloud and China.",
    optional: true,
    shape: { ...anyText, file: "eu-central-1-bundle.pem" },
  }),
};

type Config = ConfigOf<typeof certificateSettings> & Pick<InstallationConfig, "aws:region">;

/** The certificates go into task definitions, of which AWS takes 64 kB in all. */
const maxCertificateBytes = 32 * 1024;

const certificatesOfAuthorities: Rule<Config> = ({ "aws:region": region, databaseCaCertificate: pem }) => {
  const flaw = pem === undefined ? undefined : authorityFlaw(pem);
  return (
    flaw !== undefined && {
      key: "databaseCaCertificate",
      reason: `${flaw}; allowed: certificates of authorities in PEM form, as in the bundle of the region`,
      fix: `pulumi config set databaseCaCertificate < ${region}-bundle.pem`,
    }
  );
};

function authorityFlaw(pem: string): string | undefined {
  const bytes = Buffer.byteLength(pem);
  if (bytes > maxCertificateBytes) {
    return `found ${bytes} bytes, more than ${maxCertificateBytes}`;
  }
  const fault = certificate.fault(pem);
  if (fault !== undefined) {
    return `found a text that ${fault.because}`;
  }
  const all = certificatesIn(pem);
  const other = all.findIndex(({ ca }) => !ca);
  if (other >= 0) {
    return `found a certificate, number ${other + 1}, that is of no authority`;
  }
  // A bundle may hold a former authority beside its successor.
  return all.some(isValid)
    ? undefined
    : `found ${all.length > 1 ? "certificates" : "a certificate"} that ${datesOf(all)}`;
}

function isValid({ validFrom, validTo }: X509Certificate): boolean {
  return Date.parse(validFrom) <= Date.now() && Date.now() <= Date.parse(validTo);
}

function datesOf(all: X509Certificate[]): string {
  const day = (time: number): string => isoDate(new Date(time));
  const expired = Math.max(...all.map(({ validTo }) => Date.parse(validTo)));
  return expired < Date.now()
    ? `expired on ${day(expired)}`
    : `will be valid from ${day(Math.min(...all.map(({ validFrom }) => Date.parse(validFrom))))} on`;
}

/**
 * RDS signs the certificates of its servers itself. Its authorities are called `Amazon RDS eu-central-1 Root CA RSA2048 G1` and the
 * like, older ones without a region: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.SSL.html
 */
const certificatesOfRds: Rule<Config> = ({ "aws:region": region, databaseCaCertificate: pem }) => {
  if (pem === undefined || authorityFlaw(pem) !== undefined) {
    return false;
  }
  const names = certificatesIn(pem).flatMap((each) => commonName(each) ?? []);
  const ofRds = names.filter((each) => each.startsWith("Amazon RDS "));
  const regions = ofRds.map((each) => /\b[a-z]{2,4}(-[a-z]+)+-\d\b/.exec(each)?.[0] ?? region);
  if (regions.includes(region)) {
    return false;
  }
  const found =
    ofRds.length > 0 ? `authorities of RDS in ${[...new Set(regions)].join(", ")} only` : "no authority of RDS";
  return {
    key: "databaseCaCertificate",
    reason: `found ${found}, but the database in ${region} has a certificate of one there: the service wouldn't trust it`,
    fix: `pulumi config set databaseCaCertificate < ${region}-bundle.pem`,
    severity: "warning",
  };
};

/** Nobody takes connections for encrypted that aren't. */
const unknownAuthorities: Rule<Config> = (config) => {
  const { "aws:region": region, databaseTls, databaseTlsRequired } = config;
  if (!databaseTls || trustedAuthorities(config, region) !== undefined) {
    return false;
  }
  const [key, effect] = databaseTlsRequired
    ? (["databaseTlsRequired", "the service can't connect with TLS, and the database would refuse it"] as const)
    : (["databaseTls", "connections to the database aren't encrypted"] as const);
  return {
    key,
    reason: `the authorities of RDS in ${region} don't come along: ${effect}`,
    fix: `pulumi config set databaseCaCertificate < ${region}-bundle.pem; or: pulumi config ${databaseTlsRequired ? "rm databaseTlsRequired" : "set databaseTls false"}`,
    severity: databaseTlsRequired ? "error" : "warning",
  };
};

export const certificateRules: Rule<Config>[] = [
  certificatesOfAuthorities,
  certificatesOfRds,
  unknownAuthorities,
  onlyWith(["databaseCaCertificate", "databaseTlsRequired"], "databaseTls"),
];
