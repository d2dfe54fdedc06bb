/** What is left of a secret in a text, in whatever encoding: none where it was masked. */
export function remainsOf(secret: string, text: string): string[] {
  return Object.entries(formsOf(secret)).flatMap(([form, found]) => (text.includes(found) ? [form] : []));
}

/** A secret as it may be written. In base64 it may begin at any of three bits; the characters at its ends have others' bits too. */
function formsOf(secret: string): Record<string, string> {
  const json = JSON.stringify(secret).slice(1, -1);
  const base64 = [0, 1, 2].map((before) => {
    const text = Buffer.from("?".repeat(before) + secret).toString("base64");
    return text.slice(before === 0 ? 0 : before + 1).replace(/.?=*$/, "");
  });
  return {
    "as it is": secret,
    "in JSON": json,
    "in JSON twice": JSON.stringify(json).slice(1, -1),
    "in a URL": encodeURIComponent(secret),
    ...Object.fromEntries(base64.map((text, before) => [`in base64 after ${before}`, text])),
    ...Object.fromEntries(
      base64.map((text, before) => [
        `in base64 for URLs after ${before}`,
        text.replaceAll("+", "-").replaceAll("/", "_"),
      ]),
    ),
    "in hexadecimal": Buffer.from(secret).toString("hex"),
  };
}
