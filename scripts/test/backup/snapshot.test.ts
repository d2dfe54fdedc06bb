import type { DBClusterSnapshot } from "@aws-sdk/client-rds";
import {
  answerCalls,
  awsClients,
  infrastructureContract,
  type InfrastructureOutputs,
  snapshotTags,
  unitTags,
} from "@selfhosted/common";
import { exampleOutputs, fakeAws } from "@selfhosted/common/testing";
import { expect } from "chai";
import type { OldVersions } from "../../aws/old-versions";
import { describeBackup } from "../../backup/describe";
import { describeList, listed, type Needs, needsOf, obstacle } from "../../backup/list";
import { type Snapshot, snapshotOf } from "../../backup/snapshot";
import { backupName, takeSnapshot } from "../../backup/take";
import { snapshot } from "./snapshots";

const infrastructure = exampleOutputs<InfrastructureOutputs>(infrastructureContract, "aws");
const at = new Date("2026-01-05T10:20:30.400Z");

describe("a backup's snapshot", () => {
  afterEach(() => answerCalls(undefined));

  it("carries the tags of its database, and what it is restored with", async () => {
    let request: Record<string, unknown> = {};
    answerCalls(
      fakeAws({
        "rds:DescribeDBClusters": () => ({
          DBClusters: [
            {
              TagList: [
                { Key: "project", Value: "pulumi" },
                { Key: "stack", Value: "prod" },
                { Key: "aws:rds:primaryDBInstanceArn", Value: "arn" },
              ],
            },
          ],
        }),
        "rds:CreateDBClusterSnapshot": (input) => {
          request = input;
          return {};
        },
        "rds:DescribeDBClusterSnapshots": () => ({
          DBClusterSnapshots: [
            {
              DBClusterSnapshotIdentifier: "b",
              SnapshotType: "manual",
              Status: "available",
              SnapshotCreateTime: at,
              TagList: request["Tags"] as object[],
            },
          ],
        }),
      }),
    );
    const taken = await takeSnapshot(infrastructure, "b", { [snapshotTags.release]: "20260105-317-signed" });
    const { buckets, serviceKeyArn } = infrastructure;
    const { logs: _, ...data } = buckets;
    expect(snapshotOf(taken)).to.deep.include({
      ...{ purpose: "backup", stack: "prod", release: "20260105-317-signed", takenAt: at },
      ...{ buckets: data, serviceKeyArn },
    });
    expect((request["Tags"] as { Key: string }[]).map(({ Key }) => Key)).not.to.include("aws:rds:primaryDBInstanceArn");
  });

  it("has no tag that RDS doesn't take, and no more than it takes beside 40 of the user's and five of the installer's", () => {
    const longest = "b".repeat(63);
    const names = { checkpoint: longest, policy: longest, metadata: longest, events: longest };
    expect(unitTags(names, "")[snapshotTags.buckets]).to.match(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u);
    const { release: _, ...ofUpgrade } = snapshotTags;
    expect(Object.keys(ofUpgrade)).to.have.lengthOf(5);
  });

  it("has the name of the installation, its stack and the second", () => {
    const name = backupName(infrastructure.installation, "prod", at);
    expect(name).to.equal("pulumi-prod-backup-20260105102030");
    const long = backupName(infrastructure.installation, "A_rather.long--stack".repeat(5), at);
    expect(long)
      .to.match(/^[a-z](-?[a-z0-9])*-20260105102030$/)
      .and.to.have.property("length")
      .that.is.at.most(63);
  });

  it("says what it is of one piece with, until when, and how it is restored", () => {
    const text = describeBackup(snapshot(), infrastructure, 30);
    expect(text)
      .to.include("until 2026-02-04")
      .and.include(infrastructure.serviceKeyArn)
      .and.include("make restore ENV=new FROM=pulumi-prod-backup-20260105100000");
  });
});

describe("the list of snapshots", () => {
  const { keyArn = "", serviceKeyArn = "" } = snapshot();
  const keys = new Map([keyArn, serviceKeyArn].map((arn) => [arn, "Enabled"]));
  const names = ["checkpoint", "policy", "metadata", "events"];
  const kept = (others: Partial<OldVersions> = {}): Needs["buckets"] =>
    new Map(names.map((name) => [name, { isVersioned: true, days: 30, ...(name === "events" && others) }]));
  const needs = { keys, buckets: kept() };
  const now = new Date("2026-01-20T10:00:00Z");
  const why = (others: Partial<Snapshot> = {}, changed: Partial<Needs> = {}, at = now): string | undefined =>
    obstacle(snapshot(others), { ...needs, ...changed }, at);

  it("knows what each was taken for", () => {
    const of = (found: DBClusterSnapshot): string =>
      snapshotOf({ SnapshotType: "manual", DBClusterIdentifier: "db", ...found }).purpose;
    const tag = (Key: string): DBClusterSnapshot => ({ TagList: [{ Key, Value: "20260105-317-signed" }] });
    expect(of(tag(snapshotTags.to))).to.equal("upgrade");
    expect(of(tag(snapshotTags.release))).to.equal("backup");
    expect(of({ DBClusterSnapshotIdentifier: "db-final-1a2b3c4d" })).to.equal("final");
    expect(of({ DBClusterSnapshotIdentifier: "mine" })).to.equal("manual");
    expect(of({ SnapshotType: "automated", ...tag(snapshotTags.release) })).to.equal("automated");
  });

  it("says which can be restored, and why not", () => {
    expect(why()).to.equal(undefined);
    expect(why({ status: "creating" })).to.include("creating");
    expect(why({ serviceKeyArn: undefined })).to.include("tags");
    const first = "arn:aws:rds:eu-central-1:111122223333:cluster-snapshot:first";
    expect(why({ copyOf: first })).to.include("a copy of first");
    const gone = { keys: new Map([...keys, [keyArn, "PendingDeletion"]]) };
    expect(why({}, gone)).to.equal(`key ${keyArn}: PendingDeletion`);
    expect(listed(snapshot(), { ...needs, ...gone }, now)).to.deep.include({
      ...{ restorable: false, because: `key ${keyArn}: PendingDeletion` },
    });
  });

  it("says until when the objects of each are complete, and that it can't be restored from then on", () => {
    expect(listed(snapshot(), needs, now)).to.deep.include({ restorable: true, objectsUntil: "2026-02-04" });
    const late = new Date("2026-02-04T10:00:01Z");
    expect(why({}, {}, late)).to.equal("its objects in checkpoint were complete until 2026-02-04");
    const shorter = { ...needs, buckets: kept({ days: 7 }) };
    expect(listed(snapshot(), shorter, now)).to.deep.include({
      ...{
        restorable: false,
        objectsUntil: "2026-01-12",
        because: "its objects in events were complete until 2026-01-12",
      },
    });
    const forGood = new Map(names.map((name) => [name, { isVersioned: true, days: Infinity }]));
    expect(listed(snapshot(), { keys, buckets: forGood }, late)).to.include({
      restorable: true,
      objectsUntil: "for good",
    });
    const unreadable = kept({ unread: "bucket events doesn't exist", isVersioned: false });
    const unread = listed(snapshot(), { keys, buckets: unreadable }, now);
    expect(unread).to.include({ because: "bucket events doesn't exist" }).and.not.have.property("objectsUntil");
    expect(why({}, { buckets: kept({ isVersioned: false }) })).to.equal("bucket events isn't versioned");
  });

  it("reads each key and each bucket once", async () => {
    const asked: string[] = [];
    const note = (what: unknown, answer: object): object => {
      asked.push(String(what));
      return answer;
    };
    const lifecycle = { Rules: [{ Status: "Enabled" as const, NoncurrentVersionExpiration: { NoncurrentDays: 30 } }] };
    answerCalls(
      fakeAws({
        "kms:DescribeKey": ({ KeyId }) => note(KeyId, { KeyMetadata: { KeyId, KeyState: "Enabled" } }),
        "s3:GetBucketVersioning": () => ({ Status: "Enabled" as const }),
        "s3:GetBucketLifecycleConfiguration": ({ Bucket }) => note(Bucket, lifecycle),
      }),
    );
    const clients = awsClients({ region: "eu-central-1" });
    expect(await needsOf(clients, [snapshot(), snapshot({ name: "b" })])).to.deep.equal(needs);
    expect(asked.sort()).to.deep.equal([keyArn, serviceKeyArn, ...names].sort());
    answerCalls(undefined);
  });

  it("is a table, with a row for each", () => {
    const text = describeList([
      listed(snapshot(), needs, now),
      listed(snapshot({ name: "b", status: "creating", takenAt: undefined }), needs, now),
    ]);
    expect(text).to.match(
      /^NAME .*\n.*pulumi-prod-backup-20260105100000 +backup +2026-01-05T10:00:00Z .* 3\.10\.4 +12 +data +2026-02-04 +yes\n.* unknown +no: it is creating/,
    );
  });
});
