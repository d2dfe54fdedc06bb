import * as pulumi from "@pulumi/pulumi";
import {
  type Buckets as BucketNames,
  Component,
  type Context,
  globalArn,
  type Location,
  type ObjectLock,
  overridden,
  physicalName,
  type ResourceOverrides,
} from "@selfhosted/common";
import type { BucketsConfig } from "../config/buckets";
import { DataBucket } from "./data-bucket";
import { LogBucket } from "./log-bucket";

/** What the service keeps in S3: one bucket for each. */
const dataKinds = ["checkpoint", "policy", "metadata", "events"] as const;
export type DataKind = (typeof dataKinds)[number];

/** The settings that name existing buckets of the customer's, by what they hold. */
export const bucketNameSettings = {
  checkpoint: "bucketCheckpointName",
  policy: "bucketPolicyName",
  metadata: "bucketMetadataName",
  events: "bucketEventsName",
  logs: "bucketLogsName",
} as const satisfies Record<keyof BucketNames, keyof BucketsConfig>;

export interface BucketsArgs {
  context: Context;
  config: BucketsConfig;
  keyArn: pulumi.Input<string>;
}

/** The data buckets and the one for access logs: the installation's own, or existing ones of the customer's. */
export class Buckets extends Component {
  readonly outputs: { [K in keyof BucketNames]: pulumi.Output<string> };
  /** ARNs of the data buckets. */
  readonly arns: pulumi.Output<string>[];
  /** The data buckets that the installation made: all but the customer's. */
  readonly own: ReadonlyMap<DataKind, DataBucket>;

  constructor(name: string, args: BucketsArgs, opts: pulumi.ComponentResourceOptions) {
    super("infrastructure", "Buckets", name, opts);
    const { context, config, keyArn } = args;
    const { installation, stack, location } = context;
    const parent = { parent: this };
    const settings = (kind: keyof BucketNames) => ({
      bucketName: bucketName(installation.name, kind, stack, location),
      protect: !installation.ephemeral,
      ...retention(args, kind),
    });

    const logs = pulumi.output(
      config.bucketLogsName ??
        new LogBucket(
          `${name}-logs`,
          { ...settings("logs"), location, retentionDays: config.bucketLogRetentionDays },
          parent,
        ).bucketName,
    );
    const dataBucket = (kind: DataKind): DataBucket =>
      new DataBucket(
        `${name}-${kind}`,
        { ...settings(kind), keyArn, accessLogs: { bucketName: logs, prefix: `s3/${kind}/` } },
        parent,
      );
    const existing = (kind: DataKind): string | undefined => config[bucketNameSettings[kind]];
    this.own = new Map(
      dataKinds.filter((kind) => existing(kind) === undefined).map((kind) => [kind, dataBucket(kind)]),
    );
    const nameOf = (kind: DataKind): pulumi.Output<string> =>
      this.own.get(kind)?.bucketName ?? pulumi.output(existing(kind) ?? "");
    this.outputs = {
      checkpoint: nameOf("checkpoint"),
      policy: nameOf("policy"),
      metadata: nameOf("metadata"),
      events: nameOf("events"),
      logs,
    };
    this.arns = dataKinds.map((kind) =>
      this.outputs[kind].apply((bucket) => globalArn(location.partition, "s3", bucket)),
    );
    this.registerOutputs({ names: this.outputs });
  }
}

/** `{name}-{kind}-{stack}-{account}-{region}[-{suffix}]`: bucket names are taken once in the world. */
export function bucketName(name: string, kind: string, stack: string, location: Location, suffix?: string): string {
  const parts = [name, kind, stack, location.accountId, location.region, ...(suffix === undefined ? [] : [suffix])];
  return physicalName("bucket", parts.join("-"));
}

/** The name of one of the installation's own buckets; one that was taken over keeps its own, as an override. */
export function ownBucketName(
  config: { name: string; resourceOverrides: ResourceOverrides },
  kind: keyof BucketNames,
  stack: string,
  location: Location,
): string {
  return overridden(config, `buckets-${kind}-bucket`, "bucket") ?? bucketName(config.name, kind, stack, location);
}

/** How a bucket, and its copy, keeps what was written. */
export function retention({ context, config }: Pick<BucketsArgs, "context" | "config">, kind: keyof BucketNames) {
  return {
    noncurrentDays: config.bucketNoncurrentDays,
    ephemeral: context.installation.ephemeral,
    ...(kind === "checkpoint" && { objectLock: objectLock(config) }),
  };
}

/** The lock of the checkpoint bucket; undefined where it has none. */
export function objectLock({
  bucketObjectLockDays: days,
  bucketObjectLockMode: mode,
}: Pick<BucketsConfig, "bucketObjectLockDays" | "bucketObjectLockMode">): ObjectLock | undefined {
  return days > 0 ? { mode, days } : undefined;
}
