import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type Tags } from "./tags";

export interface ProviderArgs {
  region: pulumi.Input<string>;
  /** The account that the stack belongs to; in any other one nothing is read or changed. */
  accountId?: pulumi.Input<string>;
  /** Put on every resource that can carry tags. */
  tags: pulumi.Input<Tags>;
  /** A role to act as, for a layer that lives in another account. */
  assumeRoleArn?: pulumi.Input<string>;
}

/** The AWS provider of a layer: one account, one region, the same tags everywhere. */
export function awsProvider(name: string, args: ProviderArgs, opts?: pulumi.ResourceOptions): aws.Provider {
  const config = {
    region: args.region,
    defaultTags: { tags: args.tags },
    ...(args.accountId && { allowedAccountIds: [args.accountId] }),
    ...(args.assumeRoleArn && { assumeRoles: [{ roleArn: args.assumeRoleArn }] }),
  };
  return new aws.Provider(name, config, opts);
}
