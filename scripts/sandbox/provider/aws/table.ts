import { isDeepStrictEqual } from "node:util";
import type { Unwrap } from "@pulumi/pulumi";
import { type Call, type Created, isUnknown, type Properties, type ResourceType } from "../resource";
import type { Account, ClientClass, Tags } from "./account";
import type { Client } from "./client";
import { unlessMissing } from "./errors";
import { tagChanges } from "./tags";

/** The inputs of a type: those of its `…Args`, of which the named ones are always there, and all tags together. */
export type Inputs<Args, Given extends keyof Unwrap<Args> = never> = Unwrap<Args> & {
  [Name in Given]-?: NonNullable<Unwrap<Args>[Name]>;
} & { tagsAll: Tags };

/** How a service tags its resources. */
export interface Tagging<Aws> {
  /** What names a resource in these calls. Default: its ARN, or its id where the type has none. */
  of?: (id: string, known: Properties) => string;
  /** Absent where a description of the resource holds its tags; then `get` returns `tagsAll`. */
  read?(aws: Aws, of: string): Promise<Tags>;
  /** Absent, as `untag`, where `settle` writes them. */
  tag?(aws: Aws, of: string, tags: Tags): Promise<unknown>;
  untag?(aws: Aws, of: string, keys: string[]): Promise<unknown>;
}

/**
 * One resource type. Every part that calls AWS gets the client of the service first; that something doesn't exist, AWS says by an
 * error: `get` needn't handle it, and for `delete` it is no error.
 */
export interface Row<Aws, Own extends object> extends Pick<
  ResourceType<Account, Own>,
  "autoname" | "replaceOn" | "updateOn" | "replaceFor" | "keeps" | "secrets" | "leftToAws" | "defaults"
> {
  /** False for a type without tags in a service that has them. */
  tagged?: false;
  /** @returns the id, with the outputs that only a creation has. */
  create(aws: Aws, inputs: Own, call: Call<Account>): Promise<string | Created>;
  /** As `settle` of a resource type. */
  settle?(aws: Aws, id: string, inputs: Own, call: Call<Account>, olds?: Own & Properties): Promise<unknown>;
  /** The resource as AWS has it; undefined, or AWS's own error, when it is gone. */
  get(aws: Aws, id: string, known: Own & Properties, call: Call<Account>): Promise<Properties | undefined>;
  /** Called when one of `updateOn` changed. Tags aren't its business. */
  update?(aws: Aws, id: string, inputs: Own, olds: Own & Properties, call: Call<Account>): Promise<unknown>;
  delete(aws: Aws, id: string, olds: Own & Properties, call: Call<Account>): Promise<unknown>;
}

/** Loads the client of a service: only for calls to AWS, since to check and compare inputs needs none. */
type LoadClient<Aws extends Client> = () => Promise<ClientClass<Aws>>;

/** Makes resource types out of the rows of a service. */
export function typesOf<Aws extends Client>(
  load: LoadClient<Aws>,
  tagging?: Tagging<Aws>,
): <Own extends object>(row: Row<Aws, Own>) => ResourceType<Account, Own> {
  return <Own extends object>(row: Row<Aws, Own>): ResourceType<Account, Own> => {
    const type = untagged(load, row);
    return tagging === undefined || row.tagged === false ? type : tagged(load, tagging, type);
  };
}

function untagged<Aws extends Client, Own extends object>(
  load: LoadClient<Aws>,
  row: Row<Aws, Own>,
): ResourceType<Account, Own> {
  const of = async ({ account }: Call<Account>) => account.client(await load());
  return {
    ...row,
    async create(inputs, call) {
      const created = await row.create(await of(call), inputs, call);
      return typeof created === "string" ? { id: created } : created;
    },
    async settle(id, inputs, call, olds) {
      await row.settle?.(await of(call), id, inputs, call, olds);
    },
    read: async (id, known, call) => unlessMissing(row.get(await of(call), id, known, call)),
    async update(id, inputs, olds, call) {
      const isChanged = row.updateOn.some((input) => !isDeepStrictEqual(olds[input], inputs[input]));
      if (isChanged) await row.update?.(await of(call), id, inputs, olds, call);
    },
    async delete(id, olds, call) {
      await unlessMissing(row.delete(await of(call), id, olds, call));
    },
  };
}

/** Adds the tags: the provider's default ones and the resource's own are one more input, `tagsAll`. */
function tagged<Aws extends Client, Own extends object>(
  load: LoadClient<Aws>,
  tagging: Tagging<Aws>,
  type: ResourceType<Account, Own>,
): ResourceType<Account, Own> {
  const named = tagging.of ?? ((id: string, { arn }: Properties) => (typeof arn === "string" ? arn : id));
  const all = ({ tagsAll }: Properties) => tagsAll as Tags | undefined;
  return {
    ...type,
    updateOn: [...type.updateOn, ...(["tags", "tagsAll"] as never[])],
    defaults(inputs, call) {
      const filled = type.defaults?.(inputs, call) ?? inputs;
      const { tags } = filled;
      const tagsAll = isUnknown(tags) ? tags : { ...call.account.defaultTags, ...(tags as Tags | undefined) };
      return { ...filled, tagsAll };
    },
    async read(id, known, call) {
      const found = await type.read(id, known, call);
      if (!found) return undefined;
      const of = named(id, { ...known, ...found });
      const tagsAll = (await tagging.read?.(call.account.client(await load()), of)) ?? all(found);
      return "tagsAll" in known ? { ...found, tagsAll } : { ...found, tagsAll, ...ownTags(tagsAll, call.account) };
    },
    async update(id, inputs, olds, call) {
      await type.update(id, inputs, olds, call);
      const aws = call.account.client(await load());
      const { set, removed } = tagChanges(all(olds), all(inputs as Properties));
      if (removed.length) await tagging.untag?.(aws, named(id, olds), removed);
      if (Object.keys(set).length) await tagging.tag?.(aws, named(id, olds), set);
    },
  };
}

/** The tags that a program must have given to a resource that is imported: those that the provider doesn't. */
function ownTags(tagsAll: Tags = {}, { defaultTags }: Account): { tags?: Tags } {
  const own = Object.entries(tagsAll).filter(([key, value]) => defaultTags[key] !== value);
  return own.length ? { tags: Object.fromEntries(own) } : {};
}
