import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Tags } from "@selfhosted/common";
import { isOwn } from "./own-tags";

/** An account has this role once; it lets OpenSearch make network interfaces in a VPC. */
const roleName = "AWSServiceRoleForAmazonOpenSearchService";

/** Whether this stack is to make the role: the account lacks it, or has it from this stack. */
export async function searchRoleNeeded(tags: Tags, opts: pulumi.InvokeOptions): Promise<boolean> {
  const { names } = await aws.iam.getRoles({ nameRegex: `^${roleName}$` }, opts);
  return names.length === 0 || isOwn((await aws.iam.getRole({ name: roleName }, opts)).tags, tags);
}
