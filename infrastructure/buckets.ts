import * as pulumi from "@pulumi/pulumi";
import {
  Buckets as BucketNames,
  Component,
  globalArn,
  ObjectLock,
  physicalName,
  Surroundings,
} from "@selfhosted/common";
import { Config } from "./config";
import { DataBucket } from "./data-bucket";
import { LogBucket } from "./log-bucket";

/** What the service keeps in S3: one bucket for each. */
const dataKinds = ["checkpoint", "policy", "metadata", "events"] as const;
export type DataKind = (typeof dataKinds)[number];

export interface BucketsArgs {
  config: Config;
  stack: string;
  where: Surroundings;
  keyArn: pulumi.Input<string>;
}

/** The data buckets and the one for access logs: the installation's own, or existing ones of the customer's. */
export class Buckets extends Component {
  readonly names: { [K in keyof BucketNames]: pulumi.Output<string> };
  /** ARNs of the data buckets. */
  readonly arns: pulumi.Output<string>[];
  /** The data buckets that the installation made: all but the customer's. */
  readonly own: ReadonlyMap<DataKind, DataBucket>;

  constructor(name: string, args: BucketsArgs, opts: pulumi.ComponentResourceOptions) {
    super("infrastructure", "Buckets", name, opts);
    const { config, where } = args;
    const physical = (kind: string): string => bucketName(config.name, kind, args.stack, where);

    const logs = pulumi.output(
      config.bucketLogsName ??
        new LogBucket(
          `${name}-logs`,
          {
            bucketName: physical("logs"),
            where,
            retentionDays: config.bucketLogRetentionDays,
            protect: !config.ephemeral,
            ...protections(config),
          },
          { parent: this },
        ).bucketName,
    );
    const existing: Record<DataKind, string | undefined> = {
      checkpoint: config.bucketCheckpointName,
      policy: config.bucketPolicyName,
      metadata: config.bucketMetadataName,
      events: config.bucketEventsName,
    };
    const dataBucket = (kind: DataKind): DataBucket =>
      new DataBucket(
        `${name}-${kind}`,
        {
          bucketName: physical(kind),
          keyArn: args.keyArn,
          accessLogs: { bucketName: logs, prefix: `s3/${kind}/` },
          protect: !config.ephemeral,
          ...protections(config, kind),
        },
        { parent: this },
      );
    this.own = new Map(
      dataKinds.filter((kind) => existing[kind] === undefined).map((kind) => [kind, dataBucket(kind)]),
    );
    const nameOf = (kind: DataKind): pulumi.Output<string> =>
      this.own.get(kind)?.bucketName ?? pulumi.output(existing[kind] ?? "");
    this.names = {
      checkpoint: nameOf("checkpoint"),
      policy: nameOf("policy"),
      metadata: nameOf("metadata"),
      events: nameOf("events"),
      logs,
    };
    this.arns = dataKinds.map((kind) => this.names[kind].apply((bucket) => globalArn(where.partition, "s3", bucket)));
    this.registerOutputs({ names: this.names });
  }
}

/** `{name}-{kind}-{stack}-{account}-{region}[-{suffix}]`: bucket names are taken once in the world. */
export function bucketName(name: string, kind: string, stack: string, where: Surroundings, suffix?: string): string {
  const parts = [name, kind, stack, where.accountId, where.region, ...(suffix === undefined ? [] : [suffix])];
  return physicalName("bucket", parts.join("-"));
}

/** How a bucket and its copy keep what was written. */
export function protections(config: Config, kind?: DataKind) {
  return {
    noncurrentDays: config.bucketNoncurrentDays,
    ephemeral: config.ephemeral,
    ...(kind === "checkpoint" && { objectLock: objectLock(config) }),
  };
}

/** The lock of the checkpoint bucket; undefined where it has none. */
export function objectLock({
  bucketObjectLockDays: days,
  bucketObjectLockMode: mode,
}: Pick<Config, "bucketObjectLockDays" | "bucketObjectLockMode">): ObjectLock | undefined {
  return days > 0 ? { mode, days } : undefined;
}
