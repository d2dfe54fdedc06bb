import { expect } from "chai";
import { describeUpdates, refuseLosses } from "../../adoption/preview";
import type { Step } from "../../pulumi/steps";

const type = "aws:rds/cluster:Cluster";
const urn = `urn:pulumi:prod::selfhosted-infrastructure::${type}::pulumi-prod-database-cluster`;
const step = (op: string, more: Partial<Step> = {}): Step => ({ op, urn, newState: { urn, type }, ...more });

describe("A preview after something was taken over", () => {
  it("may make, change and keep", () => {
    expect(() => refuseLosses(["same", "create", "update", "read", "refresh"].map((op) => step(op)))).not.to.throw();
  });

  for (const op of ["replace", "create-replacement", "delete-replaced", "delete", "discard", "read-replacement"]) {
    it(`may not ${op}`, () => {
      expect(() => refuseLosses([step("same"), step(op, { replaceReasons: ["kmsKeyId"] })])).to.throw(
        `pulumi-prod-database-cluster (${type}): ${op}, for kmsKeyId`,
      );
    });
  }

  it("shows what changes in place", () => {
    const detailedDiff = { deletionProtection: { kind: "update" }, "tags.owner": { kind: "delete" } };
    expect(describeUpdates([step("same"), step("update", { detailedDiff })])).to.deep.equal([
      `  pulumi-prod-database-cluster (${type}): deletionProtection, tags.owner`,
    ]);
  });
});
