import { expect } from "chai";
import { checkBucket } from "../../aws/buckets";

describe("verify: buckets", () => {
  const closed = {
    BlockPublicAcls: true,
    BlockPublicPolicy: true,
    IgnorePublicAcls: true,
    RestrictPublicBuckets: true,
  };
  const facts = {
    versioning: "Enabled",
    encryption: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" as const } }],
    publicAccessBlock: closed,
  };

  it("is content with a versioned, encrypted, private one", () => {
    expect(checkBucket("checkpoint", "b", facts)).to.deep.include({
      verdict: "ok",
      detail: "b, versioned, encrypted (aws:kms), private",
    });
  });

  it("fails one that lost any of it, and says which", () => {
    const detail = (change: Partial<typeof facts>): string => {
      const found = checkBucket("checkpoint", "b", { ...facts, ...change });
      expect(found.verdict).to.equal("fail");
      return found.detail;
    };
    expect(detail({ publicAccessBlock: { ...closed, RestrictPublicBuckets: false } })).to.contain(
      "public access NOT blocked",
    );
    expect(detail({ versioning: "Suspended" })).to.contain("NOT versioned");
    expect(detail({ encryption: [] })).to.contain("NOT encrypted");
  });
});
