import { awsError, type CallAnswer, keyArn, s3Error } from "@selfhosted/common/testing";
import { expect } from "chai";
import { type Answers, checkOf, lookUp, withKeys } from "../../account";

const config = { bucketEventsName: "mine" };
const encryptedWith = (KMSMasterKeyID: string | undefined): Answers => ({
  "s3:GetBucketEncryption": () => ({
    ServerSideEncryptionConfiguration: {
      Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID } }],
    },
  }),
});
const head = (answer: CallAnswer): Answers => ({ "s3:HeadBucket": answer });
const refusing = (status: number, headers: Record<string, string> = {}): Answers =>
  head(() => {
    throw s3Error(status, headers);
  });
/** Of the account 999988887777. */
const foreign: Answers = {
  "s3:HeadBucket": ({ ExpectedBucketOwner: owner }, region) => {
    if (owner !== undefined && owner !== "999988887777") {
      throw s3Error(403);
    }
    return { BucketRegion: region };
  },
};

describe("The look-up of the customer's buckets", () => {
  it("accepts those that fit, and reads none of the installation's own", async () => {
    const found = await lookUp({ config });
    expect([found.errors, found.warnings]).to.deep.equal([[], []]);
    expect(checkOf("bucket bucketEventsName", found).detail).to.equal("mine in eu-central-1");
    expect(checkOf("bucket bucketLogsName", found).detail).to.equal("");
  });

  for (const [fault, aws, sentence] of [
    ["one that isn't there", refusing(404), "bucket mine doesn't exist | `aws s3 ls` lists those of this account"],
    [
      "one of another region, to which S3 sends us",
      refusing(301, { "x-amz-bucket-region": "eu-west-1" }),
      "mine is in region eu-west-1; allowed: a bucket in eu-central-1",
    ],
    [
      "one of another region, which S3 names",
      head(() => ({ BucketRegion: "eu-west-1" })),
      "mine is in region eu-west-1; allowed: a bucket in eu-central-1",
    ],
    [
      "one that the caller may not read, in another region",
      refusing(403, { "x-amz-bucket-region": "eu-west-1" }),
      "mine is in region eu-west-1; allowed: a bucket in eu-central-1",
    ],
    [
      "one that the caller may not read",
      refusing(403),
      "bucket mine can't be read: it is another account's, or the credentials don't allow it | allow the caller s3:ListBucket on it; or, where another account has taken the name, take another bucket",
    ],
  ] as [string, Answers, string][]) {
    it(`refuses, with that problem alone: ${fault}`, async () => {
      expect((await lookUp({ config, aws })).errors).to.deep.equal([`bucketEventsName: ${sentence}`]);
    });
  }

  it("refuses a foreign bucket for access logs, which S3 doesn't deliver there, and warns of one for data", async () => {
    expect((await lookUp({ config: { bucketLogsName: "theirs" }, aws: foreign })).errors).to.deep.equal([
      "bucketLogsName: theirs is of another account; S3 delivers access logs within 111122223333 only",
    ]);
    const data = await lookUp({ config, aws: foreign });
    expect([data.errors, data.warnings]).to.deep.equal([
      [],
      ["bucketEventsName: mine is of another account, which can read all that is in it"],
    ]);
  });

  it("warns where nothing keeps what is overwritten", async () => {
    const { errors, warnings } = await lookUp({ config, aws: { "s3:GetBucketVersioning": () => ({}) } });
    expect(errors).to.deep.equal([]);
    expect(warnings).to.deep.equal([
      "bucketEventsName: versioning is off in mine: what is overwritten or deleted there is gone | " +
        "aws s3api put-bucket-versioning --bucket mine --versioning-configuration Status=Enabled",
    ]);
  });

  it("refuses a key that the service isn't given, and takes those that it is", async () => {
    const aws = encryptedWith(keyArn("theirs"));
    const [error] = (await lookUp({ config, aws })).errors;
    expect(error).to.equal(
      `bucketKeyArns: mine encrypts with ${keyArn("theirs")}, which isn't among them: the service may not use it | ` +
        `pulumi config set bucketKeyArns ${keyArn("theirs")}`,
    );
    for (const [settings, key] of [
      [{ bucketKeyArns: keyArn("theirs") }, keyArn("theirs")],
      [{ bucketKeyArns: keyArn("theirs") }, "theirs"],
      [{ dataKeyId: "alias/data" }, keyArn("id-of-data")],
      [{}, keyArn("own")],
      [{}, undefined],
      [{}, "arn:aws:kms:eu-central-1:111122223333:alias/aws/s3"],
    ] as const) {
      const { errors } = await lookUp({ config: { ...config, ...settings }, aws: encryptedWith(key) });
      expect(errors, key).to.deep.equal([]);
    }
    const managed = { ...encryptedWith("aws-s3"), ...withKeys({ "aws-s3": { KeyManager: "AWS" } }) };
    expect((await lookUp({ config, aws: managed })).errors).to.deep.equal([]);
  });

  it("takes a key of another account that it is given, though the caller may not describe it", async () => {
    const theirs = "arn:aws:kms:eu-central-1:999988887777:key/theirs";
    const denied: Answers = {
      "kms:DescribeKey": (input, region) => {
        if (input["KeyId"] === theirs) {
          throw awsError("AccessDeniedException", "not authorized to perform: kms:DescribeKey");
        }
        return withKeys({})["kms:DescribeKey"]?.(input, region) ?? {};
      },
    };
    const aws = { ...encryptedWith(theirs), ...denied };
    const given = await lookUp({ config: { ...config, bucketKeyArns: theirs }, aws });
    expect([given.errors, given.warnings]).to.deep.equal([[], []]);
    expect(checkOf(`key ${theirs}`, given).skipped).to.match(/theirs can't be read: the credentials don't allow it/);
    const other = await lookUp({ config, aws });
    expect(other.errors).to.deep.equal([]);
    expect(checkOf("encryption of bucket bucketEventsName", other).skipped).to.match(/can't be read/);
  });

  it("takes only a refusal of S3 for another owner, not a failure", async () => {
    const busy = head((input) => {
      if (input["ExpectedBucketOwner"] !== undefined) {
        throw Object.assign(awsError("Unknown", "UnknownError"), { $metadata: { httpStatusCode: 503 } });
      }
      return {};
    });
    const { errors, warnings } = await lookUp({ config, aws: busy });
    expect(warnings).to.deep.equal([]);
    expect(errors).to.deep.equal([
      "bucketEventsName: the owner of bucket mine can't be read: AWS answered with status 503 | try again in a minute",
    ]);
  });

  it("finds what else is wrong with a bucket where the check of the data key failed", async () => {
    const { errors, warnings } = await lookUp({
      config: { ...config, dataKeyId: "alias/data" },
      aws: {
        ...encryptedWith(keyArn("theirs")),
        ...foreign,
        ...withKeys({ "alias/data": { KeyState: "Disabled" } }),
        "s3:GetBucketVersioning": () => ({}),
      },
    });
    expect(errors.map((each) => each.split(";")[0])).to.deep.equal(["dataKeyId: alias/data is in state Disabled"]);
    expect(warnings.map((each) => each.split(" | ")[0])).to.deep.equal([
      "bucketEventsName: mine is of another account, which can read all that is in it",
      "bucketEventsName: versioning is off in mine: what is overwritten or deleted there is gone",
    ]);
  });

  it("warns of a KMS key on the bucket for access logs", async () => {
    const { errors, warnings } = await lookUp({
      config: { bucketLogsName: "logs-1" },
      aws: encryptedWith(keyArn("x")),
    });
    expect(errors).to.deep.equal([]);
    expect(warnings.join()).to.match(/^bucketLogsName: logs-1 encrypts with a KMS key; S3 delivers access logs only/);
  });
});
