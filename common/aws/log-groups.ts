import type { ConfigProblem } from "../config";
import { isOwn, type Tags } from "../tags";
import type { AwsClients } from "./clients";

/**
 * Which of these log groups exist without being the stack's own.
 *
 * @param own tags of the stack's resources. Groups of an update that broke off carry them, and are in its state.
 * @param tagsOf the tags of a log group; undefined where there is no such group.
 */
export async function foreignLogGroups(
  names: string[],
  own: Tags,
  tagsOf: (name: string) => Promise<Tags | undefined>,
): Promise<string[]> {
  const tags = await Promise.all(names.map(tagsOf));
  return names.filter((_, index) => tags[index] !== undefined && !isOwn(tags[index], own));
}

/** The tags of a log group, as `foreignLogGroups` asks for them; undefined where there is no such group. */
export async function logGroupTags(logs: AwsClients["logs"], name: string): Promise<Tags | undefined> {
  const { logGroups = [] } = await logs.describeLogGroups({ logGroupNamePrefix: name });
  const group = logGroups.find(({ logGroupName }) => logGroupName === name);
  if (group === undefined) {
    return undefined;
  }
  const { tags = {} } = await logs.listTagsForResource({ resourceArn: group.arn?.replace(/:\*$/, "") });
  return tags;
}

/**
 * Log groups that AWS has made itself, without retention and key, and that are in the way of the stack's own.
 *
 * @param explanation where such a group comes from and what to do before deleting it, as the rest of a sentence.
 */
export function logGroupProblems(key: string, names: string[], explanation: string): ConfigProblem[] {
  return names.map((name) => ({
    key,
    reason: `log group ${name} exists already, ${explanation}`,
    fix: `aws logs delete-log-group --log-group-name ${name}`,
  }));
}
