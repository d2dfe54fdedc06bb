import { physicalName } from "@selfhosted/common";
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

export interface LogGroupArgs {
  /** Where another service of AWS decides it. Default: made of the logical name. */
  physicalName?: string;
  logRetentionDays: number;
  /** Encrypts the log; its policy lets CloudWatch Logs use it. */
  dataKeyArn: string;
}

/** A log group that is encrypted and forgets after a while. */
export function logGroup(
  name: string,
  args: LogGroupArgs,
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.LogGroup {
  return new aws.cloudwatch.LogGroup(
    name,
    {
      name: args.physicalName ?? physicalName("logGroup", name),
      retentionInDays: args.logRetentionDays,
      kmsKeyId: args.dataKeyArn,
    },
    opts,
  );
}
