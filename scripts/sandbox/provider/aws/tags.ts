import type { Tags } from "./account";

/** Tags as most services spell them. */
export interface Tag {
  Key?: string;
  Value?: string;
}

/** Tags as the services take them. */
export function tagList(tags: Tags = {}): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** Tags as the services return them, without those that AWS itself sets. */
export function tagMap(tags: readonly Tag[] = []): Tags {
  return Object.fromEntries(
    tags.filter(({ Key }) => Key && !Key.startsWith("aws:")).map(({ Key = "", Value = "" }) => [Key, Value]),
  );
}

/** What to write and what to remove so that a resource tagged with `olds` has the tags `news`. */
export function tagChanges(olds: Tags = {}, news: Tags = {}): { set: Tags; removed: string[] } {
  return {
    set: Object.fromEntries(Object.entries(news).filter(([key, value]) => olds[key] !== value)),
    removed: Object.keys(olds).filter((key) => !(key in news)),
  };
}
