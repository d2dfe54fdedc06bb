import { createHash } from "node:crypto";

interface NameRule {
  /** The most characters. */
  length: number;
  lowerCase?: boolean;
  /** Takes one hyphen at a time, and none at the end. */
  singleHyphens?: boolean;
  /** Prefixes that AWS refuses; group 1 is kept. */
  reserved?: RegExp;
}

/**
 * What AWS allows in the name of a thing.
 * Source: the API reference of each service ("Constraints" of the name parameter).
 */
const rules = {
  alarm: { length: 255 },
  backupVault: { length: 50 },
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
  bucket: { length: 63, lowerCase: true, reserved: /^(sthree|amzn-s3-demo)-+/ },
  databaseIdentifier: { length: 63, lowerCase: true, singleHyphens: true },
  databaseGroup: { length: 254, lowerCase: true, singleHyphens: true },
  dashboard: { length: 255 },
  ecs: { length: 255 },
  eventRule: { length: 64 },
  kmsAlias: { length: 250 },
  kmsGrant: { length: 256 },
  loadBalancer: { length: 32, reserved: /^(internal)-+/ },
  logGroup: { length: 512 },
  role: { length: 64 },
  searchDomain: { length: 28, lowerCase: true },
  secret: { length: 512 },
  securityGroup: { length: 255, reserved: /^(sg)-+/ },
  targetGroup: { length: 32, reserved: /^(internal)-+/ },
  topic: { length: 256 },
} as const satisfies Record<string, NameRule>;

export type NamedThing = keyof typeof rules;

/** `{name}-{stack}-{thing}`, the logical name of a top-level component or resource. */
export function logicalName(name: string, stack: string, thing: string): string {
  return `${name}-${stack}-${thing}`;
}

/** Name of the ECS cluster, which the application layer makes and the policy of the data key names. */
export function clusterName(name: string, stack: string): string {
  return physicalName("ecs", logicalName(name, stack, "cluster"));
}

/**
 * The physical name of a thing with this logical name. It is the logical name where AWS allows that; otherwise as much of
 * its head and tail as fits, around a hash of the whole, so that two logical names never give the same physical name.
 *
 * @param reserve characters to keep free for a suffix that the caller or AWS appends.
 */
export function physicalName(thing: NamedThing, logical: string, reserve = 0): string {
  const rule: NameRule = rules[thing];
  const limit = rule.length - reserve;
  const cleaned = clean(logical, rule);
  if (cleaned === logical && cleaned.length <= limit) {
    return cleaned;
  }
  const hash = createHash("sha256").update(logical).digest("hex").slice(0, 6);
  const room = limit - hash.length - 2;
  const tail = Math.floor(room / 2);
  const parts =
    cleaned.length < limit - hash.length
      ? [cleaned, hash]
      : [cleaned.slice(0, room - tail), hash, cleaned.slice(cleaned.length - tail)];
  return parts.map((part) => part.replace(/^-+|-+$/g, "")).join("-");
}

/** The name in the characters that AWS allows. Without the hash, another logical name may give the same. */
function clean(logical: string, { lowerCase, singleHyphens, reserved }: NameRule): string {
  const letters = (lowerCase ? logical.toLowerCase() : logical).replace(/[^A-Za-z0-9-]+/g, "-");
  const hyphens = singleHyphens ? letters.replace(/-+/g, "-") : letters;
  return reserved ? hyphens.replace(reserved, "$1") : hyphens;
}
