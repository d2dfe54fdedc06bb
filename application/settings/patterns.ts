/** Shapes that several settings share. */

const label = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
const octet = "(25[0-5]|2[0-4]\\d|1?\\d?\\d)";

/** A host name of at least two labels, in lower case. */
export const hostName = new RegExp(`^(?=.{1,240}$)(${label}\\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`);

/** Labels that go in front of a domain. */
export const subdomain = new RegExp(`^(?=.{1,120}$)${label}(\\.${label})*$`);

/** `http://` or `https://`, host, and perhaps port and path; without user and password. */
export const webUrl = /^https?:\/\/[A-Za-z0-9.-]+(:\d{1,5})?(\/[^\s@]*)?$/;

/** `host:port`. */
export const hostAndPort = /^[A-Za-z0-9.-]+:\d{1,5}$/;

/** An IPv4 or IPv6 network in CIDR notation. */
export const cidrBlock = new RegExp(
  `^((${octet}\\.){3}${octet}/(3[0-2]|[12]?\\d)|[0-9a-fA-F]*:[0-9a-fA-F:.]*/(12[0-8]|1[01]\\d|\\d{1,2}))$`,
);

/** One or more certificates in PEM form, and nothing else: certificates are shown in clear. */
export const certificate = /^\s*(-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\s*)+$/;

/** A private key in PEM form. */
export const privateKey = /^\s*-----BEGIN ([A-Z]+ )?PRIVATE KEY-----[\s\S]+-----END ([A-Z]+ )?PRIVATE KEY-----\s*$/;

/** The name of an environment variable. */
export const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A whole reference of an image that stays what it is, and how to say so. */
export const imageReference = {
  pattern:
    /^[a-z0-9][\w.-]*(:\d+)?\/[a-z0-9][\w./-]*(:(?!latest$|edge$)[\w.-]+(@sha256:[0-9a-f]{64})?|@sha256:[0-9a-f]{64})$/,
  allowed: "registry/repository:tag or registry/repository@sha256:…, without the moving tags latest and edge",
};
