import { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import { matching } from "../checks";
import type { Properties } from "../resource";
import type { Account } from "./account";
import { tagChanges, tagList, tagMap, type Tags } from "./tags";

interface Attribute {
  Key?: string;
  Value?: string;
}

/** Load balancers and target groups share their rule for names. */
export const nameCheck = matching(
  "name",
  /^(?!internal-)(?!-)[A-Za-z0-9-]{1,32}(?<!-)$/,
  "1 to 32 letters, digits or hyphens, without a hyphen at either end and without internal- in front",
);

/** The attributes that AWS takes for these inputs, by a table of input and attribute names. Absent inputs stay absent. */
export function attributes(table: Record<string, string>, inputs: object): { Key: string; Value: string }[] {
  const values = inputs as Properties;
  return Object.entries(table)
    .filter(([input]) => values[input] !== undefined)
    .map(([input, Key]) => ({ Key, Value: String(values[input]) }));
}

/** The other way round. Attributes that hold a truth value come back as one. */
export function fromAttributes(table: Record<string, string>, found: readonly Attribute[] = []): Properties {
  const values = new Map(found.map(({ Key, Value }) => [Key, Value]));
  const typed = (value?: string) => (value === "true" ? true : value === "false" ? false : value);
  return Object.fromEntries(Object.entries(table).map(([input, key]) => [input, typed(values.get(key))]));
}

export async function readTags(arn: string, account: Account): Promise<Tags> {
  const { TagDescriptions } = await account.client(ElasticLoadBalancingV2).describeTags({ ResourceArns: [arn] });
  return tagMap(TagDescriptions?.[0]?.Tags);
}

export async function retag(arn: string, olds: Tags, news: Tags, account: Account): Promise<void> {
  const client = account.client(ElasticLoadBalancingV2);
  const { set, removed } = tagChanges(olds, news);
  if (removed.length) await client.removeTags({ ResourceArns: [arn], TagKeys: removed });
  if (Object.keys(set).length) await client.addTags({ ResourceArns: [arn], Tags: tagList(set) });
}
