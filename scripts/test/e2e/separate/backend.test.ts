import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AwsClients, awsClients } from "@selfhosted/common";
import { expect } from "chai";
import { carryOut, findBackend, type Plan, planBackend } from "../../../backend/backend";
import { requireAsked } from "../../../backend/place";
import { parsePolicy } from "../../../backend/policy";
import { type Outcome, run } from "../../../bench/scratch";
import { repository } from "../../../repository";
import { type Emulator, environment, start, stop } from "../../../sandbox/emulator";
import { type Proxy, refuse, startProxy } from "../../../sandbox/test/proxy";
import { decide, type Document } from "../../iam/policy-evaluator";

const region = "us-east-1";
const accountId = "123456789012";
const bucketArn = (bucket: string): string => `arn:aws:s3:::${bucket}`;
const roleArn = (name: string): string => `arn:aws:iam::${accountId}:role/${name}`;

describe("make backend, by what is then in the account", () => {
  const folder = mkdtempSync(join(tmpdir(), "backend-"));
  let account: Emulator;
  let proxy: Proxy;
  /** With the credentials of a role that has a path, which its identity lacks. */
  let aws: AwsClients;
  let number = 0;
  /** The place of this test. */
  let bucket: string;
  let keyAlias: string;

  const ask = async (more: { deployers?: string } = {}, clients = aws): Promise<Plan> => {
    const { place, found } = await findBackend(clients, requireAsked({ bucket, keyAlias, ...more }), region);
    return planBackend(place, found);
  };
  const make = async (more: { deployers?: string } = {}, clients = aws): Promise<void> =>
    carryOut(clients, await ask(more, clients));
  const refusal = async (): Promise<string> =>
    ask().then(
      () => "",
      (error: Error) => error.message,
    );

  function clientsOf(accessKeyId: string, secretAccessKey = "sandbox", sessionToken?: string): AwsClients {
    const credentials = { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
    return awsClients({ region, endpoint: proxy.url, credentials, forcePathStyle: true });
  }

  /** A role in the account, and clients with its credentials. */
  async function inRole(of: AwsClients, arn: string): Promise<AwsClients> {
    const { Credentials: given } = await of.sts.assumeRole({ RoleArn: arn, RoleSessionName: "test" });
    return clientsOf(given?.AccessKeyId ?? "", given?.SecretAccessKey, given?.SessionToken);
  }

  async function makeRole(name: string, Path: string): Promise<void> {
    const trust = { Effect: "Allow", Principal: { AWS: accountId }, Action: "sts:AssumeRole" };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [trust] });
    await clientsOf("sandbox").iam.createRole({ RoleName: name, Path, AssumeRolePolicyDocument });
  }

  const bucketPolicy = async (): Promise<string> => (await aws.s3.getBucketPolicy({ Bucket: bucket })).Policy ?? "";
  async function keyPolicy(): Promise<string> {
    const { KeyMetadata: key } = await aws.kms.describeKey({ KeyId: keyAlias });
    return (await aws.kms.getKeyPolicy({ KeyId: key?.KeyId, PolicyName: "default" })).Policy ?? "";
  }
  const keys = async (): Promise<number> => (await aws.kms.listKeys({})).Keys?.length ?? 0;

  before(async () => {
    account = await start(folder, { report: () => undefined });
    proxy = await startProxy(account.url);
    await makeRole("admin", "/ci/");
    await makeRole("deployer", "/");
    await makeRole("second", "/");
    aws = await inRole(clientsOf("sandbox"), roleArn("ci/admin"));
  });

  beforeEach(() => {
    number += 1;
    bucket = `state-${number}`;
    keyAlias = `alias/state-${number}`;
  });

  afterEach(() => proxy.clear());

  after(async () => {
    await proxy?.close();
    await stop(folder);
    rmSync(folder, { recursive: true });
  });

  it("makes a bucket that keeps, encrypts and closes what is in it", async () => {
    const plan = await ask();
    expect(plan.steps.map((step) => step.split(":")[0])).to.deep.equal([
      `make the KMS key ${keyAlias}`,
      `make the S3 bucket ${bucket}`,
    ]);
    await carryOut(aws, plan);
    const Bucket = bucket;
    const { KeyMetadata: key } = await aws.kms.describeKey({ KeyId: keyAlias });
    expect((await aws.s3.getBucketVersioning({ Bucket })).Status).to.equal("Enabled");
    const { ServerSideEncryptionConfiguration: encryption } = await aws.s3.getBucketEncryption({ Bucket });
    expect(encryption?.Rules).to.deep.equal([
      {
        ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: key?.Arn },
        BucketKeyEnabled: true,
      },
    ]);
    const { PublicAccessBlockConfiguration: block = {} } = await aws.s3.getPublicAccessBlock({ Bucket });
    expect(Object.values(block)).to.deep.equal([true, true, true, true]);
    const { OwnershipControls: ownership } = await aws.s3.getBucketOwnershipControls({ Bucket });
    expect(ownership?.Rules?.[0]?.ObjectOwnership).to.equal("BucketOwnerEnforced");
    const { Rules = [] } = await aws.s3.getBucketLifecycleConfiguration({ Bucket });
    expect(Rules.map(({ NoncurrentVersionExpiration: old }) => old?.NoncurrentDays)).to.include(90);
    expect(Rules.map((rule) => rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation)).to.include(7);
    // The state itself stays.
    expect(Rules.filter(({ Expiration, Transitions }) => Expiration?.Days ?? Transitions?.length)).to.deep.equal([]);
    const { TagSet = [] } = await aws.s3.getBucketTagging({ Bucket });
    expect(TagSet).to.deep.include({ Key: "purpose", Value: "pulumi-state" });
  });

  it("makes a key that rotates, under its alias", async () => {
    await make();
    const { KeyMetadata: key } = await aws.kms.describeKey({ KeyId: keyAlias });
    expect(key).to.include({ KeyState: "Enabled", KeySpec: "SYMMETRIC_DEFAULT", KeyUsage: "ENCRYPT_DECRYPT" });
    expect((await aws.kms.getKeyRotationStatus({ KeyId: key?.KeyId })).KeyRotationEnabled).to.equal(true);
  });

  it("lets the caller's role in, with its path, and the deployers; all others by the account's IAM alone", async () => {
    await make({ deployers: roleArn("deployer") });
    const key = { resource: parsePolicy(await keyPolicy()) as Document, owner: accountId, isKey: true };
    const mine = { resource: parsePolicy(await bucketPolicy()) as Document, owner: accountId };
    const decrypts = (caller: string, identity: Document[] = []): boolean =>
      decide({ caller, action: "kms:Decrypt", resource: "key" }, { ...key, identity });
    const writes = (caller: string, secure = true): boolean =>
      decide(
        {
          ...{ caller, action: "s3:PutObject", resource: `${bucketArn(bucket)}/.pulumi/stacks/prod.json` },
          context: { "aws:SecureTransport": String(secure), "s3:TlsVersion": "1.3" },
        },
        mine,
      );
    for (const caller of [roleArn("ci/admin"), roleArn("deployer")]) {
      expect(decrypts(caller), caller).to.equal(true);
      expect(writes(caller), caller).to.equal(true);
      expect(writes(caller, false), caller).to.equal(false);
    }
    const allowed = { Statement: [{ Effect: "Allow", Action: "kms:Decrypt", Resource: "*" }] };
    expect(decrypts(roleArn("other"))).to.equal(false);
    expect(decrypts(roleArn("other"), [allowed])).to.equal(true);
    expect(writes(roleArn("other"))).to.equal(false);
    expect(decrypts("arn:aws:iam::999999999999:role/ci/admin", [allowed])).to.equal(false);
  });

  describe("without an answer, or a region", () => {
    const command = (...args: string[]) => [
      "--require",
      "@selfhosted/common/register",
      "scripts/commands/backend.ts",
      ...args,
    ];
    const type = (more: Record<string, string>): Promise<Outcome> =>
      run(repository, process.execPath, command("--env=prod", `--state-bucket=${bucket}`, `--state-key=${keyAlias}`), {
        variables: { ...environment(proxy, region), ...more },
      });

    it("says what it would make, and makes nothing", async () => {
      const before = await keys();
      const { code, output } = await type({});
      expect(code, output).to.equal(1);
      expect(output).to.include(`make the S3 bucket ${bucket}`);
      expect(output).to.include("Nobody is here to ask: confirm with `make backend ENV=prod YES=1`");
      expect(await keys()).to.equal(before);
      expect((await aws.s3.listBuckets({})).Buckets?.map(({ Name }) => Name)).not.to.include(bucket);
    });

    it("asks for the region", async () => {
      const { code, output } = await type({ AWS_REGION: "" });
      expect(code).to.equal(1);
      expect(output).to.include("error: AWS_REGION isn't set");
    });
  });

  it("changes nothing the second time", async () => {
    await make({ deployers: roleArn("deployer") });
    const before = [await bucketPolicy(), await keyPolicy(), await keys()];
    expect((await ask({ deployers: roleArn("deployer") })).steps).to.deep.equal([]);
    // Whom it was opened to stays in.
    expect((await ask()).steps).to.deep.equal([]);
    await make();
    expect([await bucketPolicy(), await keyPolicy(), await keys()]).to.deep.equal(before);
  });

  it("opens what it made to one more", async () => {
    await make({ deployers: roleArn("deployer") });
    const plan = await ask({ deployers: roleArn("second") });
    expect(plan.steps).to.have.length(2);
    await carryOut(aws, plan);
    for (const policy of [await bucketPolicy(), await keyPolicy()]) {
      expect(policy).to.include(roleArn("deployer")).and.to.include(roleArn("second"));
    }
  });

  it("keeps what others have written into the policies", async () => {
    await make();
    const policy = parsePolicy(await bucketPolicy());
    const theirs = {
      ...{ Sid: "Audit", Effect: "Allow", Principal: { AWS: roleArn("second") } },
      ...{ Action: "s3:ListBucket", Resource: bucketArn(bucket) },
    };
    const Policy = JSON.stringify({ ...policy, Statement: [...policy.Statement, theirs] });
    await aws.s3.putBucketPolicy({ Bucket: bucket, Policy });
    await make({ deployers: roleArn("deployer") });
    expect(parsePolicy(await bucketPolicy()).Statement).to.deep.include(theirs);
  });

  for (const [service, action] of [
    ["kms", "CreateAlias"],
    ["kms", "EnableKeyRotation"],
    ["s3", /^PUT .*versioning/],
    ["s3", /^PUT .*tagging/],
  ] as const) {
    it(`does the rest, and makes no second key, where it ended at ${service} ${String(action)}`, async () => {
      const before = await keys();
      proxy.inject({ service, action, play: refuse("AccessDenied", "not now", 403) });
      expect(
        await make().then(
          () => "made",
          (error: Error) => error.message,
        ),
      ).to.include("not now");
      proxy.clear();
      expect((await ask()).steps).not.to.deep.equal([]);
      await make();
      expect((await ask()).steps).to.deep.equal([]);
      expect(await keys()).to.equal(before + 1);
    });
  }

  describe("where something of that name is there", () => {
    /** Sends what a fix says, which is a command of the AWS CLI. */
    async function carryOutFix(line: string): Promise<void> {
      const [, service = "", operation = "", json = "{}"] =
        /aws (s3api|kms) ([\w-]+) --cli-input-json '(.*)'$/.exec(line) ?? [];
      const method = operation.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
      const client = (service === "kms" ? aws.kms : aws.s3) as unknown as Record<string, (input: object) => unknown>;
      await client[method]?.(JSON.parse(json.replaceAll(`'\\''`, "'")) as object);
    }

    it("refuses a bucket that others use and that isn't fit, all at once; its fixes make it so", async () => {
      await aws.s3.createBucket({ Bucket: bucket });
      await aws.s3.deletePublicAccessBlock({ Bucket: bucket });
      await aws.s3.putObject({ Bucket: bucket, Key: "theirs", Body: "it's theirs" });
      const before = await keys();
      const message = await refusal();
      for (const fault of [
        "public access isn't blocked",
        "not versioned",
        "not encrypted with a key of KMS",
        "its policy doesn't refuse what comes without TLS",
        "no lifecycle for old versions",
      ]) {
        expect(message).to.include(`S3 bucket ${bucket}: ${fault}`);
      }
      expect(await keys()).to.equal(before);
      for (const line of message.split("\n").filter((each) => each.includes("fix: aws "))) {
        await carryOutFix(line);
      }
      const { steps } = await ask();
      expect(steps).to.have.length(1);
      expect(steps[0]).to.include(`make the KMS key ${keyAlias}`);
      expect((await aws.s3.listObjectsV2({ Bucket: bucket })).Contents?.map(({ Key }) => Key)).to.deep.equal([
        "theirs",
      ]);
    });

    it("refuses a bucket of another account", async () => {
      const stranger = await inRole(clientsOf("sandbox"), "arn:aws:iam::999999999999:role/stranger");
      await stranger.s3.createBucket({ Bucket: bucket });
      expect(await refusal())
        .to.include("it belongs to another account")
        .and.to.include("STATE_BUCKET=");
    });

    it("refuses a bucket in another region", async () => {
      const elsewhere = { LocationConstraint: "eu-central-1" } as const;
      await aws.s3.createBucket({ Bucket: bucket, CreateBucketConfiguration: elsewhere });
      expect(await refusal())
        .to.include("it is in eu-central-1, not in us-east-1")
        .and.to.include("AWS_REGION=eu-central-1");
    });

    it("completes an empty bucket, of which nothing can be lost", async () => {
      await aws.s3.createBucket({ Bucket: bucket });
      await make();
      expect((await ask()).steps).to.deep.equal([]);
    });

    it("refuses keys that are on their way out, off, or of another sort, and says how to keep them", async () => {
      await make();
      const { KeyMetadata: { KeyId } = {} } = await aws.kms.describeKey({ KeyId: keyAlias });
      await aws.kms.disableKey({ KeyId });
      expect(await refusal())
        .to.include("its state is Disabled")
        .and.to.include("aws kms enable-key");
      await aws.kms.scheduleKeyDeletion({ KeyId });
      expect(await refusal())
        .to.include("its state is PendingDeletion")
        .and.to.include("aws kms cancel-key-deletion");
      keyAlias = `${keyAlias}-rsa`;
      const { KeyMetadata: rsa } = await aws.kms.createKey({ KeySpec: "RSA_2048", KeyUsage: "SIGN_VERIFY" });
      await aws.kms.createAlias({ AliasName: keyAlias, TargetKeyId: rsa?.KeyId });
      expect(await refusal())
        .to.include("of another sort (RSA_2048, SIGN_VERIFY)")
        .and.to.include("STATE_KEY=");
    });

    it("refuses a key of others that doesn't rotate; its fix makes it fit, and its policy stays as it is", async () => {
      const { KeyMetadata: key } = await aws.kms.createKey({ Description: "theirs" });
      await aws.kms.createAlias({ AliasName: keyAlias, TargetKeyId: key?.KeyId });
      const policy = await keyPolicy();
      const message = await refusal();
      expect(message).to.include(`KMS key ${keyAlias}: its rotation is off`);
      await carryOutFix(message.split("\n").find((line) => line.includes("enable-key-rotation")) ?? "");
      await make({ deployers: roleArn("deployer") });
      expect(await keyPolicy()).to.equal(policy);
    });
  });
});
