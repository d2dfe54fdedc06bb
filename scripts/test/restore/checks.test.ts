import { expect } from "chai";
import type { CheckResult } from "../../report";
import { checkSource, type Target } from "../../restore/checks";
import { settingsOf, withSettings } from "../../restore/settings";
import type { Source, SourceBucket } from "../../restore/source";
import { snapshot } from "../backup/snapshots";

const { release = "", serviceKeyArn } = snapshot();
const target: Target = { env: "new", imageTag: release, serviceKeyArn, buckets: {}, unfit: {} };
const now = new Date("2026-01-20T10:00:00Z");
const bucket: SourceBucket = { kind: "checkpoint", name: "checkpoint", isVersioned: true, days: 30 };

function found(source: Partial<Source> = {}, changed: Partial<Target> = {}, at = now): Record<string, CheckResult> {
  const results = checkSource({ snapshot: snapshot(), buckets: [bucket], ...source }, { ...target, ...changed }, at);
  return Object.fromEntries(results.map((result) => [result.name, result]));
}
const verdicts = (results: Record<string, CheckResult>): string[] =>
  Object.values(results).map(({ name, verdict }) => `${name}: ${verdict}`);

describe("a restoration is checked before it begins", () => {
  it("and all is well with a backup of fifteen days ago, the same key and the same release", () => {
    const expected = ["backup: ok", "service key: ok", "release: ok", "objects: checkpoint: ok"];
    expect(verdicts(found())).to.deep.equal(expected);
  });

  it("it is refused with another service key, which couldn't decrypt anything", () => {
    const { "service key": key } = found({}, { serviceKeyArn: "arn:aws:kms:eu-central-1:111122223333:key/other" });
    expect(key).to.include({ verdict: "fail" });
    expect(key?.fix).to.include(`pulumi config set serviceKeyId ${serviceKeyArn} --stack new`);
    expect(found({}, { serviceKeyArn: undefined })["service key"], "unread").to.include({ verdict: "fail" });
  });

  it("it is refused with an older release, and warned of with a newer one", () => {
    expect(found({}, { imageTag: "20251103-204-signed" })["release"]).to.include({ verdict: "fail" });
    const { release: newer } = found({}, { imageTag: "20260301-400-signed" });
    expect(newer).to.include({ verdict: "warn" });
    expect(newer?.detail).to.include("migrated");
  });

  it("it is warned of where the snapshot doesn't say of which release it is, as those of AWS", () => {
    const { release: unknown } = found({ snapshot: snapshot({ purpose: "automated", release: undefined }) });
    expect(unknown).to.include({ verdict: "warn" });
  });

  it("it is refused where old versions have expired, or never were kept, or the bucket can't be read", () => {
    const expired = found({}, {}, new Date("2026-02-05T10:00:00Z"))["objects: checkpoint"];
    expect(expired).to.include({ verdict: "fail" });
    expect(expired?.detail).to.include("until 2026-02-04: some have expired");
    for (const other of [{ isVersioned: false }, { unread: "bucket checkpoint doesn't exist" }]) {
      expect(found({ buckets: [{ ...bucket, ...other }] })["objects: checkpoint"]).to.include({ verdict: "fail" });
    }
    const forGood = found({ buckets: [{ ...bucket, days: Infinity }] }, {}, new Date("2028-01-01T00:00:00Z"));
    expect(forGood["objects: checkpoint"]).to.include({ verdict: "ok" });
  });

  it("it is refused into the very buckets that it is restored from, and into any that hold something else", () => {
    const into = (others: Partial<Target>): CheckResult | undefined => found({}, others)["objects into: checkpoint"];
    expect(into({ buckets: { checkpoint: "checkpoint" } })).to.include({ verdict: "fail" });
    expect(into({ buckets: { checkpoint: "another" } })).to.equal(undefined);
    const unfit = into({ buckets: { checkpoint: "mine" }, unfit: { checkpoint: "bucket mine isn't empty" } });
    expect(unfit).to.include({ verdict: "fail", detail: "bucket mine isn't empty" });
    expect(unfit?.fix).to.include("pulumi config rm bucketCheckpointName --stack new");
  });

  it("it is refused of a snapshot that is no backup, or a copy of one", () => {
    expect(found({ snapshot: snapshot({ serviceKeyArn: undefined }), buckets: [] })["backup"]).to.include({
      verdict: "fail",
    });
    const copyOf = "arn:aws:rds:eu-central-1:111122223333:cluster-snapshot:first";
    expect(found({ snapshot: snapshot({ copyOf }) })["moment"]).to.include({ verdict: "fail" });
  });

  it("says everything that is wrong at once", () => {
    const results = found(
      { buckets: [{ ...bucket, isVersioned: false }] },
      { imageTag: "20250901-101-signed", serviceKeyArn: "arn:aws:kms:eu-central-1:111122223333:key/other" },
    );
    expect(verdicts(results).filter((text) => text.endsWith("fail"))).to.have.lengthOf(3);
  });
});

describe("the settings of a restored environment", () => {
  const found = (settings: Record<string, string>) => withSettings({}, settings);
  const of = { name: "backup-1", engineVersion: "8.0.mysql_aurora.3.10.4", username: "pulumi_admin" };

  it("name the snapshot, and nothing else where all is the same", () => {
    expect(settingsOf(of, {})).to.deep.equal({ databaseRestoreFromSnapshot: "backup-1" });
    expect(settingsOf(of, found({ databaseRestoreFromSnapshot: "backup-1" }))).to.deep.equal({});
  });

  it("follow AWS where it has moved the version on, and stay where the configured one is newer", () => {
    const moved = { ...of, engineVersion: "8.0.mysql_aurora.3.12.0" };
    expect(settingsOf(moved, {})).to.include({ databaseEngineVersion: "8.0.mysql_aurora.3.12.0" });
    const older = { ...of, engineVersion: "8.0.mysql_aurora.3.08.2" };
    expect(settingsOf(older, {})).not.to.have.property("databaseEngineVersion");
  });

  it("take over the administrator, but for a name that the layer doesn't take", () => {
    expect(settingsOf({ ...of, username: "keeper" }, {})).to.include({ databaseUsername: "keeper" });
    expect(settingsOf({ ...of, username: "admin" }, {})).not.to.have.property("databaseUsername");
    expect(settingsOf(of, found({ databaseUsername: "other" }))).to.include({ databaseUsername: "pulumi_admin" });
  });
});
