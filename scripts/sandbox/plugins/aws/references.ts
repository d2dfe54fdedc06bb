import { EC2, type Subnet } from "@aws-sdk/client-ec2";
import { IAM } from "@aws-sdk/client-iam";
import { KMS } from "@aws-sdk/client-kms";
import type { Problem } from "../resource";
import type { Account } from "./account";
import { unlessMissing } from "./errors";

/** A problem when what the property names isn't in the account. */
export async function exists(property: string, name: string, answer: Promise<unknown>): Promise<Problem[]> {
  const found = await unlessMissing(answer);
  return found === undefined ? [{ property, reason: `names ${name}, which doesn't exist` }] : [];
}

export async function roleExists(property: string, arn: string | undefined, account: Account): Promise<Problem[]> {
  if (!arn) return [];
  const name = arn.split("/").at(-1);
  return exists(property, arn, account.client(IAM).getRole({ RoleName: name }));
}

export async function keyExists(property: string, id: string | undefined, account: Account): Promise<Problem[]> {
  if (!id || id.startsWith("alias/aws/")) return [];
  return exists(property, id, account.client(KMS).describeKey({ KeyId: id }));
}

/** The subnets of the list that exist; a problem for each that doesn't, and when they lie in more than one VPC. */
export async function findSubnets(
  property: string,
  ids: readonly string[],
  account: Account,
): Promise<{ subnets: Subnet[]; problems: Problem[] }> {
  const describe = async (id: string) => (await account.client(EC2).describeSubnets({ SubnetIds: [id] })).Subnets?.[0];
  const found = await Promise.all(ids.map((id) => unlessMissing(describe(id))));
  const subnets = found.filter((subnet) => subnet !== undefined);
  const problems = ids
    .filter((_id, index) => !found[index])
    .map((id) => ({ property, reason: `names ${id}, which doesn't exist` }));
  if (new Set(subnets.map(({ VpcId }) => VpcId)).size > 1) {
    problems.push({ property, reason: "must all lie in one VPC" });
  }
  return { subnets, problems };
}

/** A problem for each security group that doesn't exist or belongs to another VPC. */
export async function securityGroupsExist(
  property: string,
  ids: readonly string[],
  vpcId: string | undefined,
  account: Account,
): Promise<Problem[]> {
  const problems = ids.map(async (id): Promise<Problem[]> => {
    const describe = account.client(EC2).describeSecurityGroups({ GroupIds: [id] });
    const found = await unlessMissing(describe);
    if (!found) return [{ property, reason: `names ${id}, which doesn't exist` }];
    const other = found.SecurityGroups?.[0].VpcId;
    return vpcId && other !== vpcId
      ? [{ property, reason: `names ${id} of ${other}, but the subnets lie in ${vpcId}` }]
      : [];
  });
  return (await Promise.all(problems)).flat();
}

/** A problem where the prefix list isn't in the account and region. */
export async function prefixListExists(property: string, id: string, account: Account): Promise<Problem[]> {
  const describe = account.client(EC2).describeManagedPrefixLists({ PrefixListIds: [id] });
  const found = await unlessMissing(describe);
  return found?.PrefixLists?.length ? [] : [{ property, reason: `names ${id}, which doesn't exist` }];
}
