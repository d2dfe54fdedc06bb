import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { physicalName } from "../naming";

export interface EncryptedLogGroupArgs {
  /** Physical name, where another AWS service decides it. Default: made of the logical name. */
  name?: string;
  retentionDays: number;
  /** KMS key whose policy lets CloudWatch Logs use it. */
  keyArn: pulumi.Input<string>;
}

/** A log group that is encrypted and deletes old lines. */
export class EncryptedLogGroup extends aws.cloudwatch.LogGroup {
  constructor(name: string, args: EncryptedLogGroupArgs, opts: pulumi.CustomResourceOptions) {
    const { name: given = physicalName("logGroup", name), retentionDays, keyArn } = args;
    super(name, { name: given, retentionInDays: retentionDays, kmsKeyId: keyArn }, opts);
  }
}
