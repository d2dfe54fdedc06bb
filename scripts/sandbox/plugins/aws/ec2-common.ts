import { EC2, type Filter, type ResourceType, type TagSpecification } from "@aws-sdk/client-ec2";
import type { Account } from "./account";
import { tagChanges, tagList, type Tags } from "./tags";

/** EC2's filters, by their names. Those without a value are left out. */
export function filters(exact: Record<string, string | undefined>): Filter[] {
  return Object.entries(exact).flatMap(([Name, value]) => (value === undefined ? [] : [{ Name, Values: [value] }]));
}

export function tagSpecifications(kind: ResourceType, tags: Tags): TagSpecification[] {
  return Object.keys(tags).length ? [{ ResourceType: kind, Tags: tagList(tags) }] : [];
}

/** Makes the tags of any resource of EC2 those of `news`. */
export async function retag(id: string, olds: Tags, news: Tags, account: Account): Promise<void> {
  const client = account.client(EC2);
  const { set, removed } = tagChanges(olds, news);
  if (removed.length) {
    await client.deleteTags({ Resources: [id], Tags: removed.map((Key) => ({ Key })) });
  }
  if (Object.keys(set).length) await client.createTags({ Resources: [id], Tags: tagList(set) });
}
