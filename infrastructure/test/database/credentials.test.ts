import * as aws from "@pulumi/aws";
import * as random from "@pulumi/random";
import { parseJson } from "@selfhosted/common/testing";
import { expect } from "chai";
import { type Outcome, runLayer, runWith } from "../layer";

describe("The database's credentials", () => {
  let standard: Outcome;
  before(async () => {
    standard = await runLayer();
  });

  it("are random, and nobody sees them outside of Secrets Manager", () => {
    const secret = standard.the(aws.secretsmanager.Secret);
    expect(secret.inputs.recoveryWindowInDays).to.equal(30);
    expect(secret.protect).to.equal(true);
    const version = standard.the(aws.secretsmanager.SecretVersion);
    expect(version.secretInputs).to.deep.equal(["secretString"]);
    expect(parseJson(version.inputs.secretString)).to.deep.equal({
      username: "pulumi_admin",
      password: "Generated-0-Password!",
    });
    expect(standard.the(aws.rds.Cluster).secretInputs).to.include("masterPassword");
    expect(JSON.stringify(standard.outputs)).to.not.contain("Generated-0-Password!");
  });

  it("get a new password when its version is raised, and only then", async () => {
    const keepers = (outcome: Outcome): unknown => outcome.the(random.RandomPassword).inputs.keepers;
    expect(keepers(await runWith({ databasePasswordVersion: 2 }))).to.not.deep.equal(keepers(standard));
    expect(keepers(await runWith({ databaseInstanceCount: 3, size: "large" }))).to.deep.equal(keepers(standard));
  });
});
