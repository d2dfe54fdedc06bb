import type { Filter, ResourceType, TagSpecification } from "@aws-sdk/client-ec2";
import type { Tags } from "./account";
import { typesOf } from "./table";
import { tagList } from "./tags";

export const ec2 = typesOf(async () => (await import("@aws-sdk/client-ec2")).EC2, {
  of: (id) => id,
  tag: (aws, id, tags) => aws.createTags({ Resources: [id], Tags: tagList(tags) }),
  untag: (aws, id, keys) => aws.deleteTags({ Resources: [id], Tags: keys.map((Key) => ({ Key })) }),
});

/** EC2's filters, by their names. Those without a value are left out. */
export function filters(exact: Record<string, string | undefined>): Filter[] {
  return Object.entries(exact).flatMap(([Name, value]) => (value === undefined ? [] : [{ Name, Values: [value] }]));
}

export function tagSpecifications(kind: ResourceType, tags: Tags): TagSpecification[] {
  return Object.keys(tags).length ? [{ ResourceType: kind, Tags: tagList(tags) }] : [];
}
