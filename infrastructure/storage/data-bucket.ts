import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Component, policyDocument, type Statement } from "@selfhosted/common";

export interface DataBucketArgs {
  /** Physical name. */
  bucketName: pulumi.Input<string>;
  /** For a name that was given out at random: a bucket that has another one already keeps it. Default: false. */
  keepName?: boolean;
  /** KMS key for the objects; S3's own key where there is none, for what AWS can't deliver otherwise. */
  keyArn?: pulumi.Input<string>;
  /** The bucket that gets logs of the accesses, by S3, and the prefix of their keys. Default: none. */
  accessLogs?: { bucketName: pulumi.Input<string>; prefix: string };
  /** Days that an overwritten version stays. */
  noncurrentDays: number;
  /** Days after which objects expire. Default: never. */
  expirationDays?: number;
  /** S3 Object Lock: days that no version can be deleted, and its mode, GOVERNANCE or COMPLIANCE. Default: no lock. */
  objectLock?: { mode: string; days: number };
  /** What the bucket's policy allows beside what it denies. Default: nothing. */
  statements?: (bucketArn: pulumi.Output<string>) => Statement[];
  /** A throw-away bucket goes with all its objects. Any other one stays in AWS once the program no longer makes it. */
  ephemeral: boolean;
  /** Pulumi refuses to let go of the bucket. Default: false. */
  protect?: boolean;
}

/** A bucket that is versioned, encrypted, private, reached by TLS only, and keeps what was overwritten for a while. */
export class DataBucket extends Component {
  readonly bucketName: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  /** Others may write once this lets them. */
  readonly policy: aws.s3.BucketPolicy;
  /** Versioning and, where there is one, the lock: replication may begin once they are on. */
  readonly keepsVersions: pulumi.Resource[];

  constructor(name: string, args: DataBucketArgs, opts: pulumi.ComponentResourceOptions) {
    super("infrastructure", "DataBucket", name, opts);
    const parent = { parent: this };

    const bucket = new aws.s3.Bucket(
      `${name}-bucket`,
      { bucket: args.bucketName, forceDestroy: args.ephemeral },
      {
        ...parent,
        protect: args.protect,
        retainOnDelete: !args.ephemeral,
        ignoreChanges: args.keepName ? ["bucket"] : [],
      },
    );
    // What protects a bucket stays with it; one that is to be emptied is let go of first.
    const child = { ...parent, deletedWith: args.ephemeral ? undefined : bucket };
    this.bucketName = bucket.bucket;
    this.arn = bucket.arn;
    const versioning = new aws.s3.BucketVersioning(
      `${name}-versioning`,
      { bucket: bucket.bucket, versioningConfiguration: { status: "Enabled" } },
      child,
    );
    new aws.s3.BucketServerSideEncryptionConfiguration(
      `${name}-encryption`,
      {
        bucket: bucket.bucket,
        rules: [
          {
            applyServerSideEncryptionByDefault: args.keyArn
              ? { sseAlgorithm: "aws:kms", kmsMasterKeyId: args.keyArn }
              : { sseAlgorithm: "AES256" },
            bucketKeyEnabled: args.keyArn !== undefined,
          },
        ],
      },
      child,
    );
    new aws.s3.BucketOwnershipControls(
      `${name}-ownership`,
      { bucket: bucket.bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
      child,
    );
    const privacy = new aws.s3.BucketPublicAccessBlock(
      `${name}-privacy`,
      {
        bucket: bucket.bucket,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      child,
    );
    this.policy = new aws.s3.BucketPolicy(
      `${name}-policy`,
      {
        bucket: bucket.bucket,
        policy: policyDocument([...onlyTls(bucket.arn), ...(args.statements?.(bucket.arn) ?? [])]),
      },
      // S3 refuses to change both at once.
      { ...child, dependsOn: privacy },
    );
    new aws.s3.BucketLifecycleConfiguration(
      `${name}-lifecycle`,
      { bucket: bucket.bucket, rules: lifecycleRules(args) },
      { ...child, dependsOn: versioning },
    );
    if (args.accessLogs) {
      const { bucketName, prefix } = args.accessLogs;
      new aws.s3.BucketLogging(
        `${name}-logging`,
        { bucket: bucket.bucket, targetBucket: bucketName, targetPrefix: prefix },
        child,
      );
    }
    this.keepsVersions = [versioning];
    if (args.objectLock) {
      const lock = new aws.s3.BucketObjectLockConfiguration(
        `${name}-object-lock`,
        { bucket: bucket.bucket, objectLockEnabled: "Enabled", rule: { defaultRetention: args.objectLock } },
        { ...child, dependsOn: versioning },
      );
      this.keepsVersions.push(lock);
    }
    this.registerOutputs({ bucketName: this.bucketName, arn: this.arn });
  }
}

/**
 * Refuses clear text and outdated TLS. Nothing is said about networks: clients everywhere use the service's pre-signed URLs.
 */
function onlyTls(bucketArn: pulumi.Output<string>): Statement[] {
  const deny = (sid: string, conditions: Statement["conditions"]): Statement => ({
    sid,
    effect: "Deny",
    principals: { aws: "*" },
    actions: ["s3:*"],
    resources: [bucketArn, pulumi.interpolate`${bucketArn}/*`],
    conditions,
  });
  return [
    deny("NoClearText", { Bool: { "aws:SecureTransport": "false" } }),
    deny("NoOldTls", { NumericLessThan: { "s3:TlsVersion": "1.2" } }),
  ];
}

/** The vendor's advice: 30 days for old versions, 14 for unfinished uploads; current objects stay. */
function lifecycleRules({ noncurrentDays, expirationDays }: DataBucketArgs) {
  const everyObject = { status: "Enabled", filter: { prefix: "" } };
  return [
    { ...everyObject, id: "old-versions", noncurrentVersionExpiration: { noncurrentDays } },
    { ...everyObject, id: "unfinished-uploads", abortIncompleteMultipartUpload: { daysAfterInitiation: 14 } },
    // A deletion leaves a marker; without an old version behind it, it says nothing.
    expirationDays === undefined
      ? { ...everyObject, id: "lonely-markers", expiration: { expiredObjectDeleteMarker: true } }
      : { ...everyObject, id: "expiration", expiration: { days: expirationDays } },
  ];
}
