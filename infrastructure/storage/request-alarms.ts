import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { Component } from "@selfhosted/common";
import { Alarm, type AlarmArgs, type Computed, type Metric, type OnCall } from "@selfhosted/common/components";
import type { AlarmsConfig } from "../config/alarms";
import type { DataKind } from "./buckets";
import type { DataBucket } from "./data-bucket";

export interface RequestAlarmsArgs {
  config: Pick<AlarmsConfig, "bucketRequestMetrics">;
  /** The data buckets that the installation made. */
  buckets: ReadonlyMap<DataKind, DataBucket>;
  onCall: OnCall;
}

/** A few requests are no rate. */
const fewestRequests = 20;

/** What the service notices of a bucket. */
const meanings: Record<DataKind, string> = {
  checkpoint: "updates can't read or write the state of stacks",
  policy: "policy packs can't be published or enforced",
  metadata: "environments, deployments and large configurations can't be read or written",
  events: "updates can't write their events",
};

/**
 * Calls when requests to a bucket fail. S3 counts them only where it is asked to, at the price of custom metrics:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-configurations.html
 */
export class RequestAlarms extends Component {
  constructor(name: string, args: RequestAlarmsArgs, opts: pulumi.ComponentResourceOptions) {
    super("infrastructure", "RequestAlarms", name, opts);
    const parent = { parent: this };
    for (const [kind, { bucketName: bucket }] of args.buckets) {
      if (!isCounted(kind, args.config)) {
        continue;
      }
      const metrics = new aws.s3.BucketMetric(`${name}-${kind}-metrics`, { bucket, name: "EntireBucket" }, parent);
      for (const [thing, alarm] of Object.entries(alarms(kind, metrics))) {
        new Alarm(`${name}-${kind}-${thing}`, { ...alarm, ...args.onCall }, parent);
      }
    }
    this.registerOutputs({});
  }
}

/** Whether the requests to a bucket are counted. */
function isCounted(kind: DataKind, { bucketRequestMetrics: which }: RequestAlarmsArgs["config"]): boolean {
  return which === "all" || which === kind;
}

function alarms(kind: DataKind, metrics: aws.s3.BucketMetric): Record<"failing" | "refused", AlarmArgs> {
  const shared = { is: "above", missing: "notBreaching", runbook: "buckets.md#requests-to-a-bucket-fail" } as const;
  return {
    failing: {
      ...shared,
      series: rate("5xxErrors", metrics),
      // The vendor's own limit. Clients try a single one again.
      ...{ threshold: 5, points: 2 },
      means: `S3 has failed one in twenty requests to the ${kind} bucket, or more, for ten minutes: ${meanings[kind]}.`,
      look: "the AWS Health Dashboard, and `make logs SERVICE=api` for `SlowDown`, which asks for fewer requests.",
    },
    refused: {
      ...shared,
      series: rate("4xxErrors", metrics),
      // Some are normal: a client asks whether an object is there, and it isn't.
      ...{ threshold: 50, points: 3 },
      means: `S3 has refused most requests to the ${kind} bucket for a quarter of an hour: ${meanings[kind]}.`,
      look: "`make verify` for the bucket, its key and the API's role; what changed of late, in CloudTrail.",
    },
  };
}

/** Percent of the requests: https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html */
function rate(errors: string, { bucket: BucketName, name: FilterId }: aws.s3.BucketMetric): Computed {
  const count = (name: string): Metric => ({
    ...{ namespace: "AWS/S3", name, dimensions: { BucketName, FilterId }, statistic: "Sum", period: 300 },
  });
  return {
    expression: `IF(requests >= ${fewestRequests}, 100 * errors / requests, 0)`,
    label: `percent of requests, ${errors}`,
    of: { requests: count("AllRequests"), errors: count(errors) },
  };
}
