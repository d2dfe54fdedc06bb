import { version } from "./package.json";

export type Tags = Record<string, string>;

/** Keys that the installer sets itself; the user's own tags may not use them. */
export const managedTagKeys = ["project", "layer", "stack", "managed-by", "version"] as const;

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
