import { isDeepStrictEqual } from "node:util";
import type { Call } from "../resource";
import type { Account } from "./account";
import { typesOf } from "./table";
import { tagList, tagMap } from "./tags";

const defaultWaitSeconds = 1800;

export const rds = typesOf(async () => (await import("@aws-sdk/client-rds")).RDS, {
  read: async (aws, ResourceName) => tagMap((await aws.listTagsForResource({ ResourceName })).TagList),
  tag: (aws, ResourceName, tags) => aws.addTagsToResource({ ResourceName, Tags: tagList(tags) }),
  untag: (aws, ResourceName, TagKeys) => aws.removeTagsFromResource({ ResourceName, TagKeys }),
});

/** What the waiters of the AWS SDK take. */
export function patience({ timeoutSeconds = defaultWaitSeconds }: Call<Account>) {
  return { maxWaitTime: timeoutSeconds, minDelay: 1, maxDelay: 15 };
}

/** Those of the inputs that differ: RDS acts on whatever it is sent, such as a version from before it moved on by itself. */
export function changed<Inputs extends object>(inputs: Inputs, olds: Inputs): Partial<Inputs> {
  const entries = Object.entries(inputs).filter(
    ([input, value]) => !isDeepStrictEqual(value, olds[input as keyof Inputs]),
  );
  return Object.fromEntries(entries) as Partial<Inputs>;
}
