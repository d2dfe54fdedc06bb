import type { X509Certificate } from "node:crypto";
import {
  anyText,
  certificate,
  certificatesIn,
  commonName,
  type ConfigOf,
  isoDate,
  type Rule,
  text,
} from "@selfhosted/common";
import type { InstallationConfig } from "../installation";

export const certificateSettings = {
  databaseCaCertificate: text({
    description:
      "CA certificates of RDS for the region, as PEM text of at most 32 kB: AWS publishes them as a bundle for each region. Where " +
      "they are set, the service connects with TLS, and the database refuses other connections; otherwise they aren't encrypted.",
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

export const certificateRules: Rule<Config>[] = [certificatesOfAuthorities, certificatesOfRds];
