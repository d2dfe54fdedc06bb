import type { Buckets } from "./contract/infrastructure";
import { version } from "./package.json";

export type Tags = Record<string, string>;

/** Keys that the installer sets on every resource. */
export const managedTagKeys = ["project", "layer", "stack", "managed-by", "version"] as const;

/** Keys that roles carry besides. `Name` isn't among them: only VPC endpoints and health checks get one, in place of the user's. */
export const roleTagKeys = ["service-key"];

/**
 * Keys that snapshots of the database carry besides; RDS compares them with case. No snapshot has more than five: RDS takes 50, and the
 * user's own may be 40.
 */
export const snapshotTags = {
  /** What a snapshot is one unit with: names of the data buckets, and the ARN of the service key. The database's own, so of all snapshots. */
  buckets: "backup-buckets",
  serviceKey: "backup-service-key",
  /** Of a backup: the release that the database was migrated for. */
  release: "backup-release",
  /** Of an upgrade: the release that ran, that was to run, and that the database was migrated for. */
  from: "upgrade-from",
  to: "upgrade-to",
  database: "upgrade-database",
};

/** What the service keeps in S3, in the order of their names in a tag. */
export const dataKinds = ["checkpoint", "policy", "metadata", "events"] as const satisfies (keyof Buckets)[];
export type DataBuckets = Record<(typeof dataKinds)[number], string>;

/** The tags of what a snapshot is one unit with. Four names of at most 63 characters fit into the 256 of a value. */
export function unitTags(buckets: DataBuckets, serviceKeyArn: string): Tags {
  return {
    [snapshotTags.buckets]: dataKinds.map((kind) => buckets[kind]).join(" "),
    [snapshotTags.serviceKey]: serviceKeyArn,
  };
}

/** The names of the buckets in the tags of a snapshot; undefined where it has none. */
export function bucketsIn(tags: Tags): DataBuckets | undefined {
  const names = tags[snapshotTags.buckets]?.split(" ") ?? [];
  return names.length === dataKinds.length
    ? (Object.fromEntries(dataKinds.map((kind, index) => [kind, names[index]])) as DataBuckets)
    : undefined;
}

/** What is wrong with the user's own tags, one sentence for each. */
export function tagProblems(tags: Tags): { key: string; reason: string }[] {
  const keys = Object.keys(tags);
  return keys.flatMap((key, index) => {
    const taken =
      Object.values(snapshotTags).find((each) => each === key) ??
      [...managedTagKeys, ...roleTagKeys].find((each) => isSameKey(each, key));
    const twin = keys.slice(0, index).find((each) => isSameKey(each, key));
    const reasons = [
      ...(taken === undefined ? [] : [`${key} is a tag that the installer sets itself${as(taken, key)}`]),
      ...(twin === undefined ? [] : [`${key} and ${twin} differ in case only, which is the same tag to IAM`]),
      ...(value.test(tags[key] ?? "")
        ? []
        : [
            `${key} has the value "${tags[key]}"; allowed: up to 256 letters, digits, spaces and _.:/=+-@, not aws: first`,
          ]),
    ];
    return reasons.map((reason) => ({ key, reason }));
  });
}

/** Tag keys of IAM and other services are the same in any case: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html */
function isSameKey(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function as(taken: string, key: string): string {
  return taken === key ? "" : `, as ${taken}; AWS compares tags without case`;
}

/** What every service takes as a value: https://docs.aws.amazon.com/IAM/latest/APIReference/API_Tag.html */
const value = /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/iu;

/** Whether a resource with these tags was made by this stack: what an installation has made isn't "already there". */
export function isOwn(found: Tags | undefined, own: Tags): boolean {
  return ["project", "layer", "stack"].every((key) => found?.[key] !== undefined && found[key] === own[key]);
}

export interface TagsArgs {
  /** The installation's name, as configured in the infrastructure layer. */
  name: string;
  layer: string;
  stack: string;
  /** The user's own tags. */
  extra: Tags;
}

/** The tags of every resource of a layer: the user's own and those that say what made it. */
export function standardTags(args: TagsArgs): Tags {
  return {
    ...args.extra,
    project: args.name,
    layer: args.layer,
    stack: args.stack,
    "managed-by": "pulumi",
    version,
  };
}
