import { answerCalls, type AwsClients, awsClients } from "@selfhosted/common";
import { fakeAws } from "@selfhosted/common/testing";
import { expect } from "chai";
import { hasVersions } from "../../restore/objects/access";
import { describeSource, type SourceBucket } from "../../restore/source";

type Call = Record<string, unknown>;

const clients = (): AwsClients => awsClients({ region: "eu-central-1" });
const names = ["checkpoint", "policy", "metadata", "events"];
const tags = { "backup-buckets": names.join(" "), "backup-service-key": "arn" };
const denied = (message: string): Error => Object.assign(new Error(message), { name: "AccessDenied" });

describe("what a restoration can read, before anything is made", () => {
  afterEach(() => answerCalls(undefined));

  /** What is said of the buckets, and what was read of them. */
  async function described(answers: { list?: () => object; read?: () => object }): Promise<[SourceBucket[], Call[]]> {
    const reads: Call[] = [];
    const [version, empty] = [
      { Key: "a", VersionId: "v1", Size: 7 },
      { Key: "0", VersionId: "v0", Size: 0 },
    ];
    answerCalls(
      fakeAws({
        "rds:DescribeDBClusterSnapshots": () => ({
          DBClusterSnapshots: [{ TagList: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }],
        }),
        "s3:GetBucketVersioning": () => ({ Status: "Enabled" as const }),
        "s3:GetBucketLifecycleConfiguration": () => ({ Rules: [] }),
        "s3:ListObjectVersions": answers.list ?? (() => ({ Versions: [empty, version] })),
        "s3:GetObject": (input) => {
          reads.push(input);
          return answers.read?.() ?? {};
        },
      }),
    );
    const { buckets } = await describeSource(clients(), "new", "S");
    return [buckets, reads];
  }

  it("is tried of each bucket, by one byte of one version", async () => {
    const [buckets, reads] = await described({});
    expect(buckets.map(({ unread }) => unread)).to.deep.equal([undefined, undefined, undefined, undefined]);
    const byte = { Key: "a", VersionId: "v1", Range: "bytes=0-0" };
    expect(reads).to.have.deep.members(names.map((Bucket) => ({ Bucket, ...byte })));
  });

  it("is enough where there is nothing to read", async () => {
    const [[bucket], reads] = await described({ list: () => ({}) });
    expect(bucket?.unread).to.equal(undefined);
    expect(reads).to.deep.equal([]);
  });

  it("isn't enough where versions can't be listed, read or decrypted, and AWS's reason is said", async () => {
    const fail = (message: string) => () => {
      throw denied(message);
    };
    for (const [answers, reason] of [
      [{ list: fail("s3:ListBucketVersions") }, "s3:ListBucketVersions"],
      [{ read: fail("kms:Decrypt on arn:key") }, "kms:Decrypt on arn:key"],
    ] as const) {
      const [buckets] = await described(answers);
      buckets.forEach(({ unread }) => expect(unread).to.include(reason));
    }
  });
});

describe("a bucket that is restored into", () => {
  afterEach(() => answerCalls(undefined));

  it("is empty only where it has neither objects nor delete markers", async () => {
    const holds = (found: object): Promise<boolean> => {
      answerCalls(fakeAws({ "s3:ListObjectVersions": () => found }));
      return hasVersions(clients().s3, "mine");
    };
    expect(await holds({})).to.equal(false);
    expect(await holds({ Versions: [{ Key: "a" }] })).to.equal(true);
    expect(await holds({ DeleteMarkers: [{ Key: "a" }] })).to.equal(true);
  });
});
