import { type Call, isUnknown, type Properties, type ResourceType } from "../resource";
import type { Account, Tags } from "./account";

export type { Tags };

/** Tags as most services spell them. */
export interface Tag {
  Key?: string;
  Value?: string;
}

/** Inputs of a taggable type: `tagsAll` holds the provider's default tags and the resource's own. */
export type Tagged<Inputs> = Inputs & { tags?: Tags; tagsAll: Tags };

/** Adds `tagsAll` to the inputs of a type whose `read` returns it too. */
export function taggable<Inputs extends object>(
  type: ResourceType<Account, Inputs>,
): ResourceType<Account, Tagged<Inputs>> {
  return {
    ...type,
    updateOn: type.updateOn && [...type.updateOn, "tags", "tagsAll"],
    defaults(inputs: Properties, call: Call<Account>) {
      const filled = type.defaults?.(inputs, call) ?? inputs;
      const own = filled.tags;
      return {
        ...filled,
        tagsAll: isUnknown(own) ? own : { ...call.account.defaultTags, ...(own as Tags | undefined) },
      };
    },
  };
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
