import { version } from "./package.json";

export type Tags = Record<string, string>;

/** Keys that the installer sets on every resource. */
export const managedTagKeys = ["project", "layer", "stack", "managed-by", "version"] as const;

/** Keys that roles carry besides. `Name` isn't among them: only VPC endpoints and health checks get one, in place of the user's. */
export const roleTagKeys = ["service-key"];

/** Keys of the snapshots of upgrades, to which RDS copies the cluster's tags; it compares them with case. */
const snapshotTagKeys = ["upgrade-database", "upgrade-from", "upgrade-to"];

/** What is wrong with the user's own tags, one sentence for each. */
export function tagProblems(tags: Tags): { key: string; reason: string }[] {
  const keys = Object.keys(tags);
  return keys.flatMap((key, index) => {
    const taken =
      snapshotTagKeys.find((each) => each === key) ??
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
