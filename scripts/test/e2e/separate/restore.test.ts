import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { KMS } from "@aws-sdk/client-kms";
import { type DBCluster, RDS } from "@aws-sdk/client-rds";
import { S3 } from "@aws-sdk/client-s3";
import { snapshotTags } from "@selfhosted/common";
import { expect } from "chai";
import { parse } from "yaml";
import type { ListedSnapshot } from "../../../backup/list";
import { commandsUnder } from "../../support/pages";
import { type Customer, customerFor } from "../customer";

const [, , [handingOver = ""] = [], [restoring = ""] = []] = commandsUnder("scripts/runbooks/backup.md", "Restore");
const stateBucket = "my-pulumi-state";
const kinds = ["checkpoint", "policy", "metadata", "events"] as const;
/** What init configures, and what AWS has moved the database on to. */
const configured = "8.0.mysql_aurora.3.10.4";
const moved = "8.0.mysql_aurora.3.10.6";

describe("a backup and its restoration", function () {
  this.timeout(300_000);
  this.bail(true);
  let customer: Customer;
  let s3: S3;
  let rds: RDS;
  let backup: string;

  const region = "export AWS_REGION=us-east-1";
  const must = (...lines: string[]): Promise<string> => customer.must(region, ...lines);
  async function refused(...lines: string[]): Promise<string> {
    const { code, output } = await customer.type([region, ...lines]);
    expect(code, output).not.to.equal(0);
    return output;
  }
  const bucket = (kind: string, env: string): string => {
    const { accountId, region: place } = customer.account.account;
    return `pulumi-${kind}-${env}-${accountId}-${place}`;
  };
  const database = async (env: string): Promise<DBCluster> => {
    const identifier = { DBClusterIdentifier: `pulumi-${env}-database-cluster` };
    const { DBClusters = [] } = await rds.describeDBClusters(identifier);
    return DBClusters[0] ?? {};
  };
  const settings = (env: string): Record<string, string> => {
    const file = join(customer.scratch.folder, "infrastructure", `Pulumi.${env}.yaml`);
    return (parse(readFileSync(file, "utf8")) as { config: Record<string, string> }).config;
  };
  const put = (kind: string, Key: string, Body: string, others: object = {}) =>
    s3.putObject({ Bucket: bucket(kind, "prod"), Key, Body, ...others });

  async function contents(Bucket: string): Promise<Record<string, string | undefined>> {
    const { Contents = [] } = await s3.listObjectsV2({ Bucket });
    const read = Contents.map(async ({ Key = "" }) => {
      const { Body } = await s3.getObject({ Bucket, Key });
      return [Key, await Body?.transformToString()] as const;
    });
    return Object.fromEntries(await Promise.all(read));
  }
  /** How often anything was written into the buckets of an environment. */
  async function writes(env: string): Promise<number> {
    const lists = await Promise.all(kinds.map((kind) => s3.listObjectVersions({ Bucket: bucket(kind, env) })));
    return lists.flatMap(({ Versions = [], DeleteMarkers = [] }) => [...Versions, ...DeleteMarkers]).length;
  }
  function init(env: string, more = ""): Promise<string> {
    const { zone, licenseKey, imageTags } = customer.account.account;
    const answers = `openToInternet: true\ndomain: ${zone.name}\nlicenseKeyFile: licence.txt\nimageTag: ${imageTags[1]}\n${more}`;
    writeFileSync(join(customer.scratch.folder, `${env}-answers.yaml`), answers);
    writeFileSync(join(customer.scratch.folder, "licence.txt"), licenseKey);
    return must(`make init ENV=${env} ANSWERS=${env}-answers.yaml`);
  }

  before(async function () {
    customer = await customerFor(this);
    [s3, rds] = [new S3(customer.aws), new RDS(customer.aws)];
    await must(`make backend ENV=prod YES=1 STATE_BUCKET=${stateBucket}`, `pulumi login s3://${stateBucket}`);
    // A name that a new database wouldn't have by itself: it can only come with the snapshot.
    await init("prod", "databaseUsername: keeper\n");
    await must("make deploy ENV=prod YES=1");
  });

  after(() => customer?.remove());

  it("is taken of a database that AWS has moved on, with all that a restoration needs in its tags", async () => {
    expect((await database("prod")).EngineVersion).to.equal(configured);
    const identifier = { DBClusterIdentifier: "pulumi-prod-database-cluster" };
    await rds.modifyDBCluster({ ...identifier, EngineVersion: moved, ApplyImmediately: true });
    const ofJson = { ContentType: "application/json", ContentEncoding: "gzip", Metadata: { revision: "7" } };
    await put("checkpoint", "stacks/kept.json", "kept", { ...ofJson, Tagging: "team=platform" });
    await put("checkpoint", "stacks/changed.json", "long before");
    await put("checkpoint", "stacks/a b+ä.json", "odd name");
    await put("checkpoint", "stacks/gone.json", "deleted before");
    await put("policy", "packs/one.tgz", "one");
    await put("metadata", "deleted-later.json", "deleted later");
    // The times of versions are in whole seconds.
    await sleep(1100);
    await put("checkpoint", "stacks/changed.json", "before");
    await s3.deleteObject({ Bucket: bucket("checkpoint", "prod"), Key: "stacks/gone.json" });
    await sleep(1100);

    const output = await must("make backup ENV=prod");
    [, backup = ""] = /make restore ENV=new FROM=(\S+)/.exec(output) ?? [];
    expect(backup).to.match(/^pulumi-prod-backup-\d{14}$/);
    const { DBClusterSnapshots = [] } = await rds.describeDBClusterSnapshots({ DBClusterSnapshotIdentifier: backup });
    const [{ Status, TagList = [] } = {}] = DBClusterSnapshots;
    expect(Status).to.equal("available");
    expect(Object.fromEntries(TagList.map(({ Key, Value }) => [Key, Value]))).to.include({
      ...{ project: "pulumi", stack: "prod", [snapshotTags.release]: customer.account.account.imageTags[1] },
      [snapshotTags.serviceKey]: customer.account.account.serviceKeyArn,
      [snapshotTags.buckets]: kinds.map((kind) => bucket(kind, "prod")).join(" "),
    });
  });

  it("is listed, and can be restored", async () => {
    await sleep(1100);
    await put("checkpoint", "stacks/changed.json", "after");
    await put("checkpoint", "stacks/new.json", "after");
    await put("checkpoint", "stacks/gone.json", "after");
    await s3.deleteObject({ Bucket: bucket("metadata", "prod"), Key: "deleted-later.json" });
    const list = JSON.parse(await must("make --silent backups ENV=prod JSON=1")) as ListedSnapshot[];
    const { keyArn = "", ...listed }: Partial<ListedSnapshot> = list.find(({ name }) => name === backup) ?? {};
    expect(listed).to.deep.include({ purpose: "backup", engineVersion: moved, restorable: true });
    const days = (Date.parse(listed.objectsUntil ?? "") - Date.parse(listed.takenAt ?? "")) / 86_400_000;
    expect(days, "of the buckets' old versions").to.be.within(29, 30);
    expect(keyArn).to.equal((await database("prod")).KmsKeyId);
    const ofAws = list.find(({ purpose }) => purpose === "automated");
    expect(ofAws).to.deep.include({ restorable: true, engineVersion: configured });
  });

  it("isn't restored into what is deployed, nor where it doesn't fit; all that is wrong is said at once", async () => {
    expect(await refused(`make restore ENV=prod FROM=${backup} YES=1`)).to.include("make init ENV=new");
    const setting = (verb: string): string => `(cd infrastructure && pulumi config ${verb} --stack prod)`;
    await must(setting(`set databaseRestoreFromSnapshot ${backup}`));
    expect(await refused(`make restore ENV=prod FROM=${backup} YES=1`)).to.include("prod is deployed: ");
    await must(setting("rm databaseRestoreFromSnapshot"));
    // The new one takes the names over.
    await must(handingOver.replace(/\)$/, " --yes --skip-preview)"));
    await init("new", "databaseUsername: other\n");
    expect(await refused("make restore ENV=new FROM=no-such YES=1")).to.include("no snapshot no-such");
    const { KeyMetadata } = await new KMS(customer.aws).createKey({ Description: "another" });
    const key = (id: string): string => `(cd infrastructure && pulumi config set serviceKeyId ${id} --stack new)`;
    const release = (tag: string): string => `(cd application && pulumi config set imageTag ${tag} --stack new)`;
    const { imageTags, serviceKeyArn } = customer.account.account;
    const own = (verb: string): string => `(cd infrastructure && pulumi config ${verb} --stack new)`;
    await s3.createBucket({ Bucket: "somebodys-policies" });
    await s3.putObject({ Bucket: "somebodys-policies", Key: "theirs", Body: "" });
    await must(
      key(KeyMetadata?.KeyId ?? ""),
      release(imageTags[0] ?? ""),
      own("set bucketPolicyName somebodys-policies"),
    );
    const output = await refused(`make restore ENV=new FROM=${backup} YES=1`);
    expect(output).to.include(`pulumi config set serviceKeyId ${serviceKeyArn} --stack new`);
    expect(output).to.include(`pulumi config set imageTag ${imageTags[1]} --stack new`);
    expect(output).to.include("bucket somebodys-policies isn't empty");
    expect(settings("new")).not.to.have.property("selfhosted-infrastructure:databaseRestoreFromSnapshot");
    await must(key(serviceKeyArn), release(imageTags[1] ?? ""), own("rm bucketPolicyName"));
    const unconfirmed = `make restore ENV=new FROM=${backup}`;
    expect(await refused(unconfirmed)).to.include(`${unconfirmed} YES=1`);
  });

  it("goes on where it was killed while it copied objects", async () => {
    let group = 0;
    let copies = 0;
    customer.proxy.inject({
      service: "s3",
      action: /^PUT .*checkpoint-new.*x-id=CopyObject/,
      play: async (_call, forward) => {
        copies += 1;
        if (copies > 1) process.kill(-group, "SIGKILL");
        return forward();
      },
    });
    const restore = `make restore ENV=new FROM=${backup} YES=1`;
    const { code } = await customer.type([region, restore], (pid) => (group = pid));
    customer.proxy.clear();
    expect(code).not.to.equal(0);
    expect(copies).to.be.at.least(2);
    expect(await refused("make deploy ENV=new YES=1")).to.include(`make restore ENV=new FROM=${backup}`);
    expect(await must(restore)).to.match(/✓ service key grant[^]*new is restored from/);
  });

  it("has the database of the snapshot, in its version and with its administrator", async () => {
    const cluster = await database("new");
    expect(cluster).to.include({ EngineVersion: moved, MasterUsername: "keeper", Port: 3306, Status: "available" });
    expect(cluster.KmsKeyId).not.to.equal((await database("prod")).KmsKeyId);
    expect(settings("new")).to.include({
      "selfhosted-infrastructure:databaseRestoreFromSnapshot": backup,
      "selfhosted-infrastructure:databaseEngineVersion": moved,
      "selfhosted-infrastructure:databaseUsername": "keeper",
    });
    const state = JSON.parse(await must("cd infrastructure", "pulumi stack export --stack new")) as {
      deployment: { resources: { type: string; inputs?: Record<string, unknown> }[] };
    };
    const made = state.deployment.resources.find(({ type }) => type === "aws:rds/cluster:Cluster");
    expect(made?.inputs).to.include({ snapshotIdentifier: backup });
  });

  it("has the objects of that moment and no later ones, as they were, under its own key", async () => {
    expect(await contents(bucket("checkpoint", "new"))).to.deep.equal({
      "stacks/kept.json": "kept",
      "stacks/changed.json": "before",
      "stacks/a b+ä.json": "odd name",
    });
    expect(await contents(bucket("policy", "new"))).to.deep.equal({ "packs/one.tgz": "one" });
    expect(await contents(bucket("metadata", "new"))).to.deep.equal({ "deleted-later.json": "deleted later" });
    const kept = { Bucket: bucket("checkpoint", "new"), Key: "stacks/kept.json" };
    const head = await s3.headObject(kept);
    expect(head).to.deep.include({
      ...{ ContentType: "application/json", ContentEncoding: "gzip", Metadata: { revision: "7" } },
      ...{ ServerSideEncryption: "aws:kms", SSEKMSKeyId: (await database("new")).KmsKeyId },
    });
    const { TagSet } = await s3.getObjectTagging(kept);
    expect(TagSet).to.deep.equal([{ Key: "team", Value: "platform" }]);
  });

  it("can decrypt what the former one encrypted: the new services have the same key", async () => {
    const { Grants = [] } = await new KMS(customer.aws).listGrants({ KeyId: customer.account.account.serviceKeyArn });
    const open = Grants.filter(({ Operations = [] }) => Operations.includes("Decrypt"));
    const roles = open.map(({ GranteePrincipal }) => GranteePrincipal?.split("/").at(-1));
    expect(roles).to.include.members(["pulumi-prod-data-access-api", "pulumi-new-data-access-api"]);
  });

  it("changes nothing the second time: what was deleted since stays so", async () => {
    await s3.deleteObject({ Bucket: bucket("policy", "new"), Key: "packs/one.tgz" });
    const before = await writes("new");
    await must(`${restoring.replace(/FROM=\S+/, `FROM=${backup}`)} YES=1`);
    expect(await writes("new")).to.equal(before);
  });

  it("isn't the base of what was restored from another, and is pruned but for the newest", async () => {
    await must("make backup ENV=new");
    const list = async (env: string): Promise<string[]> =>
      (JSON.parse(await must(`make --silent backups ENV=${env} JSON=1`)) as ListedSnapshot[])
        .filter(({ purpose }) => purpose === "backup")
        .map(({ name }) => name);
    const [first = ""] = await list("new");
    expect(await refused(`make restore ENV=new FROM=${first} YES=1`)).to.include(`from the snapshot ${backup}`);
    await sleep(1100);
    await must("make backup ENV=new");
    expect(await refused("make backups ENV=new KEEP=1")).to.include("make backups ENV=new KEEP=1 YES=1");
    const [newest, ...others] = await list("new");
    expect(others).to.deep.equal([first]);
    expect(await refused("export ENV=new", "make backups KEEP=1 YES=1")).to.include("Type which environment");
    await must("make backups ENV=new KEEP=1 YES=1");
    expect(await list("new")).to.deep.equal([newest]);
    const { DBClusterSnapshots = [] } = await rds.describeDBClusterSnapshots({ DBClusterSnapshotIdentifier: backup });
    expect(DBClusterSnapshots).to.have.lengthOf(1);
  });
});
