import { S3 } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { Deployment, emulator, type Made } from "../../account";
import { type Life, live } from "../../life";

const bucketType = "aws:s3/bucket:Bucket";

function policy(statement: object): string {
  const [Version, Sid] = ["2012-10-17", "rule"];
  return JSON.stringify({ Version, Statement: [{ Sid, Principal: "*", Action: "s3:*", ...statement }] });
}

describe("buckets", () => {
  let stack: Deployment;
  let bucket: Made;
  let copy: Made;
  let role: Made;
  let keyArn: string;
  let s3: S3;

  before(async () => {
    stack = await Deployment.open();
    s3 = stack.account.client(S3);
    keyArn = (await emulator()).account.serviceKeyArn;
    bucket = await stack.create(bucketType, "states", { tags: { team: "platform" } });
    copy = await stack.create(bucketType, "copy", {});
    const assumeRolePolicy = policy({ Effect: "Allow" });
    role = await stack.create("aws:iam/role:Role", "replication", { assumeRolePolicy });
    for (const { id } of [bucket, copy]) {
      const versioningConfiguration = { status: "Enabled" };
      await stack.create("aws:s3/bucketVersioning:BucketVersioning", id, { bucket: id, versioningConfiguration });
    }
    const logs = { Principal: { Service: "logging.s3.amazonaws.com" }, Resource: `arn:aws:s3:::${copy.id}/*` };
    const Policy = policy({ Effect: "Allow", ...logs, Action: "s3:PutObject" });
    await s3.putBucketPolicy({ Bucket: copy.id, Policy });
  });

  it("are named after the resource and say where they are", async () => {
    expect(bucket.id).to.match(/^states-[0-9a-f]{7}$/);
    const { BucketRegion } = await s3.headBucket({ Bucket: bucket.id });
    expect(bucket.outputs).to.include({ arn: `arn:aws:s3:::${bucket.id}`, region: BucketRegion });
    const again = stack.create(bucketType, "again", { bucket: bucket.id });
    expect(await again.catch(String)).to.match(/BucketAlreadyExists/);
  });

  it("live as their program says", () =>
    live(stack, bucketType, {
      inputs: {},
      changed: { forceDestroy: true },
      replaced: { bucket: "another" },
    }));

  const setting = (kind: string, life: (Bucket: string) => Life) =>
    it(`have ${kind} as their program says`, () => {
      const { inputs, ...rest } = life(bucket.id);
      return live(stack, `aws:s3/bucket${kind}:Bucket${kind}`, {
        inputs: { bucket: bucket.id, ...inputs },
        replaced: { bucket: copy.id },
        ...rest,
      });
    });

  setting("ServerSideEncryptionConfiguration", () => {
    const rules = (sseAlgorithm: string, kmsMasterKeyId?: string) => [
      { applyServerSideEncryptionByDefault: { sseAlgorithm, kmsMasterKeyId }, bucketKeyEnabled: true },
    ];
    return {
      inputs: { rules: rules("AES256") },
      changed: { rules: rules("aws:kms", keyArn) },
    };
  });

  setting("PublicAccessBlock", () => ({
    inputs: { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: false },
    changed: { restrictPublicBuckets: true },
  }));

  setting("OwnershipControls", () => ({
    inputs: { rule: { objectOwnership: "BucketOwnerPreferred" } },
    changed: { rule: { objectOwnership: "BucketOwnerEnforced" } },
  }));

  setting("LifecycleConfiguration", () => {
    const every = { status: "Enabled", filter: { prefix: "" } };
    const unfinished = { ...every, id: "unfinished", abortIncompleteMultipartUpload: { daysAfterInitiation: 14 } };
    const old = (noncurrentDays: number) => ({ ...every, id: "old", noncurrentVersionExpiration: { noncurrentDays } });
    return {
      inputs: {
        rules: [old(90), unfinished, { ...every, id: "markers", expiration: { expiredObjectDeleteMarker: true } }],
      },
      changed: { rules: [old(30), unfinished, { ...every, id: "gone", expiration: { days: 365 } }] },
    };
  });

  setting("Policy", (Bucket) => {
    const Resource = [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`];
    const Condition = { Bool: { "aws:SecureTransport": "false" } };
    return {
      inputs: { policy: policy({ Effect: "Deny", Resource, Condition }) },
      changed: { policy: policy({ Effect: "Deny", Resource: Resource.slice(1), Condition }) },
    };
  });

  setting("Logging", () => ({
    inputs: { targetBucket: copy.id, targetPrefix: "states/" },
    changed: { targetPrefix: "all/" },
  }));

  setting("ReplicationConfig", () => {
    const rules = (status: string) => [
      {
        ...{ id: "everything", priority: 1, filter: { prefix: "" }, deleteMarkerReplication: { status: "Enabled" } },
        sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
        destination: { bucket: copy.outputs.arn, encryptionConfiguration: { replicaKmsKeyId: keyArn } },
        status,
      },
    ];
    return {
      inputs: { role: role.outputs.arn, rules: rules("Enabled") },
      changed: { rules: rules("Disabled") },
      known: ["rules"], // The emulated account leaves out what it says of encrypted objects and delete markers.
    };
  });

  it("stay versioned, and locked, when the setting goes", async () => {
    const versioned = async (name: string) => {
      const { id } = await stack.create(bucketType, name, {});
      const inputs = { bucket: id, versioningConfiguration: { status: "Enabled" } };
      return stack.create("aws:s3/bucketVersioning:BucketVersioning", name, inputs);
    };
    const [unlocked, locked] = [await versioned("unlocked"), await versioned("locked")];
    await stack.delete(unlocked);
    expect((await s3.getBucketVersioning({ Bucket: unlocked.id })).Status).to.equal("Suspended");
    const rule = (days: number) => ({ defaultRetention: { mode: "GOVERNANCE", days } });
    const type = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration";
    const lock = await stack.create(type, "lock", { bucket: locked.id, rule: rule(1) });
    expect(await stack.preview(lock, {})).to.equal("none");
    await stack.delete(await stack.update(lock, { rule: rule(2) }));
    await stack.delete(locked);
    expect(await stack.read(lock)).to.include({ objectLockEnabled: "Enabled" });
  });

  it("aren't deleted with what they hold, old versions included, unless forceDestroy is set", async () => {
    const full = await stack.create(bucketType, "full", {});
    await s3.putBucketVersioning({ Bucket: full.id, VersioningConfiguration: { Status: "Enabled" } });
    await s3.putObject({ Bucket: full.id, Key: "state.json", Body: "{}" });
    await s3.deleteObject({ Bucket: full.id, Key: "state.json" });
    const refusal = await stack.delete(full).then(String, (error: Error) => error.message);
    expect(refusal).to.match(/DeleteBucket: BucketNotEmpty/);
    await stack.delete(await stack.update(full, { forceDestroy: true }));
    expect(await stack.read(full)).to.equal(undefined);
  });
});
