/** What looks like a secret: one list, for what no message shows and what must not be set in clear. */

const token = "[\\w.~+/=-]";

const secrets: readonly RegExp[] = [
  /PRIVATE KEY/,
  // A password in front of a host, with or without a scheme. `image:tag@sha256:…` and `mailto:` are none.
  /(?<![\w@])(?!mailto:)[^\s"'/:@]+:(?!\/\/|\$|\d{1,5}\/)[^\s"'@]+@(?!sha\d+:)/,
  /:\/\/[^\s"'/:@]*:(?!\$)[^\s"'/@]+@/,
  // JSON web tokens, and tokens of Pulumi, GitHub, GitLab, Slack, SendGrid, Vault, Docker, New Relic, AWS.
  /\beyJ[\w-]+\.[\w-]+\./,
  /\b(pul|gh[a-z]|github_pat|glpat|xox[a-z]|SG|hvs|dckr_pat|NRAK)[-_.]\w{16,}/,
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b/,
  // The header Authorization, with a letter's case or a digit that no word of prose has.
  new RegExp(`\\b([Bb]asic|[Bb]earer|[Ss]plunk|[Aa]pi[Kk]ey) +(?=${token}*(\\d|[a-z][A-Z]|=))${token}{8,}`),
  // `api-key=…`, `dd-api-key: …`, in a list, a query or a header. Not flags, numbers, ARNs, and references such as ${TOKEN}.
  /(?<!:)(?:api-?key|(?:access|license|shared)[-_]?key|secret|token|passw(?:or)?d|signature)["']?\s*[=:]\s*["']?(?!(?:true|false|yes|no|none)\b|[\d.]{1,7}(?![\w.-])|\$)[^\s"'&,;]{4,}/i,
  /\bapi-?key +(?=\S*\d)[\w-]{8,}/i,
];

/** Whether a text holds a key, a token or a password, as far as one can see. */
export function looksSecret(text: string): boolean {
  return secrets.some((secret) => secret.test(text));
}

/** Whether a name is that of a secret, as those of variables and of Fluent Bit's options end. */
export function isSecretName(name: string): boolean {
  return /(passw(or)?d|passphrase|_pwd|_pat|secret|token|(api|license|shared|private|access)[-_]?key|credentials|cloud_auth)$/i.test(
    name,
  );
}
