import type { Rule } from "../rule";
import { checkedBy, whereabouts } from "./shape";

/**
 * A licence of the vendor: a JSON web token (RFC 7519) in one line. Blanks and quotes around it are allowed: the application takes
 * them off.
 */
export const licence = checkedBy(
  "the licence as the vendor sent it, a JSON web token in one line",
  (text) => {
    const token = bareLicence(text);
    if (token === "") {
      return "is empty";
    }
    if (/[\r\n]/.test(token)) {
      return "has several lines";
    }
    const location = whereabouts(token, /\.(txt|lic|jwt|key|json)$/i);
    if (location !== undefined) {
      return `is ${location}; the text of the licence belongs here`;
    }
    const parts = token.split(".");
    if (parts.length !== 3 || !parts.every((part) => /^[\w-]+={0,2}$/.test(part))) {
      return "is no JSON web token: that has three parts with dots between them";
    }
    return parts.slice(0, 2).every((part) => jsonObject(part))
      ? undefined
      : "is no JSON web token: its first two parts can't be read";
  },
  "licence.txt",
);

/** A licence without the blanks and quotes around it. */
export function bareLicence(text: string): string {
  return text
    .trim()
    .replace(/^(["'])(.*)\1$/s, "$2")
    .trim();
}

const dayMs = 24 * 60 * 60 * 1000;

/** When a licence ends; undefined where it doesn't say, or says a number that is no time. */
export function licenceEnd(text: string): Date | undefined {
  const { exp } = jsonObject(bareLicence(text).split(".")[1]) ?? {};
  const end = new Date(typeof exp === "number" ? exp * 1000 : NaN);
  return Number.isNaN(end.getTime()) ? undefined : end;
}

/** Warns of a licence that has expired, or will in 30 days: without one the service doesn't start. Not all licences say when. */
export function licenceTerm<Config>(key: keyof Config & string, now = Date.now): Rule<Config> {
  return (_config, raw) => {
    const end = licenceEnd(raw.text(key) ?? "");
    const days = end === undefined ? Infinity : Math.floor((end.getTime() - now()) / dayMs);
    return (
      days <= 30 && {
        key,
        reason: days < 0 ? "the licence has expired" : `the licence expires in ${days} ${days === 1 ? "day" : "days"}`,
        fix: `ask the vendor for a new one, then: pulumi config set --secret ${key} < licence.txt`,
        severity: "warning",
      }
    );
  };
}

function jsonObject(part = ""): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString());
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
