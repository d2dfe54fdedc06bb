import * as aws from "@pulumi/aws";
import { type Policy, policyIn } from "@selfhosted/common/testing";
import { expect } from "chai";
import { type Outcome, runLayer, runWith } from "../layer";

const keyPolicy = ({ the }: Outcome, nameEnd?: string): Policy => policyIn(the(aws.kms.Key, nameEnd).inputs.policy);

describe("The data key", () => {
  it("is the installation's own, rotated, with an alias", async () => {
    const outcome = await runLayer();
    const key = outcome.the(aws.kms.Key);
    expect(key.inputs).to.deep.include({ enableKeyRotation: true, deletionWindowInDays: 30 });
    expect(key.protect).to.equal(true);
    expect(outcome.the(aws.kms.Alias).inputs.name).to.equal("alias/pulumi-prod-data-key");
  });

  it("can be restored for 30 days, in a throw-away installation too, and kept for good", async () => {
    for (const config of [{}, { ephemeral: true }]) {
      const key = (await runWith(config)).the(aws.kms.Key);
      expect(key.inputs.deletionWindowInDays).to.equal(30);
      expect(key.retainOnDelete).to.equal(false);
    }
    expect((await runWith({ ephemeral: true, retainDataKey: true })).the(aws.kms.Key).retainOnDelete).to.equal(true);
  });

  it("is used directly by the shells of the installation's own cluster, and by nothing else", async () => {
    const policy = keyPolicy(await runLayer());
    const uses = Object.values(policy).filter(({ Action }) =>
      Action.some((action) => /^kms:(Encrypt|Decrypt|ReEncrypt|GenerateDataKey|CreateGrant|RetireGrant)/.test(action)),
    );
    const direct = uses.filter(({ Principal, Condition }) => {
      const byService = typeof Principal === "object" && "Service" in Principal;
      return !byService && Condition?.["StringEquals"]?.["kms:ViaService"] === undefined;
    });
    expect(direct).to.deep.equal([
      {
        Sid: "Shells",
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::111122223333:root" },
        Action: ["kms:Decrypt", "kms:GenerateDataKey"],
        Resource: "*",
        Condition: { StringLike: { "kms:EncryptionContext:aws:ssm:TargetId": "ecs:pulumi-prod-cluster_*" } },
      },
    ]);
    const replica = keyPolicy(await runWith({ bucketReplicationRegion: "eu-west-1" }), "-eu-west-1-data-key-key");
    expect(replica).to.not.have.any.keys("Shells", "BackupCopies");
  });

  it("serves events of this account's databases only", async () => {
    expect(keyPolicy(await runLayer())["Notifications"]).to.deep.include({
      Principal: { Service: ["events.rds.amazonaws.com", "cloudwatch.amazonaws.com"] },
      Condition: { StringEquals: { "aws:SourceAccount": "111122223333" } },
    });
  });

  it("lets AWS Backup create and retire its grants", async () => {
    const policy = keyPolicy(await runLayer());
    for (const [sid, action] of [
      ["GrantsForServices", "kms:CreateGrant"],
      ["GrantsGivenUp", "kms:RetireGrant"],
    ] as const) {
      expect(policy[sid]?.Action).to.include(action);
      expect(policy[sid]?.Condition?.["StringEquals"]?.["kms:ViaService"]).to.include(
        "backup.eu-central-1.amazonaws.com",
      );
    }
  });

  it("admits the account that gets copies of the backups, where it is another one", async () => {
    const keyWith = async (account: string): Promise<Policy> => {
      const backupCopyVaultArn = `arn:aws:backup:eu-west-1:${account}:backup-vault:copies`;
      return keyPolicy(await runWith({ backupEnabled: true, backupCopyVaultArn }));
    };
    const other = { AWS: "arn:aws:iam::999988887777:root" };
    const policy = await keyWith("999988887777");
    expect(policy["BackupCopies"]).to.deep.include({
      Principal: other,
      Action: ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
    });
    expect(policy["BackupCopyGrants"]).to.deep.include({
      Principal: other,
      Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } },
    });
    expect(await keyWith("111122223333")).to.not.have.any.keys("BackupCopies", "BackupCopyGrants");
  });

  it("is used through the services that store the data", async () => {
    const policy = keyPolicy(await runLayer());
    expect(policy["UseThroughServices"]?.Condition?.["StringEquals"]?.["kms:ViaService"]).to.include.members([
      "rds.eu-central-1.amazonaws.com",
      "s3.eu-central-1.amazonaws.com",
      "secretsmanager.eu-central-1.amazonaws.com",
    ]);
    expect(policy["Administration"]?.Action).to.not.include.members(["kms:*"]);
    expect(policy["Logs"]?.Condition).to.deep.equal({
      ArnLike: { "kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:eu-central-1:111122223333:log-group:*" },
    });
  });

  it("can be an existing one", async () => {
    const outcome = await runWith({ dataKeyId: "alias/data" });
    const existing = "arn:aws:kms:eu-central-1:111122223333:key/id-of-data";
    expect(outcome.ofType(aws.kms.Key)).to.deep.equal([]);
    expect(outcome.outputs.dataKeyArn).to.equal(existing);
    expect(outcome.the(aws.rds.Cluster).inputs.kmsKeyId).to.equal(existing);
  });
});
