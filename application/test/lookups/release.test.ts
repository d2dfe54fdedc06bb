import * as aws from "@pulumi/aws";
import { type AwsAnswers, awsError, rsaPair } from "@selfhosted/common/testing";
import { expect } from "chai";
import { runningNames } from "../../service/names";
import { containerTls, deploy, installation } from "../fixtures";
import { problems, skipped, type Trial } from "./account";

/** ECS that runs the API of a release. */
const running = (release: string): Partial<AwsAnswers> => ({
  "ecs:DescribeServices": () => ({
    services: [
      { serviceName: "pulumi-test-api", status: "INACTIVE", taskDefinition: "old:1" },
      { serviceName: "pulumi-test-console", status: "ACTIVE", taskDefinition: "console:1" },
      { serviceName: "pulumi-test-api-tls", status: "ACTIVE", taskDefinition: "api:7" },
    ],
  }),
  "ecs:DescribeTaskDefinition": ({ taskDefinition }) => ({
    taskDefinition: {
      containerDefinitions: [
        { name: "log-router", image: "fluent-bit:3" },
        { name: "api", image: `registry/pulumi/service:${taskDefinition === "api:7" ? release : "none"}` },
      ],
    },
  }),
});

describe("the release", () => {
  it("is never older than the one that runs, which the database was migrated for", async () => {
    expect(await problems({ aws: running("20260201-1-signed") })).to.deep.equal([
      "error imageTag: found 20260101-1000-signed, which is older than 20260201-1-signed, for which the database was migrated; there " +
        "is no migration back → pulumi config set imageTag 20260201-1-signed; to let only the services go back: make rollback ENV=test " +
        "IMAGE_TAG=20260101-1000-signed; where the database was restored to 20260101-1000-signed: pulumi config set migrationRun " +
        "restored-to-20260101-1000-signed",
    ]);
    expect(await problems({ aws: running("20260101-1000-signed") })).to.deep.equal([]);
    expect(await problems({ aws: running("20251201-1-signed") })).to.deep.equal([]);
  });

  it("may go back while the migration stays, and after a restore", async () => {
    const aws = running("20260201-1-signed");
    expect(await problems({ config: { migrationImageTag: "20260201-1-signed" }, aws })).to.deep.equal([]);
    for (const migrationRun of ["restored-to-20260101-1000-signed", "restored-to-20260101-1000-signed-again"]) {
      const restored = { config: { migrationRun }, aws };
      expect(await problems(restored)).to.deep.equal([]);
      expect(await skipped(restored, "release")).to.match(/20260201-1-signed runs/);
    }
  });

  it("isn't let go back for ever by a value of migrationRun that has run it once, or that names another release", async () => {
    const aws = running("20260201-1-signed");
    for (const migrationRun of ["after-restore-1", "restored-to-20251201-1-signed"]) {
      expect((await problems({ config: { migrationRun }, aws })).join(), migrationRun).to.match(
        /^error imageTag: found/,
      );
    }
  });

  it("is that of the migrations, where a setting of their own names it", async () => {
    const image = "registry.example.com/pulumi/migrations";
    const keys = async (config: Trial["config"]): Promise<(string | undefined)[]> =>
      (await problems({ config, aws: running("20260201-1-signed") })).map((problem) => problem.split(":")[0]);
    expect(await keys({ migrationImageTag: "20251231-1" })).to.deep.equal(["error migrationImageTag"]);
    expect(await keys({ migrationImage: `${image}:20251231-1` })).to.deep.equal(["error migrationImage"]);
    expect(await keys({ migrationImage: `${image}@sha256:${"0".repeat(64)}` })).to.deep.equal([]);
  });

  it("is that of the services that the program makes", async () => {
    const names = runningNames("pulumi", "test");
    for (const trial of [{ config: { jobsEnabled: true } }, containerTls()]) {
      const { the, ofType } = await deploy(trial);
      expect(the(aws.ecs.Cluster).inputs.name).to.equal(names.cluster);
      const made = ofType(aws.ecs.Service).map(({ inputs }) => inputs.name ?? "");
      expect(made.filter((name) => names.apiServices.includes(name))).to.have.length(1);
      expect(names.services).to.include.members(made);
    }
  });
});

describe("closed sign-up", () => {
  const emailSignupDisabled = true;
  const samlOnly = { emailLoginDisabled: true, samlCertificate: rsaPair.certificate };

  it("is refused on a first deployment, where nobody could become the administrator", async () => {
    expect(await problems({ config: { emailSignupDisabled } })).to.deep.equal([
      "error emailSignupDisabled: emailSignupDisabled on a first deployment: the first user to sign up becomes the administrator, and " +
        "nobody could → pulumi config rm emailSignupDisabled, sign up when it is deployed, then turn it on again; where the database " +
        "is one that was restored, with its users: pulumi config set confirmAdministratorExists true",
    ]);
    expect((await problems({ config: samlOnly })).join()).to.match(
      /^error emailLoginDisabled: .*SAML is set up by a user who is signed in → pulumi config rm emailLoginDisabled,/,
    );
    const both = await problems({ config: { ...samlOnly, emailSignupDisabled } });
    expect(both).to.have.length(1);
    expect(both[0]).to.include("pulumi config rm emailSignupDisabled && pulumi config rm emailLoginDisabled");
  });

  it("is fine where somebody can sign in by themselves, has before, or is confirmed to be there", async () => {
    for (const closed of [{ emailSignupDisabled }, samlOnly]) {
      for (const key of ["githubOauthId", "gitlabOauthId", "bitbucketOauthId"]) {
        expect(await problems({ config: { ...closed, [key]: "id" } }), key).to.deep.equal([]);
      }
      expect(await problems({ config: closed, aws: running("20260101-1000-signed") })).to.deep.equal([]);
      expect(await problems({ config: { ...closed, confirmAdministratorExists: true } })).to.deep.equal([]);
    }
  });

  it("is left unchecked where ECS can't be read, and nothing is reported where it is open", async () => {
    const aws = {
      "ecs:DescribeServices": () => {
        throw awsError("AccessDeniedException", "not authorized to perform: ecs:DescribeServices");
      },
    };
    expect(await skipped({ aws }, "first user")).to.equal(undefined);
    expect(await skipped({ aws, config: { emailSignupDisabled } }, "first user")).to.match(/isn't valid/);
  });
});

describe("credentials", () => {
  it("of another account are one problem, not one for each thing that they don't find", async () => {
    const above = installation({ accountId: "444455556666" });
    const found = await problems({ above, config: { auditLogsTable: "audit" } });
    expect(found).to.have.length(1);
    expect(found[0]).to.match(
      /belongs to account 444455556666, but the credentials are those of arn:aws:iam::111122223333/,
    );
  });

  it("that aren't there are one problem too", async () => {
    const aws = {
      "sts:GetCallerIdentity": () => {
        throw awsError("CredentialsProviderError", "Could not load credentials from any providers");
      },
    };
    expect((await problems({ aws })).join()).to.match(/^error infrastructureStack: .* the credentials aren't valid/);
  });
});
