import { endsInResourceName, isSecretName } from "./names";

/** Secrets that are known by their look. */
export interface Rule {
  name: string;
  /** The group `secret` is masked, or all that was found. Where there is a group `key`, only if that is a secret's name. */
  find: RegExp;
  /** Whether what looks so is one. */
  holds?: (found: string) => boolean;
}

/** A quotation mark, also where it is escaped. */
const quote = String.raw`\\*["']`;
/** A name that may be a secret's: `isSecretName` says so. What follows is only looked at then. */
const hint = "(?=[\\w.:-]*?(?:pass|pwd|secret|token|cred|auth|cookie|jwt|sign|dsn|key|session|connection))";
const key = String.raw`(?<!\w)(?<!\w[.:-])${hint}(?<key>[A-Za-z_][\w.:-]*)`;
/** A line's end, in a text or in a string of JSON. */
const newline = String.raw`(?:\r?\n|(?:\\+r)?\\+n)`;
const base64Line = String.raw`[A-Za-z0-9+/=\\]{16,}`;

/** By what surrounds the value. */
const surrounded: Rule[] = [
  {
    name: "private key",
    find: new RegExp(
      `-----BEGIN [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----(?<secret>.*?)(-----END [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----|$(?![^]))`,
      "dgs",
    ),
  },
  // What is left of one whose beginning is cut off.
  {
    name: "private key",
    find: new RegExp(
      `(?<secret>(?<![A-Za-z0-9+/=\\\\])(${base64Line}${newline}[ \\t]*)+${base64Line})${newline}-----END [A-Z0-9 ]*PRIVATE KEY`,
      "dg",
    ),
  },
  {
    name: "credentials in a URL",
    find: /(?<![\w+.-])[a-z][a-z0-9+.-]*:\\?\/\\?\/[^\s:@/"'<>]*:(?<secret>[^\s/"'<>]+)@/dgi,
  },
  // As the drivers of Go write it: https://github.com/go-sql-driver/mysql#dsn-data-source-name
  { name: "credentials in a DSN", find: /(?<![^\s:@/"'])[^\s:@/"']+:(?<secret>[^\s"']+)@(?:tcp|unix)\d?\(/dg },
  {
    name: "authorization header",
    find: /\b(?:Bearer|Basic|Digest|Negotiate)\s+(?<secret>[\w.~+/=-]{6,})/dgi,
    // Not of the words that may follow in a sentence.
    holds: (found) => /\s.*(\d|[A-Z])|\S{16}/.test(found),
  },
  {
    name: "authorization header",
    find: /\bauthorization\\*["']?\s*[:=]\s*\\*["']?(?:token\s+)?(?<secret>[^\s"'\\][^\r\n"'\\]*)/dgi,
  },
  { name: "cookie", find: /\b(?:set-)?cookie\\*["']?\s*:\s*\\*["']?(?<secret>[^\s"'\\][^\r\n"'\\]*)/dgi },
  {
    name: "signed URL",
    find: /[?&;](?:amp;)?(?:X-(?:Amz|Goog)-(?:Signature|Credential|Security-Token)|Signature|AWSAccessKeyId|Key-Pair-Id|Policy|sig)=(?<secret>[^\s&"'<>\\]+)/dgi,
  },
  { name: "AWS signature", find: /\b(?:Signature|Credential)=(?<secret>[^\s,"'&]+)/dg },
  { name: "password option", find: /\bmysql\w*\b[^\r\n|;]*?\s-p(?<secret>[^\s"']+)/dg },
  {
    name: "password option",
    find: /\b(?:(?:docker|podman|helm|crane|skopeo)\b[^\r\n|;]*?\blogin\b[^\r\n|;]*?|sshpass)\s+-p[ \t]*(?<secret>[^\s"']+)/dg,
  },
  { name: "password option", find: /\bredis-cli\b[^\r\n|;]*?\s-a[ \t]+(?<secret>[^\s"']+)/dg },
  { name: "password in SQL", find: /\bIDENTIFIED\s+(?:WITH\s+\S+\s+)?BY\s+\\*["'](?<secret>[^"'\r\n]+)/dgi },
  { name: "credentials of a host", find: /(?<![\w.+-])[\w.+-]+:(?<secret>[^\s:@/"']+)@(?!sha256)[\w.-]+:\d{2,5}\b/dg },
  // In a sentence, only what is no word or name.
  {
    name: "value in a sentence",
    find: /\b\w*(?:password|passwd|passphrase|secret|token)\s+(?:is\s+|was\s+)?\\*["']?(?<secret>(?=\w*\d)(?=\w*[A-Za-z])[\w!#$%^&*+/=]{8,})(?![\w.:-])/dgi,
  },
  { name: "password option", find: /\bcurl\b[^\r\n|;]*?\s(?:-u|--user)[\s=]+["']?[^\s:"']+:(?<secret>[^\s"']+)/dg },
];

/** By the name of the value. */
const named: Rule[] = [
  {
    name: "named value",
    find: new RegExp(
      `(?:name|key)${quote}?\\s*[:=]\\s*(?<q1>(?:${quote})?)${key}\\k<q1>[\\s,]+(?:${quote})?value(?:${quote})?\\s*[:=]\\s*(?<q2>${quote})(?<secret>.*?)(?<!\\\\)\\k<q2>`,
      "dgi",
    ),
  },
  { name: "named value", find: new RegExp(`\\bname=${key}\\s*,\\s*value=(?<secret>[^\\s,}"']+)`, "dgi") },
  {
    name: "named value",
    find: new RegExp(
      `\\bname:[ \\t]*["']?${key}["']?[ \\t]*\\r?\\n[ \\t]*value:[ \\t]*(?<secret>\\S[^\\r\\n]*)`,
      "dgi",
    ),
  },
  {
    name: "block",
    find: new RegExp(
      `^(?<indent>[ \\t]*)(?:- )?["']?${key}["']?:[ \\t]*[|>][+-]?\\d?[ \\t]*\\r?\\n(?<secret>(?:\\k<indent>[ \\t]+\\S[^\\n]*(?:\\r?\\n|$(?![^]))|[ \\t]*\\r?\\n)+)`,
      "dgim",
    ),
  },
  {
    name: "quoted value",
    find: new RegExp(
      `${key}(?:${quote})?\\s*(?::|=>|:?=)\\s*(?<q>${quote})(?<secret>[^\\r\\n]*?)(?<!\\\\)\\k<q>`,
      "dgi",
    ),
  },
  {
    name: "value of a line",
    find: new RegExp(
      `^[ \\t]*(?:- |export |set )?["']?${key}["']?(?::[ \\t]+|[ \\t]*=[ \\t]*)(?<secret>[^\\s"'\\\\|>&{[][^\\r\\n&;]*)`,
      "dgim",
    ),
  },
  {
    name: "value",
    find: new RegExp(
      `${key}(?:${quote})?[ \\t]?(?::|=>|:?=)[ \\t]?(?<secret>[^\\s"'\\\\,;&|{}()<>[\\]][^\\s"'\\\\,;&{}()<>]*)`,
      "dgi",
    ),
  },
  {
    name: "option",
    find: new RegExp(
      `(?<![\\w-])--?(?!secret[ \\t])${hint}(?<key>[A-Za-z][\\w-]*)[ \\t]+(?<secret>(?!-)[^\\s"']+|"[^"]*"|'[^']*')`,
      "dgi",
    ),
  },
  { name: "element", find: new RegExp(`<(?:\\w+:)?${hint}(?<key>[A-Za-z][\\w-]*)[^<>]*>(?<secret>[^<>]+)</`, "dgi") },
];

/** By the value alone. */
const typical: Rule[] = [
  { name: "JWT", find: /eyJ[\w-]{6,}\.\s?eyJ[\w-]{4,}(?:\.[\w-]*)?/dg },
  { name: "AWS access key", find: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/dg },
  { name: "AWS session token", find: /\b(?:IQoJb3JpZ2lu|FwoGZXIvYXdz|FQoGZXIvYXdz)[\w+/=%-]{20,}/dg },
  { name: "AWS secret key", find: /(?<![\w+/=-])[A-Za-z0-9+/]{40}(?![\w+/=-])/dg, holds: looksRandom },
  { name: "Pulumi token", find: /\bpul-[0-9a-f]{32,}\b/dg },
  { name: "GitHub token", find: /\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,})/dg },
  { name: "GitLab token", find: /\bgl(?:pat|ptt|rt|dt|cbt)-[\w-]{16,}/dg },
  { name: "Slack token", find: /\bxox[a-z]-[\w-]{10,}|hooks\.slack\.com\/services\/[\w/]+/dg },
  { name: "Google key", find: /\bAIza[\w-]{30,}|\bya29\.[\w-]{16,}/dg },
  { name: "SendGrid key", find: /\bSG\.[\w-]{16,}\.[\w-]{16,}/dg },
  { name: "token of a registry", find: /\b(?:npm_[A-Za-z0-9]{30,}|dckr_pat_[\w-]{20,}|pypi-[\w-]{30,})/dg },
  { name: "API key", find: /\b(?:sk|rk|pk)[-_](?:live|test|ant|proj)[-_][\w-]{16,}/dg },
];

export const rules: Rule[] = [...surrounded, ...typical, ...named];

/** Text in another encoding, which is masked as a whole where what it says would be. */
export const encoded: { name: string; find: RegExp; decode: (text: string) => string }[] = [
  {
    name: "base64",
    find: /(?<![\w+/-])[A-Za-z0-9+/_-]{16,}={0,2}/dg,
    decode: (text) => Buffer.from(text, "base64").toString("utf8"),
  },
  { name: "URL-encoded", find: /(?<![\w.~!*()'+%-])[\w.~!*()'+-]*%[0-9A-Fa-f]{2}[\w.~!*()'+%-]*/dg, decode: decodeUrl },
  {
    name: "JSON-escaped",
    find: /(?<!\S)\S*?\\+u00[0-9a-fA-F]{2}\S*/dg,
    decode: (text) =>
      text.replace(/\\+u(00[0-9a-fA-F]{2})/dg, (_, code: string) => String.fromCharCode(parseInt(code, 16))),
  },
];

/** What isn't named and has no shape of its own may as well be a path: a random text of this length has all of these. */
function looksRandom(text: string): boolean {
  return /[a-z]/.test(text) && /[A-Z]/.test(text) && /\d/.test(text) && !/[a-z]{7,}|\/.*\/.*\/.*\//.test(text);
}

function decodeUrl(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

/** Whether a match of a rule is one: where it goes by the name beside it, by that. */
export function holds({ holds: test }: Rule, match: RegExpExecArray): boolean {
  const key = match.groups?.["key"];
  if (key !== undefined) {
    return (
      isSecretName(key) && !endsInResourceName(match.input.slice(Math.max(match.index - 1000, 0), match.index) + key)
    );
  }
  return test?.(match[0]) ?? true;
}
