import * as aws from "@pulumi/aws";
import { policyIn } from "@selfhosted/common/testing";
import { expect } from "chai";
import { deploy, infrastructure, refusals } from "../fixtures";
import { secretVariables } from "../task-definitions";

const databaseUserSecretArn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:pulumi-api-user-AbCdEf";
const databaseUserSecretKeyArn = "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-000000000000";
const administrator = infrastructure.database.credentials.arn;

describe("A database user of the customer's", () => {
  const config = { databaseUserSecretArn, databaseUserSecretKeyArn, jobsEnabled: true };

  it("is that of the API and its jobs, with the password that is current when a task starts", async () => {
    const outcome = await deploy({ config });
    for (const task of ["api", "api-jobs"] as const) {
      const found = secretVariables(outcome, task);
      expect(found["PULUMI_DATABASE_USER_NAME"]).to.equal(`${databaseUserSecretArn}:username::`);
      expect(found["PULUMI_DATABASE_USER_PASSWORD"]).to.equal(`${databaseUserSecretArn}:password::`);
      expect(JSON.stringify(found)).not.to.include(administrator);
    }
  });

  it("leaves migrations to the administrator", async () => {
    const outcome = await deploy({ config });
    expect(secretVariables(outcome, "migration")["MYSQL_ROOT_PASSWORD"]).to.include(`${administrator}:password::`);
  });

  it("has a secret and a key that the API's tasks may use to start, and no others", async () => {
    const { ofType } = await deploy({ config });
    const starts = ofType(aws.iam.RolePolicy).filter(({ name }) => name.includes("-execution-"));
    const mayUse = starts.filter(({ inputs }) => {
      const { ReadSecrets: read, DecryptCustomersSecret: decrypt } = policyIn(inputs.policy);
      expect(JSON.stringify(read?.Resource ?? "").includes(databaseUserSecretArn)).to.equal(decrypt !== undefined);
      return decrypt?.Resource === databaseUserSecretKeyArn;
    });
    expect(mayUse.map(({ name }) => /test-(.*)-execution-/.exec(name)?.[1])).to.have.members(["api", "api-jobs"]);
    for (const { inputs } of mayUse) {
      const { ReadSecrets: read } = policyIn(inputs.policy);
      expect(JSON.stringify(read?.Resource)).not.to.include(administrator);
    }
  });

  it("is the administrator where none is set, and no policy is another one for that", async () => {
    const outcome = await deploy();
    expect(secretVariables(outcome, "api")["PULUMI_DATABASE_USER_NAME"]).to.include(`${administrator}:username::`);
    const policies = JSON.stringify(outcome.ofType(aws.iam.RolePolicy).map(({ inputs }) => inputs.policy));
    expect(policies).not.to.include("DecryptCustomersSecret");
  });

  it("has a secret where ECS reads it, and a key only with that", () => {
    const elsewhere = databaseUserSecretArn.replace("eu-central-1", "us-east-1");
    expect(refusals({ config: { databaseUserSecretArn: elsewhere } })).to.match(
      /^databaseUserSecretArn: found a secret of account \d+ in us-east-1 .*own account and region only/,
    );
    expect(refusals({ config: { databaseUserSecretArn: "pulumi-api-user" } })).to.match(
      /^databaseUserSecretArn: found "pulumi-api-user"; allowed: the whole ARN of a secret/,
    );
    expect(refusals({ config: { databaseUserSecretKeyArn } })).to.match(
      /^databaseUserSecretKeyArn: has no effect without databaseUserSecretArn/,
    );
  });
});
