import { answerCalls, awsClients } from "@selfhosted/common";
import { fakeAws } from "@selfhosted/common/testing";
import { expect } from "chai";
import { copyVersion, ranges } from "../../restore/objects/copy";
import { copyObjects, type Progress } from "../../restore/objects/objects";

type Call = Record<string, unknown>;

const version = { key: "stacks/a b.json", versionId: "v1", writtenAt: new Date(0), isMarker: false };
const [from, to] = ["old", "new"];

/** The calls that a copy makes, where these fail. */
async function callsOf(size: number, failing?: string): Promise<Record<string, Call[]>> {
  const calls: Record<string, Call[]> = {};
  const answer =
    (operation: string, answered: object) =>
    (input: Call): object => {
      (calls[operation] ??= []).push(input);
      if (operation === failing) throw new Error("no");
      return answered;
    };
  const answers = {
    CopyObject: {},
    HeadObject: { ContentType: "application/json", ContentEncoding: "gzip", Metadata: { revision: "7" } },
    GetObjectTagging: { TagSet: [{ Key: "team", Value: "a b" }] },
    CreateMultipartUpload: { UploadId: "u" },
    UploadPartCopy: { CopyPartResult: { ETag: "e" } },
    CompleteMultipartUpload: {},
    AbortMultipartUpload: {},
  };
  const entries = Object.entries(answers).map(([name, answered]) => [`s3:${name}`, answer(name, answered)]);
  answerCalls(fakeAws(Object.fromEntries(entries) as Parameters<typeof fakeAws>[0]));
  await copyVersion(awsClients({ region: "eu-central-1" }).s3, from, { ...version, size }, to).catch(() => undefined);
  return calls;
}

describe("the copy of a version", () => {
  afterEach(() => answerCalls(undefined));

  it("is one request up to 5 GB, which keeps metadata and tags, and says nothing of encryption", async () => {
    const copy = { Bucket: to, Key: version.key, CopySource: "old/stacks%2Fa%20b.json?versionId=v1" };
    expect(await callsOf(5_000_000_000)).to.deep.equal({ CopyObject: [copy] });
  });

  it("is in parts above, with the metadata and tags of the version", async () => {
    const calls = await callsOf(5_000_000_001);
    expect(calls).to.have.keys(
      ...["HeadObject", "GetObjectTagging", "CreateMultipartUpload", "UploadPartCopy", "CompleteMultipartUpload"],
    );
    const source = { Bucket: from, Key: version.key, VersionId: "v1" };
    expect([calls["HeadObject"], calls["GetObjectTagging"]]).to.deep.equal([[source], [source]]);
    expect(calls["CreateMultipartUpload"]?.[0]).to.deep.include({
      ...{ Bucket: to, Key: version.key, Tagging: "team=a+b" },
      ...{ ContentType: "application/json", ContentEncoding: "gzip", Metadata: { revision: "7" } },
    });
    expect(calls["UploadPartCopy"]).to.have.lengthOf(10);
    expect(calls["UploadPartCopy"]?.at(-1)).to.deep.include({
      ...{ UploadId: "u", PartNumber: 10, CopySourceRange: "bytes=4831838208-5000000000" },
    });
  });

  it("leaves no parts behind where it fails", async () => {
    const calls = await callsOf(6_000_000_000, "UploadPartCopy");
    expect(calls).to.include.keys("AbortMultipartUpload").and.not.include.keys("CompleteMultipartUpload");
  });

  it("has at most 10 000 parts, which hold each byte once", () => {
    for (const size of [5_000_000_001, 50 * 1024 ** 4, 1024 ** 3]) {
      const parts = ranges(size).map((range) => range.replace("bytes=", "").split("-").map(Number));
      expect(parts.length).to.be.at.most(10_000);
      parts.forEach(([first], index) => expect(first).to.equal((parts[index - 1]?.[1] ?? -1) + 1));
      expect(parts.at(-1)?.[1]).to.equal(size - 1);
    }
  });
});

describe("the copy of a bucket", () => {
  afterEach(() => answerCalls(undefined));

  const at = (second: number): Date => new Date(Date.UTC(2026, 0, 5, 10, 0, second));
  const listed = (Key: string, second: number) => ({
    Key,
    VersionId: `${Key}${second}`,
    LastModified: at(second),
    Size: 1,
  });

  /** What is copied of a bucket that is listed in these pages, into one that has these keys. */
  async function copied(pages: object[], there: string[], failing?: string): Promise<[string[], Progress]> {
    const sources: string[] = [];
    answerCalls(
      fakeAws({
        "s3:ListObjectVersions": ({ Bucket, KeyMarker = "0" }) =>
          Bucket === to
            ? { DeleteMarkers: there.map((key) => listed(key, 9)) }
            : { IsTruncated: Number(KeyMarker) < pages.length - 1, ...pages[Number(KeyMarker)] },
        "s3:CopyObject": ({ CopySource }) => {
          if (CopySource === failing) throw Object.assign(new Error("Access Denied"), { name: "AccessDenied" });
          sources.push(String(CopySource));
          return {};
        },
      }),
    );
    const progress = { copied: 0, there: 0 };
    await copyObjects(awsClients({ region: "eu-central-1" }).s3, { from, to, moment: at(5) }, progress);
    return [sources.sort(), progress];
  }

  it("takes each object's version of the moment, also where a page ends within its versions", async () => {
    const pages = [
      { Versions: [listed("a", 3), listed("1", 9)], NextKeyMarker: "1" },
      { Versions: [listed("1", 4), listed("1", 2)], DeleteMarkers: [listed("c", 4)] },
    ];
    const [sources, progress] = await copied(pages, []);
    expect(sources).to.deep.equal(["old/1?versionId=14", "old/a?versionId=a3"]);
    expect(progress).to.deep.equal({ copied: 2, there: 0 });
  });

  it("leaves what the other bucket has, or has had and deleted", async () => {
    const [sources, progress] = await copied([{ Versions: [listed("a", 3), listed("b", 3)] }], ["a"]);
    expect(sources).to.deep.equal(["old/b?versionId=b3"]);
    expect(progress).to.deep.equal({ copied: 1, there: 1 });
  });

  it("fails with the object's name where one can't be copied", async () => {
    const outcome = copied([{ Versions: [listed("a", 3), listed("b", 3)] }], [], "old/a?versionId=a3");
    const error = await outcome.catch((thrown: unknown) => thrown);
    expect((error as Error).message).to.equal("a of old couldn't be copied: AccessDenied: Access Denied");
  });
});
