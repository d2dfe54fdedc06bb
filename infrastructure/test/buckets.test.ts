import { arnOf, Outcome, Recorded, Values } from "@selfhosted/common/testing";
import { expect } from "chai";
import { runLayer } from "./layer";
import { statements } from "./policies";

const kinds = ["checkpoint", "policy", "metadata", "events"];
const of = (outcome: Outcome, type: string, kind: string): Recorded =>
  outcome.the(`aws:s3/${type[0]?.toLowerCase()}${type.slice(1)}:${type}`, `-buckets-${kind}`);
const run = (config?: Values): Promise<Outcome> => runLayer({ config });
const rule = (outcome: Outcome, kind: string, id: string): unknown =>
  (of(outcome, "BucketLifecycleConfiguration", `${kind}-lifecycle`).inputs["rules"] as Values[]).find(
    (each) => each["id"] === id,
  );

describe("The data buckets", () => {
  let standard: Outcome;
  before(async () => {
    standard = await runLayer();
  });

  it("are named after what they hold, once in the world", () => {
    expect(standard.outputs["buckets"]).to.deep.equal({
      checkpoint: "pulumi-checkpoint-prod-111122223333-eu-central-1",
      policy: "pulumi-policy-prod-111122223333-eu-central-1",
      metadata: "pulumi-metadata-prod-111122223333-eu-central-1",
      events: "pulumi-events-prod-111122223333-eu-central-1",
      logs: "pulumi-logs-prod-111122223333-eu-central-1",
    });
  });

  for (const kind of kinds) {
    it(`are safe by themselves: ${kind}`, () => {
      expect(of(standard, "Bucket", `${kind}-bucket`).protect).to.equal(true);
      expect(of(standard, "Bucket", `${kind}-bucket`).inputs["forceDestroy"]).to.equal(false);
      expect(of(standard, "BucketVersioning", `${kind}-versioning`).inputs["versioningConfiguration"]).to.deep.equal({
        status: "Enabled",
      });
      const encryption = of(standard, "BucketServerSideEncryptionConfiguration", `${kind}-encryption`);
      expect(encryption.inputs["rules"]).to.deep.equal([
        {
          applyServerSideEncryptionByDefault: {
            sseAlgorithm: "aws:kms",
            kmsMasterKeyId: standard.outputs["dataKeyArn"],
          },
          bucketKeyEnabled: true,
        },
      ]);
      expect(of(standard, "BucketPublicAccessBlock", `${kind}-privacy`).inputs).to.deep.include({
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      });
      expect(of(standard, "BucketOwnershipControls", `${kind}-ownership`).inputs["rule"]).to.deep.equal({
        objectOwnership: "BucketOwnerEnforced",
      });
      expect(of(standard, "BucketLogging", `${kind}-logging`).inputs).to.deep.include({
        targetBucket: "pulumi-logs-prod-111122223333-eu-central-1",
        targetPrefix: `s3/${kind}/`,
      });
    });

    it(`refuse clear text, and nobody else: ${kind}`, () => {
      const policy = statements(of(standard, "BucketPolicy", `${kind}-policy`));
      expect(Object.keys(policy)).to.deep.equal(["NoClearText", "NoOldTls"]);
      const arn = `arn:aws:s3:::pulumi-${kind}-prod-111122223333-eu-central-1`;
      expect(policy["NoClearText"]).to.deep.include({
        Effect: "Deny",
        Action: ["s3:*"],
        Resource: [arn, `${arn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      });
      expect(policy["NoOldTls"]?.Condition).to.deep.equal({ NumericLessThan: { "s3:TlsVersion": "1.2" } });
    });

    it(`forget old versions and unfinished uploads, never what is current: ${kind}`, () => {
      expect(rule(standard, kind, "old-versions")).to.deep.include({
        noncurrentVersionExpiration: { noncurrentDays: 30 },
      });
      expect(rule(standard, kind, "unfinished-uploads")).to.deep.include({
        abortIncompleteMultipartUpload: { daysAfterInitiation: 14 },
      });
      const lifecycle = of(standard, "BucketLifecycleConfiguration", `${kind}-lifecycle`);
      const expirations = (lifecycle.inputs["rules"] as Values[]).flatMap((each) => each["expiration"] ?? []);
      expect(expirations).to.deep.equal([{ expiredObjectDeleteMarker: true }]);
    });
  }

  it("stay in AWS, as they are, where the customer brings buckets in their place", () => {
    for (const bucket of standard.ofType("aws:s3/bucket:Bucket")) {
      expect(bucket, bucket.name).to.deep.include({ protect: true, retainOnDelete: true });
    }
    const locked = of(standard, "BucketPublicAccessBlock", "checkpoint-privacy");
    expect(locked.deletedWith).to.equal(of(standard, "Bucket", "checkpoint-bucket").urn);
  });

  it("can be emptied and removed in a throw-away installation only", async () => {
    const ephemeral = await run({ ephemeral: true });
    for (const { inputs } of ephemeral.ofType("aws:s3/bucket:Bucket")) {
      expect(inputs["forceDestroy"]).to.equal(true);
    }
  });

  it("keep old versions for as long as is wanted", async () => {
    const outcome = await run({ bucketNoncurrentDays: 90 });
    expect(rule(outcome, "checkpoint", "old-versions")).to.deep.include({
      noncurrentVersionExpiration: { noncurrentDays: 90 },
    });
  });

  it("can lock the stacks' state, and only that: clients write the rest over pre-signed URLs", async () => {
    const locked = await run({ bucketObjectLockDays: 7, bucketObjectLockMode: "COMPLIANCE" });
    const lock = locked.the("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration");
    expect(lock.name).to.equal("pulumi-prod-buckets-checkpoint-object-lock");
    expect(lock.inputs["rule"]).to.deep.equal({ defaultRetention: { mode: "COMPLIANCE", days: 7 } });
    expect(standard.ofType(lock.type)).to.deep.equal([]);
    expect(locked.outputs["checkpointLock"]).to.deep.equal({ mode: "COMPLIANCE", days: 7 });
    expect(standard.outputs).to.not.have.property("checkpointLock");
    // A lock on the bucket itself would replace a bucket that was made without.
    expect(of(locked, "Bucket", "checkpoint-bucket").inputs).to.deep.equal(
      of(standard, "Bucket", "checkpoint-bucket").inputs,
    );
  });

  it("can be the customer's, which stay as they are", async () => {
    const key = "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-000000000000";
    const existing = await run({ bucketCheckpointName: "mine", bucketLogsName: "my-logs", bucketKeyArns: key });
    expect(existing.outputs["buckets"]).to.deep.include({ checkpoint: "mine", logs: "my-logs" });
    expect(JSON.stringify(existing.resources.filter(({ type }) => type.startsWith("aws:s3/")))).to.not.contain(
      '"mine"',
    );
    expect(of(existing, "BucketLogging", "policy-logging").inputs["targetBucket"]).to.equal("my-logs");
    const policy = statements(existing.the("aws:iam/rolePolicy:RolePolicy", "-api-policy"));
    expect(policy["Objects"]?.Resource).to.include("arn:aws:s3:::mine/*");
    expect(policy["BucketKeys"]?.Resource).to.include(key);
  });
});

describe("The bucket for access logs", () => {
  let standard: Outcome;
  before(async () => {
    standard = await runLayer();
  });

  it("has the encryption that AWS can deliver with, and forgets after a year", () => {
    expect(
      of(standard, "BucketServerSideEncryptionConfiguration", "logs-data-encryption").inputs["rules"],
    ).to.deep.equal([{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" }, bucketKeyEnabled: false }]);
    expect(rule(standard, "logs-data", "expiration")).to.deep.include({ expiration: { days: 365 } });
  });

  it("admits the log delivery of this account's buckets and load balancers", () => {
    const policy = statements(of(standard, "BucketPolicy", "logs-data-policy"));
    const arn = "arn:aws:s3:::pulumi-logs-prod-111122223333-eu-central-1";
    expect(policy["BucketLogs"]).to.deep.include({
      Principal: { Service: "logging.s3.amazonaws.com" },
      Action: ["s3:PutObject"],
      Condition: { StringEquals: { "aws:SourceAccount": "111122223333" } },
    });
    expect(policy["LoadBalancerLogs"]).to.deep.include({
      Principal: { Service: "delivery.logs.amazonaws.com" },
      Action: ["s3:PutObject"],
      Resource: `${arn}/*AWSLogs/111122223333/*`,
    });
    expect(policy["LoadBalancerLogsCheck"]).to.deep.include({ Action: ["s3:GetBucketAcl"], Resource: arn });
    expect(policy["NoClearText"]?.Effect).to.equal("Deny");
  });

  it("lets nothing be logged before it admits it", () => {
    const policy = of(standard, "BucketPolicy", "logs-data-policy");
    for (const logging of standard.ofType("aws:s3/bucketLogging:BucketLogging")) {
      expect(logging.dependsOn).to.include(policy.urn);
    }
  });
});

describe("Copies in another region", () => {
  it("follow every data bucket, encrypted with a key of that region", async () => {
    const outcome = await run({ bucketReplicationRegion: "eu-west-1", bucketObjectLockDays: 3 });
    const rules = outcome.ofType("aws:s3/bucketReplicationConfig:BucketReplicationConfig");
    expect(rules.map(({ inputs }) => inputs["bucket"])).to.have.members(
      kinds.map((kind) => `pulumi-${kind}-prod-111122223333-eu-central-1`),
    );
    const key = outcome.the("aws:kms/key:Key", "-replication-eu-west-1-data-key-key");
    const [first] = rules[0]?.inputs["rules"] as Values[];
    expect(first).to.deep.include({
      status: "Enabled",
      deleteMarkerReplication: { status: "Enabled" },
      sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
    });
    expect((first?.["destination"] as Values)["encryptionConfiguration"]).to.deep.equal({
      replicaKmsKeyId: arnOf(key),
    });
    const copy = outcome.the("aws:s3/bucket:Bucket", "-replication-eu-west-1-checkpoint-bucket");
    const { region, buckets } = outcome.outputs["copies"] as { region: string; buckets: Values };
    expect(region).to.equal("eu-west-1");
    expect(buckets).to.have.all.keys("checkpoint", "policy", "metadata", "events");
    expect(buckets["checkpoint"]).to.equal(copy.inputs["bucket"]);
    expect((await run()).outputs).to.not.have.property("copies");
    expect(copy.inputs["bucket"]).to.equal("pulumi-checkpoint-prod-111122223333-eu-west-1-0a1b2c3d");
    expect(copy.provider).to.contain("pulumi-prod-replication-provider-eu-west-1");
  });

  it("begin once both buckets are locked, as S3 copies a locked bucket only to a locked one", async () => {
    const outcome = await run({ bucketReplicationRegion: "eu-west-1", bucketObjectLockDays: 3 });
    const locks = outcome.ofType("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration");
    expect(locks.map(({ name }) => name)).to.have.members([
      "pulumi-prod-buckets-checkpoint-object-lock",
      "pulumi-prod-replication-eu-west-1-checkpoint-object-lock",
    ]);
    const rule = outcome.the("aws:s3/bucketReplicationConfig:BucketReplicationConfig", "-checkpoint-rule");
    expect(rule.dependsOn).to.include.members(locks.map(({ urn }) => urn));
  });

  it("are made by a role that S3 can take: of whom it does so for, S3 says nothing", async () => {
    const outcome = await run({ bucketReplicationRegion: "eu-west-1" });
    const trust = statements(outcome.the("aws:iam/role:Role", "-replication-role"), "assumeRolePolicy")["Assume"];
    expect(trust?.Principal).to.deep.equal({ Service: ["s3.amazonaws.com", "batchoperations.s3.amazonaws.com"] });
    expect(trust).to.not.have.property("Condition");
  });

  it("can be made of what was there before, with the rights that S3 asks for", async () => {
    const outcome = await run({ bucketReplicationRegion: "eu-west-1" });
    const policy = statements(outcome.the("aws:iam/rolePolicy:RolePolicy", "-replication-role-policy"));
    const originals = kinds.map((kind) => `arn:aws:s3:::pulumi-${kind}-prod-111122223333-eu-central-1`);
    expect(policy["ExistingObjects"]).to.deep.include({
      Action: ["s3:InitiateReplication"],
      Resource: originals.map((arn) => `${arn}/*`),
    });
    expect(policy["ExistingObjectsList"]).to.deep.include({
      Action: ["s3:PutInventoryConfiguration"],
      Resource: originals,
    });
  });

  it("stay, with their key and all that protects them, when they are given up", async () => {
    const outcome = await run({ bucketReplicationRegion: "eu-west-1", bucketObjectLockDays: 3 });
    const buckets = outcome.ofType("aws:s3/bucket:Bucket").filter(({ name }) => name.includes("-replication-"));
    expect(buckets).to.have.length(kinds.length + 1);
    for (const bucket of [...buckets, outcome.the("aws:kms/key:Key", "-eu-west-1-data-key-key")]) {
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
    const outcome = await run({ bucketReplicationRegion: "eu-west-1", ephemeral: true });
    expect(outcome.resources.filter(({ retainOnDelete }) => retainOnDelete).map(({ type }) => type)).to.deep.equal([
      "aws:secretsmanager/secretVersion:SecretVersion",
    ]);
    // What guards a bucket would keep it from being emptied.
    expect(outcome.resources.filter(({ deletedWith }) => deletedWith !== "")).to.deep.equal([]);
  });

  it("are made anew in another region, while what makes the copies stays the same", async () => {
    const [before, after] = await Promise.all(
      ["eu-west-1", "eu-north-1"].map((bucketReplicationRegion) => run({ bucketReplicationRegion })),
    );
    const urns = (outcome: Outcome | undefined, type: string): string[] =>
      (outcome?.ofType(type) ?? []).map(({ urn }) => urn).filter((urn) => urn.includes("replication"));
    const shared = (type: string): string[] => urns(before, type).filter((urn) => urns(after, type).includes(urn));
    for (const type of [
      "aws:s3/bucket:Bucket",
      "aws:kms/key:Key",
      "pulumi:providers:aws",
      "random:index/randomId:RandomId",
    ]) {
      expect(shared(type), type).to.deep.equal([]);
    }
    // A rule that is new beside the old one would be deleted with it: a bucket has one replication configuration.
    for (const type of ["aws:s3/bucketReplicationConfig:BucketReplicationConfig", "aws:iam/role:Role"]) {
      expect(shared(type), type).to.deep.equal(urns(before, type));
    }
  });

  it("take a key that the customer gives", async () => {
    const key = "arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-0000-0000-000000000000";
    const outcome = await run({ bucketReplicationRegion: "eu-west-1", bucketReplicationKeyArn: key });
    expect(outcome.ofType("aws:kms/key:Key").map(({ name }) => name)).to.deep.equal(["pulumi-prod-data-key-key"]);
    expect(statements(outcome.the("aws:iam/rolePolicy:RolePolicy", "-role-policy"))["CopyKey"]).to.deep.include({
      Resource: key,
      Condition: { StringEquals: { "kms:ViaService": ["s3.eu-west-1.amazonaws.com"] } },
    });
  });
});
