/** Words that a name of a secret ends with. */
const secret = [
  ..."auth password passwd passphrase passcode pwd pass secret token credential credentials authorization cookie jwt".split(
    " ",
  ),
  ..."signature dsn apikey accesskey secretkey privatekey licensekey licencekey signingkey encryptionkey".split(" "),
  ..."masterkey sharedkey accountkey authkey sessionkey sessionid connectionstring".split(" "),
];

/** Such as `authtoken`: words in one, the last of which says it. Shorter ones end other words too. */
const endings = /(password|passwd|passphrase|secret|token|apikey|accesskey|secretkey|privatekey|licen[cs]ekey)$/;

/** What may follow without another meaning. */
const suffix = /^(value|text|plain|plaintext|base|base64|b64|pem|old|new|current|previous|v?\d+)$/;

/** A name of a resource in AWS or in Pulumi, up to somewhere in it. Its parts are separated by what separates a name and its value elsewhere. */
const inResourceName = /(?<![A-Za-z0-9])[au]rn:[^\s"'`,;&]*$/;

/** Whether a text ends in the middle of the name of a resource. */
export function endsInResourceName(text: string): boolean {
  return inResourceName.test(text);
}

/** Whether what has this name is a secret: `DB_PASSWORD`, `smtpPassword`, `x-api-key`; not `passwordLength` or `secretArn`. */
export function isSecretName(name: string): boolean {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter(Boolean);
  while (words.length > 1 && suffix.test(words.at(-1) ?? "")) {
    words.pop();
  }
  const last = words.at(-1) ?? "";
  return secret.includes(last) || endings.test(last) || secret.includes(words.slice(-2).join(""));
}

/** A value that gives nothing away: a name of something in AWS, a flag, a place to put a secret in, or what is masked already. */
export function isHarmless(value: string): boolean {
  return (
    value.trim() === "" ||
    /^(arn:aws[\w-]*:|alias\/|\[masked|\[secret\]|\$\{?[A-Za-z_]|<[^>]*>?$|\*+$|…)/.test(value.trim()) ||
    /^(true|false|null|undefined|none|yes|no|set|string|\[?object( Object)?\]?)$/i.test(value.trim())
  );
}
