import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import {
  awsProvider,
  type Buckets as BucketNames,
  Component,
  type Context,
  type Copies,
  type DeepInput,
  physicalName,
  policyDocument,
  viaServices,
} from "@selfhosted/common";
import { ServiceRole } from "@selfhosted/common/components";
import type { BucketsConfig } from "../config/buckets";
import type { InstallationConfig } from "../config/installation";
import { bucketName, type DataKind, retention } from "./buckets";
import { DataBucket } from "./data-bucket";
import { DataKey } from "./data-key";
import { LogBucket } from "./log-bucket";

export interface ReplicationArgs {
  /** Where the originals are. */
  context: Context;
  config: BucketsConfig & Pick<InstallationConfig, "accountId">;
  /** Where the copies are. */
  region: string;
  originals: ReadonlyMap<DataKind, DataBucket>;
  /** Encrypts the originals. */
  keyArn: pulumi.Input<string>;
}

/**
 * Copies of the data buckets in another region, which follow every change. They stay there, with their key, when this is turned
 * off or turned to another region: their logical names hold the region, and their physical ones a random suffix, so that new
 * ones never meet them.
 */
export class Replication extends Component {
  readonly outputs: DeepInput<Copies>;

  constructor(name: string, args: ReplicationArgs, opts: pulumi.ComponentResourceOptions) {
    super("infrastructure", "Replication", name, opts);
    const { context, config, region, originals } = args;
    const { installation, stack } = context;
    const location = { ...context.location, region };
    const provider = copiesProvider(args);
    const parent = { parent: this };
    const copyName = (thing: string): string => `${name}-${region}-${thing}`;
    // Before there was a region in the logical names.
    const formerName = (thing: string): string => `${name}-${thing}`;
    const inRegion = (thing: string) => ({ ...parent, provider, aliases: [{ name: formerName(thing) }] });

    const copyKeyArn =
      config.bucketReplicationKeyArn ??
      new DataKey(
        copyName("data-key"),
        { location, protect: false, retain: !installation.ephemeral },
        inRegion("data-key"),
      ).arn;
    const suffix = new random.RandomId(copyName("suffix"), { byteLength: 4 }, parent);
    const settings = (kind: keyof BucketNames) => ({
      bucketName: suffix.hex.apply((hex) => bucketName(installation.name, kind, stack, location, hex)),
      keepName: true,
      ...retention(args, kind),
    });
    const logs = new LogBucket(
      copyName("logs"),
      {
        ...settings("logs"),
        location,
        retentionDays: config.bucketLogRetentionDays,
        formerName: formerName("logs"),
      },
      inRegion("logs"),
    );
    const copies = [...originals].map(([kind, original]): Copy => {
      const accessLogs = { bucketName: logs.bucketName, prefix: `s3/${kind}/` };
      const copy = new DataBucket(
        copyName(kind),
        { ...settings(kind), keyArn: copyKeyArn, accessLogs },
        inRegion(kind),
      );
      return { kind, original, copy };
    });
    const role = new ServiceRole(
      `${name}-role`,
      {
        context,
        name: physicalName("role", name),
        description: "S3 replication of the data buckets",
        services: ["s3", "batchoperations.s3"],
        // S3 isn't documented to name the account.
        // https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
        ownAccountOnly: false,
      },
      parent,
    );
    const policy = new aws.iam.RolePolicy(
      `${name}-role-policy`,
      { name: "replication", role: role.name, policy: replicationPolicy(copies, args, copyKeyArn) },
      parent,
    );
    for (const { kind, original, copy } of copies) {
      // Its logical name is the same for every region: a new rule beside the old one would be removed with it.
      new aws.s3.BucketReplicationConfig(
        `${name}-${kind}-rule`,
        { bucket: original.bucketName, role: role.arn, rules: [replicationRule(copy, copyKeyArn)] },
        { ...parent, dependsOn: [policy, ...original.keepsVersions, ...copy.keepsVersions] },
      );
    }
    this.outputs = {
      region,
      buckets: Object.fromEntries(copies.map(({ kind, copy }) => [kind, copy.bucketName])),
    };
    this.registerOutputs({});
  }
}

interface Copy {
  kind: DataKind;
  original: DataBucket;
  copy: DataBucket;
}

/** The provider for the region of the copies: one for each region, beside the layer's own. */
function copiesProvider({ context, config, region }: ReplicationArgs): aws.Provider {
  return awsProvider(
    context.name(`replication-provider-${region}`),
    { region, accountId: config.accountId, tags: context.tags },
    // As it was called before there was one for each region.
    { aliases: [{ name: context.name("replication-provider") }] },
  );
}

function replicationRule(copy: DataBucket, keyArn: pulumi.Input<string>) {
  return {
    id: "everything",
    status: "Enabled",
    priority: 1,
    filter: { prefix: "" },
    deleteMarkerReplication: { status: "Enabled" },
    sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
    destination: { bucket: copy.arn, encryptionConfiguration: { replicaKmsKeyId: keyArn } },
  };
}

/**
 * What S3 needs to copy what is written from now on, and (`Existing…`) to copy what was written before in a job of its own:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-batch-replication-policies.html
 */
function replicationPolicy(
  copies: Copy[],
  { context: { location }, keyArn, region }: ReplicationArgs,
  copyKeyArn: pulumi.Input<string>,
): pulumi.Output<string> {
  const originals = copies.map(({ original }) => original.arn);
  const originalObjects = copies.map(({ original }) => pulumi.interpolate`${original.arn}/*`);
  const throughS3 = (keyRegion: string) => ({
    StringEquals: { "kms:ViaService": viaServices({ ...location, region: keyRegion }, "s3") },
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
    { sid: "OriginalKey", actions: ["kms:Decrypt"], resources: keyArn, conditions: throughS3(location.region) },
    {
      sid: "CopyKey",
      actions: ["kms:Encrypt", "kms:GenerateDataKey"],
      resources: copyKeyArn,
      conditions: throughS3(region),
    },
  ]);
}
