import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import {
  Component,
  Copies,
  DeepInput,
  physicalName,
  policyDocument,
  Surroundings,
  trustPolicy,
  viaServices,
} from "@selfhosted/common";
import { bucketName, Buckets, DataKind, protections } from "./buckets";
import { Config } from "./config";
import { DataBucket } from "./data-bucket";
import { DataKey } from "./data-key";
import { LogBucket } from "./log-bucket";

export interface ReplicationArgs {
  config: Config;
  stack: string;
  /** Where the originals are. */
  where: Surroundings;
  /** Where the copies are. */
  region: string;
  buckets: Buckets;
  /** Encrypts the originals. */
  keyArn: pulumi.Input<string>;
  /** For the region of the copies. */
  replicas: aws.Provider;
}

/**
 * Copies of the data buckets in another region, which follow every change. They stay there, with their key, when this is turned
 * off or turned to another region: their logical names hold the region, and their physical ones a random suffix, so that new
 * ones never meet them.
 */
export class Replication extends Component {
  readonly outputs: DeepInput<Copies>;

  constructor(
    private readonly name: string,
    private readonly args: ReplicationArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("infrastructure", "Replication", name, opts);
    const { config, where, region } = args;

    const keyArn =
      config.bucketReplicationKeyArn ??
      new DataKey(
        `${name}-${region}-data-key`,
        { where: { ...where, region }, protect: false, retain: !config.ephemeral },
        this.there("data-key"),
      ).arn;
    const copies = this.copies(keyArn);
    const role = new aws.iam.Role(
      `${name}-role`,
      {
        name: physicalName("role", name),
        description: "S3 replication of the data buckets",
        // Without the account that it is for: S3 isn't documented to name one, and without it the condition would never hold.
        // https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
        assumeRolePolicy: trustPolicy(["s3", "batchoperations.s3"]),
        permissionsBoundary: config.permissionsBoundaryArn,
      },
      { parent: this },
    );
    const policy = new aws.iam.RolePolicy(
      `${name}-role-policy`,
      { name: "replication", role: role.name, policy: replicationPolicy(copies, args, keyArn) },
      { parent: this },
    );
    for (const { kind, original, copy } of copies) {
      // Its logical name is the same for every region: a new rule beside the old one would be removed with it.
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
        { parent: this, dependsOn: [policy, ...original.keepsVersions, ...copy.keepsVersions] },
      );
    }
    this.outputs = {
      region,
      buckets: Object.fromEntries(copies.map(({ kind, copy }) => [kind, copy.bucketName])),
    };
    this.registerOutputs({});
  }

  private copies(keyArn: pulumi.Input<string>): Copy[] {
    const { config, stack, region, buckets } = this.args;
    const where = { ...this.args.where, region };
    const name = `${this.name}-${region}`;
    const suffix = new random.RandomId(`${name}-suffix`, { byteLength: 4 }, { parent: this });
    const physical = (kind: string) => ({
      bucketName: suffix.hex.apply((hex) => bucketName(config.name, kind, stack, where, hex)),
      keepName: true,
    });
    const logs = new LogBucket(
      `${name}-logs`,
      {
        ...physical("logs"),
        where,
        retentionDays: config.bucketLogRetentionDays,
        formerName: this.formerName("logs"),
        ...protections(config),
      },
      this.there("logs"),
    );
    return [...buckets.own].map(([kind, original]) => {
      const copy = new DataBucket(
        `${name}-${kind}`,
        {
          ...physical(kind),
          keyArn,
          accessLogs: { bucketName: logs.bucketName, prefix: `s3/${kind}/` },
          ...protections(config, kind),
        },
        this.there(kind),
      );
      return { kind, original, copy };
    });
  }

  /** Options of a component in the other region. */
  private there(thing: string): pulumi.ComponentResourceOptions {
    return { parent: this, provider: this.args.replicas, aliases: [{ name: this.formerName(thing) }] };
  }

  /** The logical name of a component before there was a region in it. */
  private formerName(thing: string): string {
    return `${this.name}-${thing}`;
  }
}

interface Copy {
  kind: DataKind;
  original: DataBucket;
  copy: DataBucket;
}

/**
 * What S3 needs to copy what is written from now on, and (`Existing…`) to copy what was written before in a job of its own:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-batch-replication-policies.html
 */
function replicationPolicy(
  copies: Copy[],
  { where, keyArn, region }: ReplicationArgs,
  copyKeyArn: pulumi.Input<string>,
): pulumi.Output<string> {
  const originals = copies.map(({ original }) => original.arn);
  const originalObjects = copies.map(({ original }) => pulumi.interpolate`${original.arn}/*`);
  const throughS3 = (there: string) => ({
    StringEquals: { "kms:ViaService": viaServices({ ...where, region: there }, "s3") },
  });
  return policyDocument([
    { sid: "Originals", actions: ["s3:GetReplicationConfiguration", "s3:ListBucket"], resources: originals },
    {
      sid: "OriginalObjects",
      actions: [
        "s3:GetObjectLegalHold",
        "s3:GetObjectRetention",
        "s3:GetObjectVersionAcl",
        "s3:GetObjectVersionForReplication",
        "s3:GetObjectVersionTagging",
      ],
      resources: originalObjects,
    },
    { sid: "ExistingObjects", actions: ["s3:InitiateReplication"], resources: originalObjects },
    { sid: "ExistingObjectsList", actions: ["s3:PutInventoryConfiguration"], resources: originals },
    {
      sid: "Copies",
      actions: ["s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"],
      resources: copies.map(({ copy }) => pulumi.interpolate`${copy.arn}/*`),
    },
    { sid: "OriginalKey", actions: ["kms:Decrypt"], resources: keyArn, conditions: throughS3(where.region) },
    {
      sid: "CopyKey",
      actions: ["kms:Encrypt", "kms:GenerateDataKey"],
      resources: copyKeyArn,
      conditions: throughS3(region),
    },
  ]);
}
