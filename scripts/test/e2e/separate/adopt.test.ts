import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RDS } from "@aws-sdk/client-rds";
import { S3 } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { refuseLosses } from "../../../adoption/preview";
import type { StateResource } from "../../../pulumi/stacks";
import type { Step } from "../../../pulumi/steps";
import { type Customer, customerFor } from "../customer";
import { inventory } from "../inventory";
import { afterwards } from "../proxied";
import { makeVendorsInstallation, object, type VendorsInstallation } from "../vendors-installation";

const bucket = "my-pulumi-state";
const layers = ["infrastructure", "application", "dns"];
const login = ["export AWS_REGION=us-east-1", `pulumi login s3://${bucket}`];
const adoption = "make adopt ENV=prod ANSWERS=existing.yaml YES=1";

describe("make adopt", function () {
  this.timeout(600_000);
  this.bail(true);
  let customer: Customer;
  let theirs: VendorsInstallation;
  let rds: RDS;
  let s3: S3;
  let resourceId: string | undefined;
  let untouched: string[];
  /** What the command printed in the end. */
  let next: string[];

  const must = (...lines: string[]): Promise<string> => customer.must(...login, ...lines);
  const inInfrastructure = (line: string): Promise<string> => must(`cd infrastructure && ${line} --stack prod`);
  const configuration = (): string[] =>
    layers.map((layer) => readFileSync(join(customer.scratch.folder, layer, "Pulumi.prod.yaml"), "utf8"));
  const cluster = async () =>
    (await rds.describeDBClusters({ DBClusterIdentifier: theirs.cluster })).DBClusters?.[0] ?? {};

  /** What a command of Pulumi prints as JSON, after what the login says. */
  async function json<T>(command: string): Promise<T> {
    const output = await inInfrastructure(command);
    return JSON.parse(output.slice(output.indexOf("{"))) as T;
  }

  async function state(): Promise<(StateResource & { protect?: boolean })[]> {
    const { deployment } = await json<{ deployment?: { resources?: [] } }>("pulumi stack export");
    return deployment?.resources ?? [];
  }

  const steps = async (): Promise<Step[]> =>
    (await json<{ steps: Step[] }>("pulumi preview --json --non-interactive")).steps;

  async function algorithm(Bucket: string): Promise<string | undefined> {
    const { ServerSideEncryptionConfiguration: encryption } = await s3.getBucketEncryption({ Bucket });
    return encryption?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm;
  }

  async function refused(line: string): Promise<string> {
    const before = configuration();
    const { code, output } = await customer.type([...login, line]);
    expect(code, output).not.to.equal(0);
    expect(configuration()).to.deep.equal(before);
    expect(await state()).to.deep.equal([]);
    expect(await inventory(customer.aws)).to.deep.equal(untouched);
    return output;
  }

  before(async function () {
    customer = await customerFor(this);
    const { account } = customer.account;
    const [release = ""] = account.imageTags;
    theirs = await makeVendorsInstallation(customer.aws, account, release);
    [rds, s3] = [new RDS(customer.aws), new S3(customer.aws)];
    resourceId = (await cluster()).DbClusterResourceId;
    const file = (name: string, content: string): void => writeFileSync(join(customer.scratch.folder, name), content);
    file(
      "answers.yaml",
      `openToInternet: true\ndomain: ${account.zone.name}\nlicenseKeyFile: licence.txt\nimageTag: ${release}\noverwriteRecords: true\n`,
    );
    file("licence.txt", account.licenseKey);
    file("existing.yaml", `clusterIdentifier: ${theirs.cluster}\ndatabasePasswordFile: password.txt\n`);
    file("password.txt", theirs.password);
    await customer.must("export AWS_REGION=us-east-1", `make backend ENV=prod YES=1 STATE_BUCKET=${bucket}`);
    await must("make init ENV=prod ANSWERS=answers.yaml");
    untouched = await inventory(customer.aws);
  });

  after(() => customer?.remove());

  it("asks before it takes anything over, and changes nothing where nobody is there", async () => {
    const output = await refused("make adopt ENV=prod ANSWERS=existing.yaml");
    expect(output).to.include("make adopt ENV=prod YES=1").and.to.include(theirs.buckets.checkpoint);
    expect(output).not.to.include(theirs.password);
  });

  it("refuses another password than that of the API that runs", async () => {
    writeFileSync(join(customer.scratch.folder, "password.txt"), "mistyped-7Q");
    const output = await refused(adoption);
    writeFileSync(join(customer.scratch.folder, "password.txt"), theirs.password);
    expect(output).to.include("isn't the one with which pulumi-api connects");
    expect(output).not.to.include("mistyped-7Q").and.not.include(theirs.password);
  });

  it("undoes what it did where a deployment would replace anything", async () => {
    const override = `resourceOverrides["database-instance-1"].engine`;
    await inInfrastructure(`pulumi config set --path '${override}' aurora-postgresql`);
    expect(await refused(adoption)).to.match(/database-instance-1 .*: (create-)?replace/);
    await inInfrastructure(`pulumi config rm --path '${override}'`);
  });

  it("begins anew where it was killed while it took something over", async () => {
    let group = 0;
    let calls = 0;
    const kill = (): void => void (calls++, process.kill(-group, "SIGKILL"));
    customer.proxy.inject(afterwards("rds", "ListTagsForResource", kill));
    await customer.type([...login, adoption], (pid) => (group = pid));
    customer.proxy.clear();
    expect(calls).to.be.at.least(1);
    const { output } = await customer.type([...login, adoption]);
    expect(output).to.include("make recover ENV=prod");
    next = (await must("make recover ENV=prod YES=1", adoption)).split("\n");
  });

  it("takes over what is there, protected, and changes nothing in the account", async () => {
    const resources = await state();
    const { cluster: id, instance, subnetGroup, buckets } = theirs;
    const ours = resources.filter(({ type }) => type.startsWith("aws:"));
    expect(ours.map((each) => each.id)).to.have.members([id, instance, subnetGroup, ...Object.values(buckets)]);
    expect(ours.map(({ protect }) => protect)).to.not.include(false);
    expect(await inventory(customer.aws)).to.deep.equal(untouched);
  });

  it("leaves a preview that replaces and deletes nothing", async () => {
    const found = await steps();
    expect(() => refuseLosses(found)).not.to.throw();
    expect(found.filter(({ op }) => op === "update")).to.have.lengthOf.at.least(5);
  });

  it("keeps the storage of events, and the password out of the files", () => {
    const [infrastructure, application] = configuration();
    expect(application)
      .to.match(/engineEventsSchemaV2: "?false/)
      .and.to.match(/engineEventsLegacyWrite: "?true/);
    expect(infrastructure).to.include(theirs.cluster).and.not.include(theirs.password);
  });

  it("leaves an environment that is deployed with the same database and the same objects", async () => {
    await must("make deploy ENV=prod YES=1");
    const { DbClusterResourceId, DeletionProtection, BackupRetentionPeriod, VpcSecurityGroups } = await cluster();
    expect(DbClusterResourceId).to.equal(resourceId);
    expect([DeletionProtection, BackupRetentionPeriod]).to.deep.equal([true, 30]);
    const groups = VpcSecurityGroups?.map(({ VpcSecurityGroupId }) => VpcSecurityGroupId);
    expect(groups).to.include(theirs.securityGroupId).and.have.lengthOf(2);
    const { DBInstances = [] } = await rds.describeDBInstances({});
    expect(DBInstances.map(({ DBInstanceIdentifier: id }) => id))
      .to.include(theirs.instance)
      .and.have.lengthOf(2);
    expect(new Set(DBInstances.map(({ AvailabilityZone }) => AvailabilityZone)).size).to.equal(2);
    for (const Bucket of Object.values(theirs.buckets)) {
      const { Body } = await s3.getObject({ Bucket, Key: object.Key });
      expect(await Body?.transformToString()).to.equal(object.Body);
      expect((await s3.getBucketVersioning({ Bucket })).Status).to.equal("Enabled");
      // With the data key, which they may not use, the old services could neither write nor read.
      expect(await algorithm(Bucket)).to.equal("AES256");
      const { PublicAccessBlockConfiguration: block } = await s3.getPublicAccessBlock({ Bucket });
      expect(Object.values(block ?? {})).to.deep.equal([true, true, true, true]);
    }
    expect((await steps()).filter(({ op }) => op !== "same")).to.deep.equal([]);
  });

  it("ends as it says: the old services cut off, and the data key in the place of their encryption", async () => {
    const begin = next.findIndex((line) => line.startsWith("5. "));
    const end = next.findIndex((line) => line.startsWith("6. "));
    await must(...next.slice(begin + 1, end).map((line) => line.replace("make deploy", "make deploy YES=1")));
    const { DbClusterResourceId, VpcSecurityGroups = [] } = await cluster();
    expect(DbClusterResourceId).to.equal(resourceId);
    expect(VpcSecurityGroups.map(({ VpcSecurityGroupId }) => VpcSecurityGroupId)).to.not.include(
      theirs.securityGroupId,
    );
    for (const Bucket of Object.values(theirs.buckets)) {
      expect(await algorithm(Bucket)).to.equal("aws:kms");
      expect((await s3.getObject({ Bucket, Key: object.Key })).ContentLength).to.equal(object.Body.length);
    }
  });

  it("refuses an environment that is deployed", async () => {
    const { code, output } = await customer.type([...login, adoption]);
    expect(code, output).not.to.equal(0);
    expect(output).to.include("is deployed");
  });
});
