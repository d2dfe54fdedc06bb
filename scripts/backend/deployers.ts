import { type AwsClients, isDenied } from "@selfhosted/common";

/**
 * The role or user behind an identity of STS, as policies name it; undefined where none can be named: the account's IAM alone decides
 * then.
 *
 * The identity of a role in use lacks the role's path, without which a policy is refused:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
 */
export async function principalOf(identity: string, iam: AwsClients["iam"]): Promise<string | undefined> {
  if (/^arn:[\w-]+:iam::\d{12}:user\//.test(identity)) {
    return identity;
  }
  const [, RoleName] = /^arn:[\w-]+:sts::\d{12}:assumed-role\/([^/]+)\//.exec(identity) ?? [];
  if (RoleName === undefined) {
    return undefined;
  }
  try {
    return (await iam.getRole({ RoleName })).Role?.Arn;
  } catch (error) {
    if (isDenied(error)) {
      return undefined;
    }
    throw error;
  }
}
