import { ACM } from "@aws-sdk/client-acm";
import { Backup } from "@aws-sdk/client-backup";
import { KMS } from "@aws-sdk/client-kms";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { SNS } from "@aws-sdk/client-sns";
import { expect } from "chai";
import type { Seeded } from "../../../seed";
import { Deployment, emulator } from "../../account";

const versionType = "aws:secretsmanager/secretVersion:SecretVersion";
const validationType = "aws:acm/certificateValidation:CertificateValidation";
const recordType = "aws:route53/record:Record";

describe("some resources have ways of their own:", () => {
  let stack: Deployment;
  let seeded: Seeded;

  before(async () => {
    stack = await Deployment.open();
    seeded = (await emulator()).account;
  });

  it("a key is gone when it waits for its deletion", async () => {
    const key = await stack.create("aws:kms/key:Key", "doomed", { deletionWindowInDays: 7 });
    await stack.account.client(KMS).scheduleKeyDeletion({ KeyId: key.id });
    expect(await stack.read(key)).to.equal(undefined);
    await stack.delete(key);
  });

  it("of the versions of a secret the last is current, and stays when an older one goes", async () => {
    const secret = await stack.create("aws:secretsmanager/secret:Secret", "api", { recoveryWindowInDays: 0 });
    const first = await stack.create(versionType, "one", { secretId: secret.id, secretString: "one" });
    expect(await stack.preview(first, { secretString: "two" })).to.equal("replace");
    const second = await stack.create(versionType, "two", { secretId: secret.id, secretString: "two" });
    expect(await stack.preview(second, {})).to.equal("none");
    await stack.delete(first);
    await stack.delete(first);
    const current = await stack.account.client(SecretsManager).getSecretValue({ SecretId: secret.id });
    expect(current).to.include({ SecretString: "two", VersionId: second.outputs.versionId });
    await stack.delete(secret);
    expect(await stack.read(second)).to.equal(undefined);
  });

  it("a topic without its policy has the one that it began with", async () => {
    const topic = await stack.create("aws:sns/topic:Topic", "alerts", {});
    const statement = { Effect: "Allow", Principal: "*", Action: "sns:Publish", Resource: topic.id };
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    const made = await stack.create("aws:sns/topicPolicy:TopicPolicy", "alerts", { arn: topic.id, policy });
    expect(await stack.preview(made, {})).to.equal("none");
    await stack.delete(made);
    const { Attributes } = await stack.account.client(SNS).getTopicAttributes({ TopicArn: topic.id });
    expect(Attributes?.["Policy"]).to.contain(stack.account.accountId);
  });

  it("a certificate is validated when all its records are there and ACM has issued it", async () => {
    const [domainName, other] = ["api.inside.example.org", "app.inside.example.org"];
    const inputs = { domainName, subjectAlternativeNames: [other], validationMethod: "DNS" };
    const made = await stack.create("aws:acm/certificate:Certificate", "api", inputs);
    const options = made.outputs.domainValidationOptions as { resourceRecordName: string }[];
    const names = options.map(({ resourceRecordName }) => resourceRecordName);
    const validation = (validationRecordFqdns: string[]) =>
      stack.create(validationType, "api", { certificateArn: made.id, validationRecordFqdns });
    expect(await validation(names.slice(1)).catch(String)).to.match(/missing .* DNS validation record: _/);
    expect(await stack.preview(await validation(names), {})).to.equal("none");
    const { Certificate } = await stack.account.client(ACM).describeCertificate({ CertificateArn: made.id });
    expect(Certificate).to.include({ DomainName: domainName, Status: "ISSUED" });
  });

  it("a record is written over another's only where the program allows that", async () => {
    const inputs = { zoneId: seeded.zone.id, name: "_proof.pulumi.example.com.", type: "CNAME", ttl: 300 };
    const made = await stack.create(recordType, "proof", { ...inputs, records: ["one.acm-validations.aws."] });
    expect(made.id).to.equal(`${seeded.zone.id}__proof.pulumi.example.com_CNAME`);
    expect(await stack.preview(made, {})).to.equal("none");
    const other = { ...inputs, records: ["two.acm-validations.aws."] };
    expect(await stack.create(recordType, "other", other).catch(String)).to.match(/InvalidChangeBatch.*already exists/);
    await stack.create(recordType, "other", { ...other, allowOverwrite: true });
    expect(await stack.read(made)).to.deep.include({ records: other.records });
    await stack.delete(made);
  });

  it("a vault isn't deleted with backups, unless forceDestroy is set and no lock keeps them", async () => {
    const backup = stack.account.client(Backup);
    const vault = await stack.create("aws:backup/vault:Vault", "full", { kmsKeyArn: seeded.serviceKeyArn });
    const job = {
      ResourceArn: "arn:aws:s3:::states",
      IamRoleArn: `arn:aws:iam::${stack.account.accountId}:role/backup`,
    };
    await backup.startBackupJob({ BackupVaultName: vault.id, ...job });
    expect(await stack.delete(vault).catch(String)).to.match(/because it contains recovery points/);
    const emptied = await stack.update(vault, { forceDestroy: true });
    const lock = await stack.create("aws:backup/vaultLockConfiguration:VaultLockConfiguration", "full", {
      ...{ backupVaultName: vault.id, minRetentionDays: 7 },
    });
    expect(await stack.delete(emptied).catch(String)).to.match(/The lock of vault/);
    await stack.delete(lock);
    await stack.delete(emptied);
    expect(await stack.read(emptied)).to.equal(undefined);
  });
});
