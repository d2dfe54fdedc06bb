import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Component, physicalName, policyDocument, Surroundings, trustPolicy } from "@selfhosted/common";
import { bucketName, Buckets, protections } from "./buckets";
import { Config } from "./config";
import { DataBucket } from "./data-bucket";
import { DataKey } from "./data-key";
import { LogBucket } from "./log-bucket";

export interface ReplicationArgs {
  config: Config;
  stack: string;
  /** Where the originals are. */
  where: Surroundings;
  buckets: Buckets;
  /** Encrypts the originals. */
  keyArn: pulumi.Input<string>;
  /** The region of the copies. */
  replicas: aws.Provider;
}

/** Copies of the data buckets in another region, which follow every change. */
export class Replication extends Component {
  constructor(name: string, args: ReplicationArgs, opts: pulumi.ComponentResourceOptions) {
    super("infrastructure", "Replication", name, opts);
    const { config, stack, replicas, buckets } = args;
    const there = { ...args.where, region: config.bucketReplicationRegion ?? args.where.region };
    const child = { parent: this, provider: replicas };
    const physical = (kind: string): string => bucketName(config.name, kind, stack, there);

    const keyArn =
      config.bucketReplicationKeyArn ??
      new DataKey(`${name}-data-key`, { where: there, ephemeral: config.ephemeral }, child).arn;
    const logs = new LogBucket(
      `${name}-logs`,
      {
        bucketName: physical("logs"),
        where: there,
        retentionDays: config.bucketLogRetentionDays,
        ...protections(config),
      },
      child,
    );
    const copies = [...buckets.own].map(([kind, original]) => {
      const copy = new DataBucket(
        `${name}-${kind}`,
        {
          bucketName: physical(kind),
          keyArn,
          accessLogs: { bucketName: logs.bucketName, prefix: `s3/${kind}/` },
          ...protections(config, kind),
        },
        child,
      );
      return { kind, original, copy };
    });
    const role = new aws.iam.Role(
      `${name}-role`,
      {
        name: physicalName("role", name),
        description: "S3 replication of the data buckets",
        assumeRolePolicy: trustPolicy("s3", args.where.accountId),
        permissionsBoundary: config.permissionsBoundaryArn,
      },
      { parent: this },
    );
    const policy = new aws.iam.RolePolicy(
      `${name}-role-policy`,
      {
        name: "replication",
        role: role.name,
        policy: replicationPolicy(copies, args, { keyArn, region: there.region }),
      },
      { parent: this },
    );
    for (const { kind, original, copy } of copies) {
      new aws.s3.BucketReplicationConfig(
        `${name}-${kind}-rule`,
        {
          bucket: original.bucketName,
          role: role.arn,
          rules: [
            {
              id: "everything",
              status: "Enabled",
              priority: 1,
              filter: { prefix: "" },
              deleteMarkerReplication: { status: "Enabled" },
              sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
              destination: { bucket: copy.arn, encryptionConfiguration: { replicaKmsKeyId: keyArn } },
            },
          ],
        },
        { parent: this, dependsOn: [original.versioning, copy.versioning, policy] },
      );
    }
    this.registerOutputs({});
  }
}

interface Copy {
  original: DataBucket;
  copy: DataBucket;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html */
function replicationPolicy(
  copies: Copy[],
  { where, keyArn }: ReplicationArgs,
  there: { keyArn: pulumi.Input<string>; region: string },
) {
  const throughS3 = (region: string) => ({ StringEquals: { "kms:ViaService": `s3.${region}.${where.dnsSuffix}` } });
  return policyDocument([
    {
      sid: "Originals",
      actions: ["s3:GetReplicationConfiguration", "s3:ListBucket"],
      resources: copies.map(({ original }) => original.arn),
    },
    {
      sid: "OriginalObjects",
      actions: [
        "s3:GetObjectLegalHold",
        "s3:GetObjectRetention",
        "s3:GetObjectVersionAcl",
        "s3:GetObjectVersionForReplication",
        "s3:GetObjectVersionTagging",
      ],
      resources: copies.map(({ original }) => pulumi.interpolate`${original.arn}/*`),
    },
    {
      sid: "Copies",
      actions: ["s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"],
      resources: copies.map(({ copy }) => pulumi.interpolate`${copy.arn}/*`),
    },
    {
      sid: "OriginalKey",
      actions: ["kms:Decrypt"],
      resources: keyArn,
      conditions: throughS3(where.region),
    },
    {
      sid: "CopyKey",
      actions: ["kms:Encrypt", "kms:GenerateDataKey"],
      resources: there.keyArn,
      conditions: throughS3(there.region),
    },
  ]);
}
