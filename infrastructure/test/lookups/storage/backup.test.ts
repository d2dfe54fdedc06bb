import { expect } from "chai";
import { type Answers, checkOf, lookUp } from "../../account";

const on = { backupEnabled: true };
const optedIn = (optIns: Record<string, boolean>): Answers => ({
  "backup:DescribeRegionSettings": () => ({ ResourceTypeOptInPreference: optIns }),
});
const ownBuckets = Object.fromEntries(
  ["Checkpoint", "Policy", "Metadata", "Events"].map((kind) => [`bucket${kind}Name`, `mine-${kind.toLowerCase()}`]),
);
const vault = (region: string, account = "111122223333", name = "pulumi"): string =>
  `arn:aws:backup:${region}:${account}:backup-vault:${name}`;

describe("The look-up of AWS Backup", () => {
  it("refuses a region that isn't opted in for databases: it would leave the database out", async () => {
    expect((await lookUp({ config: on, aws: optedIn({ S3: true }) })).errors).to.deep.equal([
      "backupEnabled: AWS Backup isn't opted in for Aurora in eu-central-1: it leaves the database out | " +
        "aws backup update-region-settings --region eu-central-1 --resource-type-opt-in-preference Aurora=true",
    ]);
    expect((await lookUp({ aws: optedIn({}) })).errors).to.deep.equal([]);
  });

  it("warns of one that isn't for buckets, where there are any of the installation's own", async () => {
    const { errors, warnings } = await lookUp({ config: on, aws: optedIn({ Aurora: true }) });
    expect(errors).to.deep.equal([]);
    expect(warnings.join()).to.match(/^backupEnabled: AWS Backup isn't opted in for S3 in eu-central-1: it backs up/);
    expect((await lookUp({ config: { ...on, ...ownBuckets }, aws: optedIn({ Aurora: true }) })).warnings).to.deep.equal(
      [],
    );
  });

  it("refuses a vault for copies that isn't there, and names the one that was meant", async () => {
    const copied = (arn: string, aws?: Answers) => lookUp({ config: { ...on, backupCopyVaultArn: arn }, aws });
    expect((await copied(vault("eu-west-1"))).errors).to.deep.equal([]);
    expect((await copied(vault("eu-west-1", undefined, "pulumy"))).errors).to.deep.equal([
      `backupCopyVaultArn: eu-west-1 has no backup vault pulumy in this account; it has pulumi, copies | pulumi config set backupCopyVaultArn ${vault("eu-west-1")}`,
    ]);
  });

  it("refuses copies that the lock of the vault doesn't take", async () => {
    const aws: Answers = {
      "backup:ListBackupVaults": () => ({
        BackupVaultList: [{ BackupVaultName: "pulumi", Locked: true, MinRetentionDays: 90 }],
      }),
    };
    const { errors } = await lookUp({ config: { ...on, backupCopyVaultArn: vault("eu-west-1") }, aws });
    expect(errors).to.deep.equal([
      "backupRetentionDays: found 35; the lock of the vault pulumi takes copies of 90 to 36500 days only | pulumi config set backupCopyRetentionDays 90",
    ]);
  });

  it("refuses the installation's own vault for copies, and takes another one beside it", async () => {
    const copied = (name: string, region = "eu-central-1") =>
      lookUp({ config: { ...on, backupCopyVaultArn: vault(region, undefined, name) } });
    for (const name of ["pulumi-prod-backup", "pulumi-prod-backup-1a2b3c4d"]) {
      expect((await copied(name)).errors.join()).to.match(
        /^backupCopyVaultArn: found .*, the installation's own vault/,
      );
      expect((await copied(name, "eu-west-1")).errors.join()).to.match(
        /^backupCopyVaultArn: eu-west-1 has no backup vault/,
      );
    }
    expect((await copied("copies")).errors).to.deep.equal([]);
  });

  it("can't read another account, and says so", async () => {
    const found = await lookUp({ config: { ...on, backupCopyVaultArn: vault("eu-west-1", "999988887777") } });
    expect(found.errors).to.deep.equal([]);
    expect(checkOf("backup copy vault", found).skipped).to.match(/is in account 999988887777: only its own principals/);
  });
});
