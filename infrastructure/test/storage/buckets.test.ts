import * as aws from "@pulumi/aws";
import { policyIn } from "@selfhosted/common/testing";
import { expect } from "chai";
import { type Outcome, runLayer, runWith } from "../layer";
import { bucketName, kinds, lifecycleRule, ofBuckets } from "./data-buckets";

describe("The data buckets", () => {
  let standard: Outcome;
  before(async () => {
    standard = await runLayer();
  });

  it("are named after what they hold, uniquely in all of AWS", () => {
    expect(standard.outputs.buckets).to.deep.equal({
      checkpoint: "pulumi-checkpoint-prod-111122223333-eu-central-1",
      policy: "pulumi-policy-prod-111122223333-eu-central-1",
      metadata: "pulumi-metadata-prod-111122223333-eu-central-1",
      events: "pulumi-events-prod-111122223333-eu-central-1",
      logs: "pulumi-logs-prod-111122223333-eu-central-1",
    });
  });

  for (const kind of kinds) {
    it(`are safe by themselves: ${kind}`, () => {
      expect(ofBuckets(standard, aws.s3.Bucket, `${kind}-bucket`).protect).to.equal(true);
      expect(ofBuckets(standard, aws.s3.Bucket, `${kind}-bucket`).inputs.forceDestroy).to.equal(false);
      expect(
        ofBuckets(standard, aws.s3.BucketVersioning, `${kind}-versioning`).inputs.versioningConfiguration,
      ).to.deep.equal({
        status: "Enabled",
      });
      const encryption = ofBuckets(standard, aws.s3.BucketServerSideEncryptionConfiguration, `${kind}-encryption`);
      expect(encryption.inputs.rules).to.deep.equal([
        {
          applyServerSideEncryptionByDefault: {
            sseAlgorithm: "aws:kms",
            kmsMasterKeyId: standard.outputs.dataKeyArn,
          },
          bucketKeyEnabled: true,
        },
      ]);
      expect(ofBuckets(standard, aws.s3.BucketPublicAccessBlock, `${kind}-privacy`).inputs).to.deep.include({
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      });
      expect(ofBuckets(standard, aws.s3.BucketOwnershipControls, `${kind}-ownership`).inputs.rule).to.deep.equal({
        objectOwnership: "BucketOwnerEnforced",
      });
      expect(ofBuckets(standard, aws.s3.BucketLogging, `${kind}-logging`).inputs).to.deep.include({
        targetBucket: bucketName("logs"),
        targetPrefix: `s3/${kind}/`,
      });
    });

    it(`refuse clear text and old TLS, nothing else: ${kind}`, () => {
      const policy = policyIn(ofBuckets(standard, aws.s3.BucketPolicy, `${kind}-policy`).inputs.policy);
      expect(Object.keys(policy)).to.deep.equal(["NoClearText", "NoOldTls"]);
      const arn = `arn:aws:s3:::${bucketName(kind)}`;
      expect(policy["NoClearText"]).to.deep.include({
        Effect: "Deny",
        Action: ["s3:*"],
        Resource: [arn, `${arn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      });
      expect(policy["NoOldTls"]?.Condition).to.deep.equal({ NumericLessThan: { "s3:TlsVersion": "1.2" } });
    });

    it(`forget old versions and unfinished uploads, never what is current: ${kind}`, () => {
      expect(lifecycleRule(standard, kind, "old-versions")).to.deep.include({
        noncurrentVersionExpiration: { noncurrentDays: 30 },
      });
      expect(lifecycleRule(standard, kind, "unfinished-uploads")).to.deep.include({
        abortIncompleteMultipartUpload: { daysAfterInitiation: 14 },
      });
      const { rules = [] } = ofBuckets(standard, aws.s3.BucketLifecycleConfiguration, `${kind}-lifecycle`).inputs;
      const expirations = rules.flatMap(({ expiration }) => expiration ?? []);
      expect(expirations).to.deep.equal([{ expiredObjectDeleteMarker: true }]);
    });
  }

  it("stay in AWS, as they are, where existing buckets take their place", () => {
    for (const bucket of standard.ofType(aws.s3.Bucket)) {
      expect(bucket, bucket.name).to.deep.include({ protect: true, retainOnDelete: true });
    }
    const locked = ofBuckets(standard, aws.s3.BucketPublicAccessBlock, "checkpoint-privacy");
    expect(locked.deletedWith).to.equal(ofBuckets(standard, aws.s3.Bucket, "checkpoint-bucket").urn);
  });

  it("can be emptied and removed in a throw-away installation only", async () => {
    const ephemeral = await runWith({ ephemeral: true });
    for (const { inputs } of ephemeral.ofType(aws.s3.Bucket)) {
      expect(inputs.forceDestroy).to.equal(true);
    }
  });

  it("keep old versions for as long as is wanted", async () => {
    const outcome = await runWith({ bucketNoncurrentDays: 90 });
    expect(lifecycleRule(outcome, "checkpoint", "old-versions")).to.deep.include({
      noncurrentVersionExpiration: { noncurrentDays: 90 },
    });
  });

  it("can lock the stacks' state, and only that: clients write the rest over pre-signed URLs", async () => {
    const locked = await runWith({ bucketObjectLockDays: 7, bucketObjectLockMode: "COMPLIANCE" });
    const lock = locked.the(aws.s3.BucketObjectLockConfiguration);
    expect(lock.name).to.equal("pulumi-prod-buckets-checkpoint-object-lock");
    expect(lock.inputs.rule).to.deep.equal({ defaultRetention: { mode: "COMPLIANCE", days: 7 } });
    expect(standard.ofType(aws.s3.BucketObjectLockConfiguration)).to.deep.equal([]);
    expect(locked.outputs.checkpointLock).to.deep.equal({ mode: "COMPLIANCE", days: 7 });
    expect(standard.outputs.checkpointLock).to.equal(undefined);
    // A lock on the bucket itself would replace a bucket that was made without.
    expect(ofBuckets(locked, aws.s3.Bucket, "checkpoint-bucket").inputs).to.deep.equal(
      ofBuckets(standard, aws.s3.Bucket, "checkpoint-bucket").inputs,
    );
  });

  it("can be existing ones, which stay as they are", async () => {
    const key = "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-000000000000";
    const existing = await runWith({ bucketCheckpointName: "mine", bucketLogsName: "my-logs", bucketKeyArns: key });
    expect(existing.outputs.buckets).to.deep.include({ checkpoint: "mine", logs: "my-logs" });
    expect(JSON.stringify(existing.resources.filter(({ type }) => type.startsWith("aws:s3/")))).to.not.contain(
      '"mine"',
    );
    expect(ofBuckets(existing, aws.s3.BucketLogging, "policy-logging").inputs.targetBucket).to.equal("my-logs");
    const policy = policyIn(existing.the(aws.iam.RolePolicy, "-api-policy").inputs.policy);
    expect(policy["Objects"]?.Resource).to.include("arn:aws:s3:::mine/*");
    expect(policy["BucketKeys"]?.Resource).to.include(key);
  });
});
