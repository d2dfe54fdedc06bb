import { expect } from "chai";
import { type Outcome, runLayer, runWith } from "../layer";
import { graphOf, losses, recordedConfigurations, recordedGraph } from "./graph";

for (const [name, config] of Object.entries(recordedConfigurations)) {
  describe(`An installation on record, ${name},`, () => {
    let now: Outcome;
    before(async () => {
      now = await runWith(config);
    });

    it("keeps everything stateful in an update to this release", () => {
      expect(losses(recordedGraph(name), now)).to.deep.equal([]);
    });

    it("is on record as it is today; after a change that loses nothing, `npm run record -w infrastructure`", () => {
      expect(graphOf(now)).to.deep.equal(recordedGraph(name));
    });
  });
}

describe("The check against the record", () => {
  let now: Outcome;
  before(async () => {
    now = await runLayer();
  });
  const bucket = "pulumi-prod-buckets-checkpoint-bucket";
  const changed = (change: (resource: Outcome["resources"][number]) => object): Outcome => ({
    ...now,
    resources: now.resources.map((resource) =>
      resource.name === bucket ? { ...resource, ...change(resource) } : resource,
    ),
  });
  const renamed = (urn: string): string => urn.replace(bucket, `${bucket}-2`);

  it("accepts a renamed component with an alias, for all that is in it", async () => {
    const config = { bucketReplicationRegion: "eu-west-1" };
    const before = graphOf(await runWith(config)).map((entry) => ({
      ...entry,
      urn: entry.urn.replace(/replication-eu-west-1-/, "replication-"),
    }));
    const kept = before.filter(({ urn }) => !/RandomId|Provider/.test(urn));
    expect(kept.some(({ urn }) => urn.endsWith("pulumi-prod-replication-checkpoint-bucket"))).to.equal(true);
    expect(losses(kept, await runWith(config))).to.deep.equal([]);
  });

  it("notices a renamed bucket", () => {
    const [loss, ...others] = losses(
      graphOf(now),
      changed(({ urn }) => ({ urn: renamed(urn) })),
    );
    expect(loss).to.contain(`${bucket} would be deleted: it was renamed or removed without an alias`);
    expect(others).to.deep.equal([]);
  });

  it("accepts a rename with an alias", () => {
    expect(
      losses(
        graphOf(now),
        changed(({ urn }) => ({ urn: renamed(urn), aliases: [bucket] })),
      ),
    ).to.deep.equal([]);
  });

  it("accepts another physical name that the bucket that is there doesn't take", () => {
    const other = changed(({ inputs }) => ({ inputs: { ...inputs, bucket: "other" }, ignoreChanges: ["bucket"] }));
    expect(losses(graphOf(now), other)).to.deep.equal([]);
  });

  it("notices a bucket with another physical name", () => {
    const [loss] = losses(
      graphOf(now),
      changed(({ inputs }) => ({ inputs: { ...inputs, bucket: "other" } })),
    );
    expect(loss).to.contain(`${bucket} would be replaced: bucket changed`);
  });
});
