import {
  BackupClient,
  type BackupVaultListMember,
  GetBackupPlanCommand,
  GetBackupSelectionCommand,
  ListBackupPlansCommand,
  ListBackupSelectionsCommand,
  ListBackupVaultsCommand,
  StartBackupJobCommand,
  UpdateRegionSettingsCommand,
} from "@aws-sdk/client-backup";
import { DescribeKeyCommand, KMSClient, ListKeysCommand } from "@aws-sdk/client-kms";
import {
  GetBucketReplicationCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  ListBucketsCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import type { InfrastructureOutputs } from "@selfhosted/common";
import { expect } from "chai";
import { type Scratch, scratchCheckout } from "../../../bench/scratch";
import { configure } from "../configuration";
import type { Access } from "../inventory";
import { plainPulumi, upArguments } from "../plain-pulumi";
import { access, outputsOf } from "../sandbox";
import { operationsOf } from "../state";

const regions = ["eu-west-1", "eu-north-1"] as const;
const turnedOn = {
  backupEnabled: "true",
  backupLockMinDays: "7",
  bucketObjectLockDays: "1",
  bucketReplicationRegion: regions[0],
};
const turnedOff = { backupEnabled: undefined, backupLockMinDays: undefined, bucketReplicationRegion: undefined };

describe("backup and replication in the sandbox", function () {
  this.timeout(600_000);
  this.bail(true);
  let scratch: Scratch;
  let aws: Access;
  let backup: BackupClient;
  let s3: S3Client;
  let vault: BackupVaultListMember | undefined;

  const make = async (...args: string[]): Promise<string> => {
    const { code, output } = await scratch.make(...args);
    expect(code, output).to.equal(0);
    return output;
  };
  const up = async (): Promise<void> => {
    const { code, output } = await plainPulumi(scratch, "infrastructure", upArguments("local"));
    expect(code, output).to.equal(0);
  };
  const outputs = (): InfrastructureOutputs => outputsOf(scratch).infrastructure;
  const vaults = async (): Promise<BackupVaultListMember[]> =>
    (await backup.send(new ListBackupVaultsCommand({}))).BackupVaultList ?? [];
  const copies = async (region: string): Promise<string[]> => {
    const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
    return Buckets.flatMap(({ Name }) => (Name?.includes(region) ? [Name] : []));
  };
  /** State of the data keys in a region. */
  const keys = async (region: string): Promise<(string | undefined)[]> => {
    const kms = new KMSClient({ ...aws, region });
    const { Keys = [] } = await kms.send(new ListKeysCommand({}));
    const described = await Promise.all(Keys.map(({ KeyId }) => kms.send(new DescribeKeyCommand({ KeyId }))));
    return described
      .filter(({ KeyMetadata }) => KeyMetadata?.Description?.includes("data at rest"))
      .map(({ KeyMetadata }) => KeyMetadata?.KeyState);
  };
  /** Where the objects of a bucket are copied to; undefined where they aren't. */
  const destination = async (Bucket: string): Promise<string | undefined> => {
    try {
      const { ReplicationConfiguration: found } = await s3.send(new GetBucketReplicationCommand({ Bucket }));
      return found?.Rules?.[0]?.Destination?.Bucket?.split(":").at(-1);
    } catch {
      return undefined;
    }
  };
  const plans = async () => (await backup.send(new ListBackupPlansCommand({}))).BackupPlansList ?? [];

  before(async () => {
    scratch = scratchCheckout();
    await make("env", "ENV=local");
    aws = access(scratch);
    backup = new BackupClient(aws);
    s3 = new S3Client(aws);
    configure(scratch, "infrastructure", { ephemeral: "false", ...turnedOn });
  });

  after(() => scratch.remove());

  it("are refused while AWS Backup isn't opted in, with the command that does so", async () => {
    const optIn = (isIn: boolean) =>
      backup.send(new UpdateRegionSettingsCommand({ ResourceTypeOptInPreference: { Aurora: isIn } }));
    await optIn(false);
    const { code, output } = await scratch.make("preflight", "ENV=local");
    expect(code).not.to.equal(0);
    expect(output).to.match(/aws backup update-region-settings .* Aurora=true/);
    await optIn(true);
  });

  it("are on after one deployment, which says that no backup was made yet", async () => {
    const output = await make("deploy", "ENV=local");
    expect(output)
      .to.match(/- backup of pulumi-local-database-cluster +none yet/)
      .and.match(/✓ checkpoint bucket copies/)
      .and.match(/✓ checkpoint bucket lock/)
      .and.match(/✓ backup vault lock/);
    const { buckets, backup: made } = outputs();
    [vault] = await vaults();
    expect(vault).to.include({ BackupVaultName: made?.vaultName, Locked: true, MinRetentionDays: 7 });
    const [plan] = await plans();
    const ofPlan = { BackupPlanId: plan?.BackupPlanId };
    const { BackupSelectionsList = [] } = await backup.send(new ListBackupSelectionsCommand(ofPlan));
    const { BackupSelection: selection } = await backup.send(
      new GetBackupSelectionCommand({ ...ofPlan, SelectionId: BackupSelectionsList[0]?.SelectionId }),
    );
    expect(selection?.Resources).to.deep.equal(made?.resourceArns);
    expect(selection?.Resources?.map((arn) => arn.split(":").at(-1))).to.have.members([
      ...[buckets.checkpoint, buckets.policy, buckets.metadata, buckets.events],
      "pulumi-local-database-cluster",
    ]);
    expect(await copies(regions[0]))
      .to.have.length(5)
      .and.to.include(await destination(buckets.checkpoint));
  });

  it("are verified by the backups that were made", async () => {
    const { backup: made } = outputs();
    for (const ResourceArn of made?.resourceArns ?? []) {
      const job = { BackupVaultName: made?.vaultName, ResourceArn, IamRoleArn: "arn:aws:iam::123456789012:role/x" };
      await backup.send(new StartBackupJobCommand(job));
    }
    expect(await make("verify", "ENV=local")).to.match(/✓ backup of pulumi-local-database-cluster +last of/);
  });

  it("change in place, but for the region of the copies: those in the old one stay", async () => {
    const { buckets } = outputs();
    configure(scratch, "infrastructure", { backupRetentionDays: "60", bucketReplicationRegion: regions[1] });
    const done = await operationsOf(scratch, up);
    expect(done.filter((operation) => operation.startsWith("replace"))).to.deep.equal([]);
    const [plan, ...others] = await plans();
    expect(others).to.deep.equal([]);
    const { BackupPlan } = await backup.send(new GetBackupPlanCommand({ BackupPlanId: plan?.BackupPlanId }));
    expect(BackupPlan?.Rules?.[0]).to.deep.include({
      Lifecycle: { DeleteAfterDays: 60 },
      StartWindowMinutes: 480,
      CompletionWindowMinutes: 10_080,
    });
    const old = await copies(regions[0]);
    expect(old).to.have.length(5);
    const [checkpoint = ""] = old.filter((name) => name.includes("checkpoint"));
    const { PublicAccessBlockConfiguration: privacy } = await s3.send(
      new GetPublicAccessBlockCommand({ Bucket: checkpoint }),
    );
    expect(privacy?.RestrictPublicBuckets).to.equal(true);
    const lock = await s3.send(new GetObjectLockConfigurationCommand({ Bucket: checkpoint }));
    expect(lock.ObjectLockConfiguration?.Rule?.DefaultRetention?.Days).to.equal(1);
    expect(await keys(regions[0])).to.deep.equal(["Enabled"]);
    expect(await copies(regions[1]))
      .to.have.length(5)
      .and.to.include(await destination(buckets.checkpoint));
  });

  it("change nothing the second time", async () => {
    expect(await operationsOf(scratch, up)).to.deep.equal([]);
  });

  it("leave everything that they made when they are turned off, and stop", async () => {
    const { buckets } = outputs();
    configure(scratch, "infrastructure", { ...turnedOff, backupRetentionDays: undefined });
    await up();
    const [left, ...others] = await vaults();
    expect(others).to.deep.equal([]);
    expect(left).to.include({
      BackupVaultName: vault?.BackupVaultName,
      EncryptionKeyArn: vault?.EncryptionKeyArn,
      Locked: true,
      MinRetentionDays: 7,
      NumberOfRecoveryPoints: 5,
    });
    expect(await plans()).to.deep.equal([]);
    for (const region of regions) {
      expect(await copies(region), region).to.have.length(5);
      expect(await keys(region), region).to.deep.equal(["Enabled"]);
    }
    expect(await destination(buckets.checkpoint)).to.equal(undefined);
  });

  it("can be turned on again beside what was left", async () => {
    configure(scratch, "infrastructure", turnedOn);
    await up();
    const { buckets, backup: made } = outputs();
    const names = (await vaults()).map(({ BackupVaultName }) => BackupVaultName);
    expect(names).to.have.members([vault?.BackupVaultName, made?.vaultName]).and.to.have.length(2);
    expect(await copies(regions[0]))
      .to.have.length(10)
      .and.to.include(await destination(buckets.checkpoint));
    expect(await operationsOf(scratch, up)).to.deep.equal([]);
  });

  it("go with a throw-away installation, which says what stays from before and what it needs", async () => {
    const refused = await scratch.make("destroy", "ENV=local", "YES=1");
    expect(refused.code).not.to.equal(0);
    configure(scratch, "infrastructure", { ephemeral: "true" });
    await make("deploy", "ENV=local");
    const output = await make("destroy", "ENV=local", "YES=1");
    expect(output)
      .to.include(`stays: backup vault ${vault?.BackupVaultName ?? ""} with 5 backups`)
      .and.match(/stays for 30 days: the data key .* can be read any more/);
    expect((await vaults()).map(({ BackupVaultName }) => BackupVaultName)).to.deep.equal([vault?.BackupVaultName]);
    expect(await copies(regions[0])).to.have.length(5);
    expect((await keys(regions[0])).sort()).to.deep.equal(["Enabled", "PendingDeletion"]);
  });
});
