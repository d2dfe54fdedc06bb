import * as aws from "@pulumi/aws";
import { arnOf, policyIn } from "@selfhosted/common/testing";
import { expect } from "chai";
import { type Outcome, runLayer, runWith } from "../layer";
import { bucketArns, bucketName, kinds } from "./data-buckets";

describe("Copies in another region", () => {
  it("follow every data bucket, encrypted with a key of that region", async () => {
    const outcome = await runWith({ bucketReplicationRegion: "eu-west-1", bucketObjectLockDays: 3 });
    const rules = outcome.ofType(aws.s3.BucketReplicationConfig);
    expect(rules.map(({ inputs }) => inputs.bucket)).to.have.members(kinds.map(bucketName));
    const key = outcome.the(aws.kms.Key, "-replication-eu-west-1-data-key-key");
    const [first] = rules[0]?.inputs.rules ?? [];
    expect(first).to.deep.include({
      status: "Enabled",
      deleteMarkerReplication: { status: "Enabled" },
      sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
    });
    expect(first?.destination.encryptionConfiguration).to.deep.equal({ replicaKmsKeyId: arnOf(key) });
    const copy = outcome.the(aws.s3.Bucket, "-replication-eu-west-1-checkpoint-bucket");
    const { copies } = outcome.outputs;
    expect(copies?.region).to.equal("eu-west-1");
    expect(copies?.buckets).to.have.all.keys(kinds);
    expect(copies?.buckets.checkpoint).to.equal(copy.inputs.bucket);
    expect((await runLayer()).outputs.copies).to.equal(undefined);
    expect(copy.inputs.bucket).to.equal("pulumi-checkpoint-prod-111122223333-eu-west-1-0a1b2c3d");
    expect(copy.provider).to.contain("pulumi-prod-replication-provider-eu-west-1");
  });

  it("begin once both buckets are locked, as S3 copies a locked bucket only to a locked one", async () => {
    const outcome = await runWith({ bucketReplicationRegion: "eu-west-1", bucketObjectLockDays: 3 });
    const locks = outcome.ofType(aws.s3.BucketObjectLockConfiguration);
    expect(locks.map(({ name }) => name)).to.have.members([
      "pulumi-prod-buckets-checkpoint-object-lock",
      "pulumi-prod-replication-eu-west-1-checkpoint-object-lock",
    ]);
    const rule = outcome.the(aws.s3.BucketReplicationConfig, "-checkpoint-rule");
    expect(rule.dependsOn).to.include.members(locks.map(({ urn }) => urn));
  });

  it("are made by a role that S3 assumes, without naming an account", async () => {
    const outcome = await runWith({ bucketReplicationRegion: "eu-west-1" });
    const trust = policyIn(outcome.the(aws.iam.Role, "-replication-role").inputs.assumeRolePolicy)["Assume"];
    expect(trust?.Principal).to.deep.equal({ Service: ["s3.amazonaws.com", "batchoperations.s3.amazonaws.com"] });
    expect(trust?.Condition).to.equal(undefined);
  });

  it("can be made of objects from before, with the permissions that S3 asks for", async () => {
    const outcome = await runWith({ bucketReplicationRegion: "eu-west-1" });
    const policy = policyIn(outcome.the(aws.iam.RolePolicy, "-replication-role-policy").inputs.policy);
    expect(policy["ExistingObjects"]).to.deep.include({
      Action: ["s3:InitiateReplication"],
      Resource: bucketArns.map((arn) => `${arn}/*`),
    });
    expect(policy["ExistingObjectsList"]).to.deep.include({
      Action: ["s3:PutInventoryConfiguration"],
      Resource: bucketArns,
    });
  });

  it("stay, with their key and all that protects them, when they are given up", async () => {
    const outcome = await runWith({ bucketReplicationRegion: "eu-west-1", bucketObjectLockDays: 3 });
    const buckets = outcome.ofType(aws.s3.Bucket).filter(({ name }) => name.includes("-replication-"));
    expect(buckets).to.have.length(kinds.length + 1);
    for (const bucket of [...buckets, outcome.the(aws.kms.Key, "-eu-west-1-data-key-key")]) {
      expect(bucket, bucket.name).to.deep.include({ protect: false, retainOnDelete: true });
    }
    const settings = outcome.resources.filter(({ name }) => /-replication-eu-west-1-.*-(?!bucket)\w+$/.test(name));
    for (const setting of settings.filter(
      ({ type }) => type.startsWith("aws:s3/bucket") && !type.endsWith(":Bucket"),
    )) {
      expect(
        buckets.map(({ urn }) => urn),
        setting.name,
      ).to.include(setting.deletedWith);
    }
  });

  it("go with a throw-away installation", async () => {
    const outcome = await runWith({ bucketReplicationRegion: "eu-west-1", ephemeral: true });
    expect(outcome.resources.filter(({ retainOnDelete }) => retainOnDelete).map(({ type }) => type)).to.deep.equal([
      "aws:secretsmanager/secretVersion:SecretVersion",
    ]);
    // What guards a bucket would keep it from being emptied.
    expect(outcome.resources.filter(({ deletedWith }) => deletedWith !== "")).to.deep.equal([]);
  });

  it("are made anew in another region, while what makes the copies stays the same", async () => {
    const west = await runWith({ bucketReplicationRegion: "eu-west-1" });
    const north = await runWith({ bucketReplicationRegion: "eu-north-1" });
    const urns = (outcome: Outcome, type: string): string[] =>
      outcome.ofType(type).flatMap(({ urn }) => (urn.includes("replication") ? [urn] : []));
    const shared = (type: string): string[] => urns(west, type).filter((urn) => urns(north, type).includes(urn));
    for (const type of [
      "aws:s3/bucket:Bucket",
      "aws:kms/key:Key",
      "pulumi:providers:aws",
      "random:index/randomId:RandomId",
    ]) {
      expect(urns(west, type), type).to.not.deep.equal([]);
      expect(shared(type), type).to.deep.equal([]);
    }
    // A rule that is new beside the old one would be deleted with it: a bucket has one replication configuration.
    for (const type of ["aws:s3/bucketReplicationConfig:BucketReplicationConfig", "aws:iam/role:Role"]) {
      expect(urns(west, type), type).to.not.deep.equal([]);
      expect(shared(type), type).to.deep.equal(urns(west, type));
    }
  });

  it("take an existing key", async () => {
    const key = "arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-0000-0000-000000000000";
    const outcome = await runWith({ bucketReplicationRegion: "eu-west-1", bucketReplicationKeyArn: key });
    expect(outcome.ofType(aws.kms.Key).map(({ name }) => name)).to.deep.equal(["pulumi-prod-data-key-key"]);
    expect(policyIn(outcome.the(aws.iam.RolePolicy, "-role-policy").inputs.policy)["CopyKey"]).to.deep.include({
      Resource: key,
      Condition: { StringEquals: { "kms:ViaService": ["s3.eu-west-1.amazonaws.com"] } },
    });
  });
});
