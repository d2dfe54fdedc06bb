import { KMS } from "@aws-sdk/client-kms";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { expect } from "chai";
import { service as iam } from "../../plugins/aws/iam";
import { service as kms } from "../../plugins/aws/kms";
import { service as cloudwatch } from "../../plugins/aws/logs";
import { service as secretsmanager } from "../../plugins/aws/secretsmanager";
import { Deployment, type Made } from "../account";

const roleType = "aws:iam/role:Role";
const policyType = "aws:iam/rolePolicy:RolePolicy";
const attachmentType = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
const keyType = "aws:kms/key:Key";
const aliasType = "aws:kms/alias:Alias";
const grantType = "aws:kms/grant:Grant";
const secretType = "aws:secretsmanager/secret:Secret";
const versionType = "aws:secretsmanager/secretVersion:SecretVersion";
const logGroupType = "aws:cloudwatch/logGroup:LogGroup";

const executionPolicy = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";
const trust = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }],
};
const document = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });

describe("roles, keys, secrets and logs", () => {
  let stack: Deployment;
  let role: Made;
  let key: Made;

  const unchanged = async (...all: Made[]) => {
    for (const made of all) expect(await stack.preview(made, {}), made.urn).to.equal("none");
  };
  const removed = async (...all: Made[]) => {
    for (const made of all) {
      await stack.delete(made);
      await stack.delete(made);
      expect(await stack.read(made), made.urn).to.equal(undefined);
    }
  };

  before(async () => {
    stack = await Deployment.of({ iam, kms, secretsmanager, cloudwatch });
    role = await stack.create(roleType, "task", { assumeRolePolicy: trust, tags: { team: "platform" } });
    key = await stack.create(keyType, "data", {
      description: "data at rest",
      enableKeyRotation: true,
      deletionWindowInDays: 7,
    });
  });

  it("gives a role its policies, and takes them away", async () => {
    const statement = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::states/*" };
    let policy = await stack.create(policyType, "task", { role: role.id, policy: document(statement) });
    const attachment = await stack.create(attachmentType, "task", { role: role.id, policyArn: executionPolicy });
    await unchanged(role, policy, attachment);
    policy = await stack.update(policy, { policy: document({ ...statement, Action: "s3:PutObject" }) });
    expect((await stack.read(policy))?.policy).to.contain("s3:PutObject");

    const bounded = await stack.update(role, { permissionsBoundary: executionPolicy, tags: { team: "data" } });
    expect(bounded.outputs).to.deep.include({ permissionsBoundary: executionPolicy, tagsAll: { team: "data" } });
    const inUse = await stack.delete(role).then(String, (error: Error) => error.message);
    expect(inUse).to.match(/DeleteRole: DeleteConflict/);
    await removed(policy, attachment);
  });

  it("refuses roles and policies that IAM would refuse", async () => {
    expect(await stack.refusal(roleType, { assumeRolePolicy: "not JSON" })).to.match(/assumeRolePolicy must be JSON/);
    expect(
      await stack.refusal(roleType, { assumeRolePolicy: document({ Effect: "Allow", Action: "sts:AssumeRole" }) }),
    ).to.match(/must have Principal in statement 1/);
    expect(await stack.refusal(roleType, { assumeRolePolicy: trust, name: role.id })).to.match(/exists already/);
    expect(await stack.refusal(roleType, { assumeRolePolicy: trust, maxSessionDuration: 60 })).to.match(
      /3600 to 43200/,
    );
    const noPolicy = { role: role.id, policyArn: "arn:aws:iam::aws:policy/NoSuch" };
    expect(await stack.refusal(attachmentType, noPolicy)).to.match(/NoSuch, which doesn't exist/);
  });

  it("grants a key to a role, under an alias", async () => {
    const alias = await stack.create(aliasType, "data", { name: "alias/data", targetKeyId: key.id });
    const inputs = {
      name: "api",
      keyId: key.id,
      granteePrincipal: role.outputs.arn,
      operations: ["Encrypt", "Decrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext"],
    };
    const grant = await stack.create(grantType, "api", inputs);
    await unchanged(key, alias, grant);
    const { KeyMetadata } = await stack.account.client(KMS).describeKey({ KeyId: "alias/data" });
    expect(KeyMetadata).to.include({ Arn: key.outputs.arn, KeyId: key.id });

    expect(await stack.refusal(grantType, inputs)).to.match(/exists already/);
    expect(await stack.refusal(grantType, { ...inputs, operations: ["Fly"] })).to.match(/operations must hold/);
    expect(
      await stack.refusal(grantType, { ...inputs, granteePrincipal: "arn:aws:iam::123456789012:role/none" }),
    ).to.match(/role\/none, which doesn't exist/);
    expect(await stack.refusal(keyType, { deletionWindowInDays: 3 })).to.match(/from 7 to 30/);
    const statement = { Effect: "Allow", Principal: "*", Action: "kms:Decrypt", Resource: "*" };
    expect(await stack.refusal(keyType, { policy: document(statement) })).to.match(/kms:PutKeyPolicy/);
    await removed(grant, alias, key);
    expect(await stack.refusal(aliasType, { name: "alias/late", targetKeyId: key.id })).to.match(/about to be deleted/);
  });

  it("keeps versions of a secret, of which the last is current", async () => {
    const secret = await stack.create(secretType, "api", { recoveryWindowInDays: 0, tags: { team: "platform" } });
    const first = await stack.create(versionType, "api", { secretId: secret.id, secretString: '{"key":"one"}' });
    expect(await stack.preview(first, { secretString: '{"key":"two"}' })).to.equal("replace");
    const second = await stack.create(versionType, "api-2", { secretId: secret.id, secretString: '{"key":"two"}' });
    expect(second.outputs.versionId).to.not.equal(first.outputs.versionId);
    await unchanged(secret, second);
    await stack.delete(first);
    const current = await stack.account.client(SecretsManager).getSecretValue({ SecretId: secret.id });
    expect(current).to.include({ SecretString: '{"key":"two"}', VersionId: second.outputs.versionId });
    expect(await stack.refusal(secretType, { name: secret.inputs.name })).to.match(/exists already/);
    expect(await stack.refusal(secretType, { name: "no spaces" })).to.match(/1 to 512/);
    await stack.delete(second);
    await removed(secret);
  });

  it("keeps logs for as long as CloudWatch can", async () => {
    let group = await stack.create(logGroupType, "api", { name: "/selfhosted/api", retentionInDays: 30 });
    await unchanged(group);
    expect(group.outputs.arn).to.match(/log-group:\/selfhosted\/api$/);
    group = await stack.update(group, { retentionInDays: 90, tags: { team: "platform" } });
    expect(await stack.read(group)).to.deep.include({ retentionInDays: 90, tagsAll: { team: "platform" } });
    expect(await stack.refusal(logGroupType, { retentionInDays: 31 })).to.match(/one of 0, 1, 3/);
    expect(await stack.refusal(logGroupType, { name: "/selfhosted/api" })).to.match(/exists already/);
    await removed(group);
  });
});
