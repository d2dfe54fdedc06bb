import { Outcome, Values } from "@selfhosted/common/testing";
import { expect } from "chai";
import { runLayer } from "./layer";
import { statements } from "./policies";

const run = (config?: Values): Promise<Outcome> => runLayer({ config });
const serviceKey = "arn:aws:kms:eu-central-1:111122223333:key/id-of-service";

describe("The API's access to the data", () => {
  let standard: Outcome;
  before(async () => {
    standard = await runLayer();
  });

  it("is by a role that only this account's tasks can take", () => {
    const role = standard.the("aws:iam/role:Role", "-api-role");
    expect(role.inputs["name"]).to.equal("pulumi-prod-data-access-api");
    expect(statements(role, "assumeRolePolicy")["Assume"]).to.deep.include({
      Principal: { Service: "ecs-tasks.amazonaws.com" },
      Condition: { StringEquals: { "aws:SourceAccount": "111122223333" } },
    });
    expect(standard.ofType("aws:iam/rolePolicyAttachment:RolePolicyAttachment").map(({ name }) => name)).to.deep.equal([
      "pulumi-prod-database-monitoring-policy",
    ]);
  });

  it("is to the objects of the four buckets and to two keys, nothing more", () => {
    const policy = statements(standard.the("aws:iam/rolePolicy:RolePolicy", "-api-policy"));
    const buckets = ["checkpoint", "policy", "metadata", "events"].map(
      (kind) => `arn:aws:s3:::pulumi-${kind}-prod-111122223333-eu-central-1`,
    );
    expect(policy).to.deep.equal({
      Objects: {
        Sid: "Objects",
        Effect: "Allow",
        Action: [
          "s3:AbortMultipartUpload",
          "s3:DeleteObject",
          "s3:GetObject",
          "s3:ListMultipartUploadParts",
          "s3:PutObject",
        ],
        Resource: buckets.map((bucket) => `${bucket}/*`),
      },
      Buckets: {
        Sid: "Buckets",
        Effect: "Allow",
        Action: ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
        Resource: buckets,
      },
      BucketKeys: {
        Sid: "BucketKeys",
        Effect: "Allow",
        Action: ["kms:Decrypt", "kms:GenerateDataKey"],
        Resource: [standard.outputs["dataKeyArn"]],
        Condition: { StringEquals: { "kms:ViaService": ["s3.eu-central-1.amazonaws.com"] } },
      },
      ServiceKey: {
        Sid: "ServiceKey",
        Effect: "Allow",
        Action: ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"],
        Resource: serviceKey,
      },
    });
  });

  it("can be given actions that a release needs in addition", async () => {
    const outcome = await run({ bucketExtraActions: "s3:GetObjectVersion" });
    const policy = statements(outcome.the("aws:iam/rolePolicy:RolePolicy", "-api-policy"));
    expect(policy["Objects"]?.Action).to.include("s3:GetObjectVersion");
  });

  it("stays below a permissions boundary, like every role", async () => {
    const boundary = "arn:aws:iam::111122223333:policy/boundary";
    const config = { permissionsBoundaryArn: boundary, backupEnabled: true, bucketReplicationRegion: "eu-west-1" };
    const outcome = await run(config);
    const roles = outcome.ofType("aws:iam/role:Role");
    expect(roles).to.have.length(4);
    for (const { inputs, name } of roles) {
      expect(inputs["permissionsBoundary"], name).to.equal(boundary);
    }
    expect(outcome.outputs["installation"]).to.deep.include({ permissionsBoundaryArn: boundary });
  });
});

describe("The service's key", () => {
  for (const keyId of ["alias/service", "00000000-0000-0000-0000-000000000000"]) {
    it(`is known by its ARN, whichever name it is given: ${keyId}`, async () => {
      const outcome = await run({ serviceKeyId: keyId });
      expect(outcome.outputs["serviceKeyArn"]).to.match(/^arn:aws:kms:eu-central-1:111122223333:key\//);
    });
  }

  it("is opened to the API by a grant", async () => {
    const grant = (await run()).the("aws:kms/grant:Grant");
    expect(grant.inputs).to.deep.include({
      keyId: serviceKey,
      granteePrincipal: "arn:aws:iam::111122223333:role/pulumi-prod-data-access-api",
      operations: ["Encrypt", "Decrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "DescribeKey"],
    });
  });

  it("can't be exchanged, as the protected grant can't be replaced, unless that is confirmed", async () => {
    const isProtected = async (config?: Values): Promise<boolean> =>
      (await run(config)).the("aws:kms/grant:Grant").protect;
    expect(await isProtected()).to.equal(true);
    expect(await isProtected({ confirmServiceKeyChange: true })).to.equal(false);
    expect(await isProtected({ ephemeral: true })).to.equal(false);
  });
});

describe("The data key", () => {
  it("is the installation's own, rotated, with an alias", async () => {
    const outcome = await run();
    const key = outcome.the("aws:kms/key:Key");
    expect(key.inputs).to.deep.include({ enableKeyRotation: true, deletionWindowInDays: 30 });
    expect(key.protect).to.equal(true);
    expect(outcome.the("aws:kms/alias:Alias").inputs["name"]).to.equal("alias/pulumi-prod-data-key");
  });

  it("can be had back for 30 days, in a throw-away installation too, and kept for good", async () => {
    for (const config of [{}, { ephemeral: true }]) {
      const key = (await run(config)).the("aws:kms/key:Key");
      expect(key.inputs["deletionWindowInDays"]).to.equal(30);
      expect(key.retainOnDelete).to.equal(false);
    }
    expect((await run({ ephemeral: true, retainDataKey: true })).the("aws:kms/key:Key").retainOnDelete).to.equal(true);
  });

  it("is used directly by the shells of the installation's own cluster, and by nothing else", async () => {
    const policy = statements((await run()).the("aws:kms/key:Key"));
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
    const replica = (await run({ bucketReplicationRegion: "eu-west-1" })).the(
      "aws:kms/key:Key",
      "-eu-west-1-data-key-key",
    );
    expect(statements(replica)).to.not.have.any.keys("Shells", "BackupCopies");
  });

  it("serves events of this account's databases only", async () => {
    expect(statements((await run()).the("aws:kms/key:Key"))["Notifications"]).to.deep.include({
      Principal: { Service: "events.rds.amazonaws.com" },
      Condition: { StringEquals: { "aws:SourceAccount": "111122223333" } },
    });
  });

  it("lets AWS Backup give and give up its grants", async () => {
    const policy = statements((await run()).the("aws:kms/key:Key"));
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
    const keyWith = async (account: string): Promise<ReturnType<typeof statements>> => {
      const backupCopyVaultArn = `arn:aws:backup:eu-west-1:${account}:backup-vault:copies`;
      return statements((await run({ backupEnabled: true, backupCopyVaultArn })).the("aws:kms/key:Key"));
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
    const policy = statements((await run()).the("aws:kms/key:Key"));
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

  it("can be one that the customer gives", async () => {
    const outcome = await run({ dataKeyId: "alias/data" });
    const given = "arn:aws:kms:eu-central-1:111122223333:key/id-of-data";
    expect(outcome.ofType("aws:kms/key:Key")).to.deep.equal([]);
    expect(outcome.outputs["dataKeyArn"]).to.equal(given);
    expect(outcome.the("aws:rds/cluster:Cluster").inputs["kmsKeyId"]).to.equal(given);
  });
});
