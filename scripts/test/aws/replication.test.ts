import { type ReplicationStatus, S3 } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { checkReplication, describeReplication } from "../../aws/replication";
import type { CheckResult } from "../../report";

const now = new Date("2026-03-20T12:00:00Z");

const daysAgo = (days: number): Date => new Date(now.getTime() - days * 24 * 60 * 60 * 1000);

describe("verify: copies of buckets", () => {
  const facts = (status: ReplicationStatus | undefined, modifiedAt = daysAgo(1), rule = "Enabled" as const) => ({
    configuration: {
      Role: "arn:role",
      Rules: [{ Status: rule as "Enabled" | "Disabled", Destination: { Bucket: "arn:aws:s3:::copy" } }],
    },
    isTruncated: false,
    objects: [{ key: "stacks/a", modifiedAt, status }],
  });
  const check = (...args: Parameters<typeof facts>): CheckResult =>
    checkReplication("checkpoint", { original: "original", copy: "copy" }, facts(...args), now);

  it("are well while they follow, and for objects from before they were turned on", () => {
    expect(check("COMPLETED")).to.include({ verdict: "ok", detail: "to copy" });
    expect(check(undefined).verdict).to.equal("ok");
    expect(check("PENDING", new Date(now.getTime() - 60_000)).verdict).to.equal("ok");
  });

  it("fail where an object wasn't copied, and warn where one waits for more than an hour", () => {
    expect(check("FAILED")).to.include({
      verdict: "fail",
      detail: "original: 1 of its newest objects were not copied to copy, such as stacks/a",
    });
    expect(check("PENDING").verdict).to.equal("warn");
  });

  describe("of a bucket with more objects than are listed", () => {
    const many = (status: ReplicationStatus): S3 =>
      Object.assign(new S3({ region: "eu-central-1" }), {
        getBucketReplication: () => Promise.resolve({ ReplicationConfiguration: facts(status).configuration }),
        listObjectsV2: () =>
          Promise.resolve({
            IsTruncated: true,
            Contents: Array.from({ length: 1000 }, (_, index) => ({ Key: `${index}`, LastModified: daysAgo(index) })),
          }),
        headObject: ({ Key }: { Key: string }) =>
          Promise.resolve({ ReplicationStatus: Key === "7" ? status : "COMPLETED" }),
      });
    const checkMany = async (status: ReplicationStatus): Promise<CheckResult> => {
      const described = await describeReplication(many(status), "original");
      return checkReplication("checkpoint", { original: "original", copy: "copy" }, described);
    };
    const sample = "the newest 20 of the first thousand objects by name";

    it("aren't said to be well", async () => {
      expect(await checkMany("COMPLETED")).to.deep.equal({
        name: "checkpoint bucket copies",
        verdict: "skip",
        detail: `to copy: nothing wrong with ${sample}; more than these aren't checked`,
      });
    });

    it("fail and warn for what was found among those", async () => {
      const failed = await checkMany("FAILED");
      expect(failed).to.include({
        verdict: "fail",
        detail: `original: 1 of ${sample} were not copied to copy, such as 7`,
      });
      expect((await checkMany("PENDING")).verdict).to.equal("warn");
    });
  });

  it("fail where somebody turned the rule off, sent it elsewhere, or took it out", () => {
    const [rule] = facts("COMPLETED").configuration.Rules;
    const changed = [
      { ...rule, Status: "Disabled" as const },
      { ...rule, Destination: { Bucket: "arn:aws:s3:::a-copy" } },
    ];
    for (const Rules of [...changed.map((each) => [each]), []]) {
      const off = { ...facts("COMPLETED"), configuration: { Role: "arn:role", Rules } };
      expect(checkReplication("checkpoint", { original: "original", copy: "copy" }, off, now)).to.include({
        verdict: "fail",
        detail: "original: its replication to copy is off",
      });
    }
  });
});
