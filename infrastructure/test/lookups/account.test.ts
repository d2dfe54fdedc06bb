import type { Installation } from "@selfhosted/common";
import { infrastructureContract } from "@selfhosted/common";
import { awsError, exampleOutputs } from "@selfhosted/common/testing";
import { expect } from "chai";
import { type Answers, checkOf, lookUp } from "../account";

const { installation } = exampleOutputs(infrastructureContract);

describe("The look-up of the installation's name", () => {
  const renamed =
    "name: found acme, but the installation is deployed as pulumi; AWS renames neither a database nor a bucket: all would be made anew and " +
    "empty, and everything in the database and the buckets would be lost to it";

  it("refuses another one than the deployed", async () => {
    const { errors } = await lookUp({ config: { name: "acme" }, deployed: installation });
    expect(errors).to.deep.equal([`${renamed} | pulumi config set name pulumi`]);
  });

  it("is skipped where it isn't valid, as is all that needs it", async () => {
    const { errors, checks } = await lookUp({ config: { name: "Not A Name" } });
    expect(errors).to.deep.equal([]);
    const skipped = checks.filter((check) => check.skipped === "a setting that it needs isn't valid");
    expect(skipped.map(({ name }) => name)).to.include.members(["name", "database", "database class"]);
    expect(skipped.map(({ name }) => name)).to.not.include.members(["network", "key serviceKeyId"]);
  });
});

describe("The look-ups of optional settings", () => {
  it("have nothing to check where the setting isn't valid", async () => {
    const config = {
      permissionsBoundaryArn: "none",
      databaseEventTopicArn: "none",
      backupCopyVaultArn: "none",
      dataKeyId: "no key",
      bucketReplicationKeyArn: "none",
      bucketReplicationRegion: "none",
    };
    const found = await lookUp({ config });
    const names = [
      "permissions boundary",
      "event topic",
      "backup copy vault",
      "key dataKeyId",
      "two keys",
      "key of copies",
    ];
    for (const name of names) {
      const { detail, problems, skipped } = checkOf(name, found);
      expect([detail, problems, skipped], name).to.deep.equal(["", [], undefined]);
    }
  });
});

describe("The look-up of the account", () => {
  const moved = (values: Partial<Installation>): Installation => ({ ...installation, ...values });

  it("refuses credentials of another account, and checks nothing else with them", async () => {
    const wanted = await lookUp({ config: { accountId: "999988887777" } });
    expect(wanted.errors).to.deep.equal([
      "accountId: found 999988887777, but the credentials are of account 111122223333 | use credentials of account 999988887777, such as by " +
        "AWS_PROFILE; or, where it is to be in 111122223333: pulumi config set accountId 111122223333",
    ]);
    const deployed = await lookUp({ deployed: moved({ accountId: "999988887777" }) });
    expect(deployed.errors.join()).to.match(
      /^accountId: the credentials are of account 111122223333, but the installation is deployed in 999988887777: .* \| use credentials of account 999988887777/,
    );
    expect([wanted.checks.length, deployed.checks.length, wanted.account]).to.deep.equal([1, 1, undefined]);
  });

  it("refuses another region than the deployed one", async () => {
    const { errors, checks } = await lookUp({ deployed: moved({ region: "us-east-1" }) });
    expect(errors.join()).to.match(
      /^aws:region: found eu-central-1, but the installation is deployed in us-east-1, and can't move: .* \| pulumi config set aws:region us-east-1$/,
    );
    expect(checks).to.have.length(1);
  });

  const unreachable = (name: string, message: string): Answers => ({
    "sts:GetCallerIdentity": () => {
      throw awsError(name, message);
    },
  });

  it("names the region that was meant where AWS has none of that name", async () => {
    const { errors } = await lookUp({
      config: { "aws:region": "eu-west-9" },
      aws: unreachable("Error", "getaddrinfo ENOTFOUND sts.eu-west-9.amazonaws.com"),
    });
    expect(errors.join()).to.match(
      /^aws:region: found eu-west-9, a region that AWS doesn't have; allowed: eu-central-1, .* \| pulumi config set aws:region eu-west-1$/,
    );
  });

  it("says that the account hasn't enabled the region where AWS refuses the credentials for it", async () => {
    const { errors } = await lookUp({
      config: { "aws:region": "me-south-1" },
      aws: unreachable("InvalidClientTokenId", "The security token included in the request is invalid."),
    });
    expect(errors).to.deep.equal([
      "aws:region: found me-south-1, which isn't enabled in this account | aws account enable-region --region-name me-south-1",
    ]);
  });

  it("is one problem where there are no credentials", async () => {
    const { errors, checks } = await lookUp({
      aws: unreachable("CredentialsProviderError", "Could not load credentials"),
    });
    expect(errors.join()).to.match(
      /^accountId: the account can't be read: the credentials aren't valid \| set credentials/,
    );
    expect(checks).to.have.length(1);
  });

  it("refuses regions that AWS doesn't have, or the account", async () => {
    const replicated = (region: string) => lookUp({ config: { bucketReplicationRegion: region } });
    expect((await replicated("eu-west-9")).errors.join()).to.match(
      /^bucketReplicationRegion: found eu-west-9, a region that AWS doesn't have; .* \| pulumi config set bucketReplicationRegion eu-west-1$/,
    );
    expect((await replicated("me-south-1")).errors).to.deep.equal([
      "bucketReplicationRegion: found me-south-1, which isn't enabled in this account | aws account enable-region --region-name me-south-1",
    ]);
    expect((await replicated("eu-west-1")).errors).to.deep.equal([]);
  });

  it("skips what the caller may not read and the program doesn't need", async () => {
    const denied = () => {
      throw awsError("UnauthorizedOperation", "You are not authorized to perform: ec2:DescribeRegions");
    };
    const { errors, checks, account } = await lookUp({ aws: { "ec2:DescribeRegions": denied } });
    expect(errors).to.deep.equal([]);
    expect(checks.find(({ name }) => name === "regions")?.skipped).to.match(/the list of regions can't be read/);
    expect(account).to.have.property("network");
  });

  it("doesn't wait for a list of regions that doesn't come", async () => {
    const found = await lookUp({
      aws: {
        "ec2:DescribeRegions": () => {
          throw awsError("AbortError", "Request aborted");
        },
      },
    });
    expect(found.errors).to.deep.equal([]);
    expect(checkOf("regions", found).skipped).to.equal("AWS doesn't list its regions within 10 seconds");
  });

  it("refuses a permissions boundary that isn't there, or is another account's", async () => {
    const bounded = (account: string, aws?: Answers) =>
      lookUp({ config: { permissionsBoundaryArn: `arn:aws:iam::${account}:policy/boundary` }, aws });
    expect((await bounded("111122223333")).errors).to.deep.equal([]);
    expect((await bounded("aws")).errors).to.deep.equal([]);
    expect((await bounded("999988887777")).errors.join()).to.match(
      /a policy of the account 999988887777; allowed: one of 111122223333/,
    );
    const none: Answers = {
      "iam:GetPolicy": () => {
        throw awsError("NoSuchEntityException", "Policy was not found");
      },
    };
    expect((await bounded("111122223333", none)).errors.join()).to.match(
      /^permissionsBoundaryArn: found arn\S+boundary, but the account has no such policy \| `aws iam list-policies/,
    );
  });
});
