import * as pulumi from "@pulumi/pulumi";
import { arn, Component, type Location, servicePrincipal, type Statement } from "@selfhosted/common";
import { DataBucket, type DataBucketArgs } from "./data-bucket";

export interface LogBucketArgs extends Pick<
  DataBucketArgs,
  "bucketName" | "keepName" | "noncurrentDays" | "ephemeral" | "protect"
> {
  location: Location;
  retentionDays: number;
  /** Logical name by which a stack may know it from before. */
  formerName?: string;
}

/** A bucket for the access logs of buckets (below `s3/`) and of network load balancers (below any prefix). */
export class LogBucket extends Component {
  /** Known once logs may be delivered. */
  readonly bucketName: pulumi.Output<string>;

  constructor(name: string, args: LogBucketArgs, opts: pulumi.ComponentResourceOptions) {
    super("infrastructure", "LogBucket", name, opts);
    const { location, retentionDays, formerName, ...rest } = args;

    const bucket = new DataBucket(
      `${name}-data`,
      {
        ...rest,
        expirationDays: retentionDays,
        statements: (bucketArn) => deliveryStatements(bucketArn, location),
      },
      // Named here, as the SDK hands a component's alias down to its children only, not to theirs.
      { parent: this, aliases: formerName === undefined ? [] : [{ name: `${formerName}-data` }] },
    );
    this.bucketName = bucket.policy.bucket;
    this.registerOutputs({ bucketName: this.bucketName });
  }
}

function deliveryStatements(bucketArn: pulumi.Output<string>, location: Location): Statement[] {
  const ours = { "aws:SourceAccount": location.accountId };
  const loadBalancers = { service: servicePrincipal("delivery.logs") };
  const theirSource = { ArnLike: { "aws:SourceArn": arn(location, "logs", "*") } };
  return [
    {
      sid: "BucketLogs",
      principals: { service: servicePrincipal("logging.s3") },
      actions: ["s3:PutObject"],
      resources: pulumi.interpolate`${bucketArn}/*`,
      conditions: { StringEquals: ours },
    },
    {
      sid: "LoadBalancerLogs",
      principals: loadBalancers,
      actions: ["s3:PutObject"],
      resources: pulumi.interpolate`${bucketArn}/*AWSLogs/${location.accountId}/*`,
      conditions: { StringEquals: { ...ours, "s3:x-amz-acl": "bucket-owner-full-control" }, ...theirSource },
    },
    {
      sid: "LoadBalancerLogsCheck",
      principals: loadBalancers,
      actions: ["s3:GetBucketAcl"],
      resources: bucketArn,
      conditions: { StringEquals: ours, ...theirSource },
    },
  ];
}
