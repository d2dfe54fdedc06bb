import {
  CreateTagsCommand,
  DeleteTagsCommand,
  EC2Client,
  type Filter,
  type ResourceType,
  type TagSpecification,
} from "@aws-sdk/client-ec2";
import type { Account } from "./account";
import { tagChanges, tagList, type Tags } from "./tags";

/** What data sources of EC2 can be narrowed by. */
export interface Search {
  filters?: { name: string; values: string[] }[];
  tags?: Tags;
}

/** EC2's filters for a search, and for the further ones, which bear EC2's names. */
export function filters(
  { filters = [], tags = {} }: Search,
  further: Record<string, string | undefined> = {},
): Filter[] {
  const exact = {
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`tag:${key}`, value])),
    ...further,
  };
  return [
    ...filters.map(({ name, values }) => ({ Name: name, Values: values })),
    ...Object.entries(exact).flatMap(([Name, value]) => (value === undefined ? [] : [{ Name, Values: [value] }])),
  ];
}

export function tagSpecifications(kind: ResourceType, tags: Tags): TagSpecification[] {
  return Object.keys(tags).length ? [{ ResourceType: kind, Tags: tagList(tags) }] : [];
}

/** Makes the tags of any resource of EC2 those of `news`. */
export async function retag(id: string, olds: Tags, news: Tags, account: Account): Promise<void> {
  const client = account.client(EC2Client);
  const { set, removed } = tagChanges(olds, news);
  if (removed.length) {
    await client.send(new DeleteTagsCommand({ Resources: [id], Tags: removed.map((Key) => ({ Key })) }));
  }
  if (Object.keys(set).length) await client.send(new CreateTagsCommand({ Resources: [id], Tags: tagList(set) }));
}
