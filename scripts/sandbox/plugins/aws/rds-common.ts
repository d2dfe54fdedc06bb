import { type DBCluster, RDS } from "@aws-sdk/client-rds";
import { type Check, matching } from "../checks";
import type { Call } from "../resource";
import type { Account } from "./account";
import { unlessMissing } from "./errors";
import { tagChanges, tagList, tagMap, type Tags } from "./tags";

const defaultWaitSeconds = 1800;

/** Names of clusters, instances, snapshots and groups in RDS. */
export function identifier(property: string, most = 63): Check {
  const pattern = new RegExp(`^[a-z](?!.*--)(?:[a-z0-9-]{0,${most - 2}}[a-z0-9])?$`);
  const allowed = `1 to ${most} lower-case letters, digits or single hyphens, beginning with a letter`;
  return matching(property, pattern, `${allowed} and not ending with a hyphen`);
}

/** What the waiters of the AWS SDK take. */
export function patience({ account, timeoutSeconds = defaultWaitSeconds }: Call<Account>) {
  return { client: account.client(RDS), maxWaitTime: timeoutSeconds, minDelay: 1, maxDelay: 15 };
}

export async function retag(ResourceName: string, olds: Tags, news: Tags, account: Account): Promise<void> {
  const client = account.client(RDS);
  const { set, removed } = tagChanges(olds, news);
  if (removed.length) await client.removeTagsFromResource({ ResourceName, TagKeys: removed });
  if (Object.keys(set).length) await client.addTagsToResource({ ResourceName, Tags: tagList(set) });
}

export async function tagsOf(ResourceName: string | undefined, account: Account): Promise<Tags> {
  return tagMap((await account.client(RDS).listTagsForResource({ ResourceName })).TagList);
}

export async function describeCluster(id: string, account: Account): Promise<DBCluster | undefined> {
  const describe = account.client(RDS).describeDBClusters({ DBClusterIdentifier: id });
  return (await unlessMissing(describe))?.DBClusters?.[0];
}

/** Refuses to delete what a cluster uses, as RDS does. */
export async function refuseIfUsed(what: string, isUser: (cluster: DBCluster) => boolean, account: Account) {
  const { DBClusters = [] } = await account.client(RDS).describeDBClusters({});
  const user = DBClusters.find(isUser);
  if (user) throw new Error(`RDS doesn't delete ${what}: cluster ${user.DBClusterIdentifier} uses it.`);
}
