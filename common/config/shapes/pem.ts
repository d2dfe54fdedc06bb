import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import type { ConfigProblem, Rule } from "../rule";
import { checkedBy, whereabouts } from "./shape";

/** One or more certificates in PEM form, and nothing else: certificates are shown in clear. */
export const certificate = checkedBy(
  "a certificate in PEM form, perhaps followed by those of its issuers",
  (text) => {
    const kinds = blocks(text).map(({ kind }) => kind);
    const other = kinds.find((kind) => kind !== "CERTIFICATE");
    if (/PRIVATE KEY/.test(text)) {
      return "holds a private key, which would be shown in clear";
    }
    if (other !== undefined) {
      return `holds a ${other.toLowerCase()}`;
    }
    if (kinds.length === 0) {
      return noPem(text, "certificate");
    }
    if (text.includes("\\n")) {
      return escapedLines;
    }
    if (text.replace(block, "").trim() !== "") {
      return "has other text around its certificates; only the lines from BEGIN to END belong here";
    }
    const unreadable = blocks(text).findIndex(({ pem }) => parsed(pem) === undefined);
    return unreadable < 0 ? undefined : `holds a certificate that can't be read${ofMany(unreadable, kinds.length)}`;
  },
  "certificate.pem",
);

/** A private key in PEM form that nothing encrypts. What OpenSSL writes in front of one is allowed: attributes, parameters of the curve. */
export const privateKey = checkedBy(
  "a private key in PEM form, without passphrase",
  (text) => {
    const first = blocks(text).find(({ kind }) => kind !== "EC PARAMETERS");
    if (first === undefined) {
      return noPem(text, "private key");
    }
    if (!first.kind.endsWith("PRIVATE KEY")) {
      return `begins with a ${first.kind.toLowerCase()}, in place of a private key`;
    }
    if (first.kind === "ENCRYPTED PRIVATE KEY" || /^Proc-Type:.*ENCRYPTED/m.test(first.pem)) {
      return "is encrypted with a passphrase";
    }
    if (keyOf(text) !== undefined) {
      return undefined;
    }
    return text.includes("\\n") ? escapedLines : "can't be read";
  },
  "key.pem",
);

/** The certificates in a text; none where one of them can't be read. */
export function certificatesIn(text: string): X509Certificate[] {
  const all = blocks(text).map(({ pem }) => parsed(pem));
  return all.every((each) => each !== undefined) ? all : [];
}

/** The common name of a certificate's subject. */
export function commonName({ subject }: X509Certificate): string | undefined {
  return /^CN=(.*)$/m.exec(subject ?? "")?.[1];
}

type Key<Config> = keyof Config & string;

/**
 * A certificate and its private key: the first certificate is that of the key, and is valid today. Finds nothing where one of the two
 * isn't set, or isn't what its shape allows: that is refused by itself.
 *
 * @param expired severity of an expired certificate. Default: an error.
 */
export function pairs<Config>(
  certificateKey: Key<Config>,
  privateKeyKey: Key<Config>,
  { expired = "error" }: { expired?: ConfigProblem["severity"] } = {},
): Rule<Config> {
  return (_config, raw) => {
    const [leaf, ...issuers] = certificatesIn(raw.text(certificateKey) ?? "");
    const key = leaf && keyOf(raw.text(privateKeyKey) ?? "");
    if (leaf === undefined || key === undefined) {
      return [];
    }
    const validity = validityProblems(certificateKey, leaf).map((problem) => ({ severity: expired, ...problem }));
    if (leaf.checkPrivateKey(key)) {
      return validity;
    }
    const later = issuers.findIndex((each) => each.checkPrivateKey(key));
    const mismatch: ConfigProblem =
      later < 0
        ? {
            key: privateKeyKey,
            reason: `isn't the private key of ${certificateKey}${named(leaf) && `, the certificate${named(leaf)}`}`,
            fix: `set both of one pair: pulumi config set ${certificateKey} < certificate.pem && pulumi config set --secret ${privateKeyKey} < key.pem`,
          }
        : {
            key: certificateKey,
            reason: `the certificate of ${privateKeyKey} comes ${ordinal(later + 1)} in it; it must be the first, and its issuers follow`,
          };
    return [...validity, mismatch];
  };
}

const monthMs = 30 * 24 * 60 * 60 * 1000;

/** Whether a certificate is valid today, and will be in 30 days. */
export function validityProblems(key: string, leaf: X509Certificate, now = Date.now()): ConfigProblem[] {
  const [from, to] = [new Date(leaf.validFrom), new Date(leaf.validTo)];
  const fix = `set a new certificate: pulumi config set ${key} < certificate.pem`;
  if (now < from.getTime()) {
    return [{ key, reason: `the certificate${named(leaf)} is not valid before ${day(from)}`, fix }];
  }
  if (now > to.getTime()) {
    return [{ key, reason: `the certificate${named(leaf)} expired on ${day(to)}`, fix }];
  }
  return now + monthMs > to.getTime()
    ? [{ key, reason: `the certificate${named(leaf)} expires on ${day(to)}`, fix, severity: "warning" }]
    : [];
}

const block = /-----BEGIN ([A-Z0-9 ]+)-----[^]+?-----END \1-----/g;

/** The PEM blocks of a text. */
function blocks(text: string): { kind: string; pem: string }[] {
  return [...text.matchAll(block)].map(([pem, kind = ""]) => ({ kind, pem }));
}

/** Why a text without PEM blocks is none. */
function noPem(text: string, what: string): string {
  const location = whereabouts(text, /\.(pem|crt|cer|key|der)$/i);
  if (location !== undefined) {
    return `is ${location}; the text of the ${what} belongs here`;
  }
  return `is no ${what}: it has no lines -----BEGIN ${what.toUpperCase()}----- and -----END ${what.toUpperCase()}-----`;
}

const escapedLines = "holds \\n in place of its line breaks";

function parsed(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

function keyOf(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}

function named(leaf: X509Certificate): string {
  const name = commonName(leaf);
  return name === undefined ? "" : ` of ${name}`;
}

function ofMany(index: number, count: number): string {
  return count === 1 ? "" : `: the ${ordinal(index)} of ${count}`;
}

function ordinal(index: number): string {
  return ["first", "second", "third", "fourth", "fifth"][index] ?? `${index + 1}th`;
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}
