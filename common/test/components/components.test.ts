import * as aws from "@pulumi/aws";
import { expect } from "chai";
import { accountId, type Outcome, run } from "../../testing";

describe("the components", () => {
  const keyArn = `arn:aws:kms:eu-central-1:${accountId}:key/data`;
  let outcome: Outcome;
  before(async () => {
    outcome = await run({ layer: "infrastructure", folder: __dirname, config: {} });
  });

  it("ServiceRole: is within the permissions boundary, for resources of the own account only where that is asked for", () => {
    const trusted = (role: string): unknown => {
      const { inputs } = outcome.the(aws.iam.Role, role);
      expect(inputs.permissionsBoundary).to.equal(`arn:aws:iam::${accountId}:policy/boundary`);
      const { Statement } = JSON.parse(inputs.assumeRolePolicy as string) as { Statement: object[] };
      return Statement;
    };
    const statement = { Sid: "Assume", Effect: "Allow", Action: ["sts:AssumeRole"] };
    expect(trusted("-task")).to.deep.equal([
      {
        ...statement,
        Principal: { Service: "ecs-tasks.amazonaws.com" },
        Condition: { StringEquals: { "aws:SourceAccount": accountId } },
      },
    ]);
    expect(trusted("-copy")).to.deep.equal([
      { ...statement, Principal: { Service: ["s3.amazonaws.com", "batchoperations.s3.amazonaws.com"] } },
    ]);
  });

  it("EncryptedLogGroup: has key and retention, and the name that another service decides", () => {
    expect(outcome.the(aws.cloudwatch.LogGroup, "-api").inputs).to.deep.equal({
      name: "pulumi-test-api",
      retentionInDays: 30,
      kmsKeyId: keyArn,
    });
    expect(outcome.the(aws.cloudwatch.LogGroup, "-slow-queries").inputs.name).to.equal("/aws/rds/slowquery");
  });

  it("AccessGroup: has no rules", () => {
    expect(outcome.the(aws.ec2.SecurityGroup).inputs).to.deep.equal({
      name: "pulumi-test-access",
      description: "Who may reach the database",
      vpcId: "vpc-1",
    });
  });

  it("jsonSecret: is encrypted, secret, kept when its values change, and referred to by version", () => {
    const secret = outcome.the(aws.secretsmanager.Secret, "-login-secret");
    expect(secret.protect).to.equal(true);
    expect(secret.inputs).to.deep.include({ kmsKeyId: keyArn, recoveryWindowInDays: 7 });
    const version = outcome.the(aws.secretsmanager.SecretVersion, "-login-version");
    expect(version.retainOnDelete).to.equal(true);
    expect(version.secretInputs).to.include("secretString");
    expect(JSON.parse(String(version.inputs.secretString))).to.deep.equal({ username: "pulumi", password: "hunter2" });
    expect(outcome.outputs).to.deep.equal({
      arn: `arn:aws:secretsmanager:eu-central-1:${accountId}:secret:pulumi-test-login-secret-AbCdEf`,
      versionId: "version-of-pulumi-test-login-version",
    });
  });
});
