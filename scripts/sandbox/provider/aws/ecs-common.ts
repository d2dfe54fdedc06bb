import type { Tag } from "@aws-sdk/client-ecs";
import type { Tags } from "./account";
import { typesOf } from "./table";
import { tagMap } from "./tags";

export const ecs = typesOf(async () => (await import("@aws-sdk/client-ecs")).ECS, {
  async read(aws, resourceArn) {
    const { tags = [] } = await aws.listTagsForResource({ resourceArn });
    return tagMap(tags.map(({ key, value }) => ({ Key: key, Value: value })));
  },
  tag: (aws, resourceArn, tags) => aws.tagResource({ resourceArn, tags: ecsTags(tags) }),
  untag: (aws, resourceArn, tagKeys) => aws.untagResource({ resourceArn, tagKeys }),
});

/** ECS spells the parts of a tag in lower case. */
export function ecsTags(tags: Tags): Tag[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}
