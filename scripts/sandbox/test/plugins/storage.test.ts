import { S3 } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { service as iam } from "../../plugins/aws/iam";
import { service as kms } from "../../plugins/aws/kms";
import { service as s3 } from "../../plugins/aws/s3";
import { Deployment, type Made } from "../account";

const bucketType = "aws:s3/bucket:Bucket";

describe("buckets", () => {
  let stack: Deployment;
  let bucket: Made;

  before(async () => {
    stack = await Deployment.of({ iam, kms, s3 });
    bucket = await stack.create(bucketType, "states", { tags: { team: "platform" } });
  });

  const setting = (kind: string, inputs: Record<string, unknown>): Promise<Made> =>
    stack.create(`aws:s3/bucket${kind}:Bucket${kind}`, kind, { bucket: bucket.id, ...inputs });

  it("are named after the resource and say where they are", async () => {
    expect(bucket.id).to.match(/^states-[0-9a-f]{7}$/);
    expect(bucket.outputs).to.deep.include({
      arn: `arn:aws:s3:::${bucket.id}`,
      bucketDomainName: `${bucket.id}.s3.amazonaws.com`,
      tagsAll: { team: "platform" },
    });
    expect(await stack.preview(bucket, {})).to.equal("none");
    const { BucketRegion } = await stack.account.client(S3).headBucket({ Bucket: bucket.id });
    expect(BucketRegion).to.equal(bucket.outputs.region);
  });

  it("keep every setting as it was asked, and have nothing to change afterwards", async () => {
    const key = await stack.create("aws:kms/key:Key", "data", { enableKeyRotation: true });
    const made = [
      await setting("Versioning", { versioningConfiguration: { status: "Enabled" } }),
      await setting("ServerSideEncryptionConfiguration", {
        rules: [
          {
            applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.outputs.arn },
            bucketKeyEnabled: true,
          },
        ],
      }),
      await setting("PublicAccessBlock", {
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      }),
      await setting("OwnershipControls", { rule: { objectOwnership: "BucketOwnerEnforced" } }),
      await setting("LifecycleConfiguration", {
        rules: [
          {
            id: "old-versions",
            status: "Enabled",
            noncurrentVersionExpiration: { noncurrentDays: 90, newerNoncurrentVersions: 5 },
            abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
          },
        ],
      }),
      await setting("Policy", {
        policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Deny",
              Principal: "*",
              Action: "s3:*",
              Resource: [bucket.outputs.arn, `${bucket.outputs.arn as string}/*`],
              Condition: { Bool: { "aws:SecureTransport": "false" } },
            },
          ],
        }),
      }),
    ];
    for (const one of made) {
      expect(await stack.preview(one, {}), one.urn).to.equal("none");
      expect(await stack.read(one), one.urn).to.deep.include({ bucket: bucket.id });
    }
    for (const one of made.reverse()) {
      await stack.delete(one);
      await stack.delete(one);
    }
  });

  it("are copied to another, if both are versioned", async () => {
    const copy = await stack.create(bucketType, "copy", {});
    const role = await stack.create("aws:iam/role:Role", "replication", {
      assumeRolePolicy: {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: "s3.amazonaws.com" }, Action: "sts:AssumeRole" }],
      },
    });
    const rule = {
      id: "everything",
      status: "Enabled",
      priority: 1,
      filter: { prefix: "" },
      deleteMarkerReplication: { status: "Enabled" },
      destination: { bucket: copy.outputs.arn },
    };
    const inputs = { bucket: bucket.id, role: role.outputs.arn, rules: [rule] };
    const type = "aws:s3/bucketReplicationConfig:BucketReplicationConfig";
    await setting("Versioning", { versioningConfiguration: { status: "Enabled" } });
    expect(await stack.refusal(type, inputs)).to.match(/copy-.*isn't versioned/);
    await setting("Versioning", { bucket: copy.id, versioningConfiguration: { status: "Enabled" } });
    const replication = await stack.create(type, "replication", inputs);
    expect(await stack.preview(replication, {})).to.equal("none");
    expect(await stack.preview(replication, { rules: [{ ...rule, status: "Disabled" }] })).to.equal("update");
    await stack.delete(replication);
  });

  it("are copied with Object Lock only to one that has it, too", async () => {
    const role = await stack.create("aws:iam/role:Role", "replication-of-locked", {
      assumeRolePolicy: {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: "s3.amazonaws.com" }, Action: "sts:AssumeRole" }],
      },
    });
    const [locked, unlocked] = [
      await stack.create(bucketType, "locked", {}),
      await stack.create(bucketType, "unlocked", {}),
    ];
    for (const { id } of [locked, unlocked]) {
      await setting("Versioning", { bucket: id, versioningConfiguration: { status: "Enabled" } });
    }
    const lock = { rule: { defaultRetention: { mode: "GOVERNANCE", days: 1 } } };
    await setting("ObjectLockConfiguration", { bucket: locked.id, ...lock });
    const rule = { id: "everything", status: "Enabled", priority: 1, filter: { prefix: "" } };
    const rules = [
      {
        ...rule,
        deleteMarkerReplication: { status: "Enabled" },
        destination: { bucket: unlocked.outputs.arn },
      },
    ];
    const inputs = { bucket: locked.id, role: role.outputs.arn, rules };
    const type = "aws:s3/bucketReplicationConfig:BucketReplicationConfig";
    expect(await stack.refusal(type, inputs)).to.match(/unlocked-.*has no Object Lock/);
    await setting("ObjectLockConfiguration", { bucket: unlocked.id, ...lock });
    await stack.create(type, "replication-of-locked", inputs);
  });

  it("refuse settings that S3 would refuse", async () => {
    const policy = (statement: object) =>
      JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "s3:GetObject", ...statement }] });
    const refusal = (kind: string, inputs: Record<string, unknown>) =>
      stack.refusal(`aws:s3/bucket${kind}:Bucket${kind}`, { bucket: bucket.id, ...inputs });

    expect(
      await refusal("Policy", { policy: policy({ Principal: "*", Resource: "arn:aws:s3:::another/*" }) }),
    ).to.match(/another.*isn't in/);
    expect(await refusal("Policy", { policy: policy({ Resource: "arn:aws:s3:::x" }) })).to.match(/must have Principal/);
    expect(await refusal("Versioning", { versioningConfiguration: { status: "On" } })).to.match(
      /Enabled, Suspended.*"On"/,
    );
    expect(await refusal("LifecycleConfiguration", { rules: [{ id: "idle", status: "Enabled" }] })).to.match(
      /rules\[0\]/,
    );
    expect(
      await refusal("ReplicationConfig", {
        role: "arn:aws:iam::123456789012:role/none",
        rules: [{ status: "Enabled", destination: { bucket: "none" } }],
      }),
    ).to.match(/role names .*doesn't exist/);
    expect(
      await refusal("OwnershipControls", { bucket: "no-such-bucket", rule: { objectOwnership: "ObjectWriter" } }),
    ).to.match(/no-such-bucket, which doesn't exist/);
  });

  it("refuse a public policy under a public access block", async () => {
    const open = await stack.create(bucketType, "open", {});
    const block = await stack.create("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "open", {
      bucket: open.id,
      blockPublicPolicy: true,
    });
    const statement = {
      Effect: "Allow",
      Action: "s3:GetObject",
      Principal: "*",
      Resource: `${open.outputs.arn as string}/*`,
    };
    const inputs = { bucket: open.id, policy: { Version: "2012-10-17", Statement: [statement] } };
    expect(await stack.refusal("aws:s3/bucketPolicy:BucketPolicy", inputs)).to.match(/is public/);
    await stack.delete(block);
    expect(await stack.refusal("aws:s3/bucketPolicy:BucketPolicy", inputs)).to.equal("");
  });

  it("aren't deleted with what they hold, unless forceDestroy is set", async () => {
    const full = await stack.create(bucketType, "full", {});
    const object = { Bucket: full.id, Key: "state.json", Body: "{}" };
    await stack.account.client(S3).putObject(object);
    let message = "";
    await stack.delete(full).catch((error: Error) => (message = error.message));
    expect(message).to.match(/isn't empty/);
    await stack.delete(await stack.update(full, { forceDestroy: true }));
    expect(await stack.read(full)).to.equal(undefined);
  });

  it("refuse names that S3 doesn't have, and taken ones", async () => {
    expect(await stack.refusal(bucketType, { bucket: "Upper" })).to.match(/lower-case/);
    expect(await stack.refusal(bucketType, { bucket: "10.0.0.1" })).to.match(/keeps to itself/);
    expect(await stack.refusal(bucketType, { bucket: bucket.id })).to.match(/exists already/);
    expect(await stack.refusal(bucketType, { bucket: "x-y-z", acl: "public-read" })).to.match(/acl isn't an input/);
  });
});
