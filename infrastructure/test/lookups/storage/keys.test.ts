import { awsError, keyArn, type Values } from "@selfhosted/common/testing";
import { expect } from "chai";
import { type Answers, checkOf, expectOnly, type Fault, lookUp, withCluster, withKeys } from "../../account";

const service = keyArn("id-of-service");
const old = keyArn("id-of-old");

/** The API's role of an installation that is deployed with this service key. */
const deployedWith = (serviceKey: string): Answers => ({
  "iam:GetRole": ({ RoleName }) =>
    RoleName === "pulumi-prod-data-access-api"
      ? { Role: { RoleName, Tags: [{ Key: "service-key", Value: serviceKey }] } }
      : noRole(),
});
const noRole = (): never => {
  throw awsError("NoSuchEntityException", "no such role");
};
const failing = (name: string, message: string): Answers => ({
  "kms:DescribeKey": () => {
    throw awsError(name, message);
  },
});

const faults: Fault[] = [
  [
    "a service key that isn't there",
    { aws: failing("NotFoundException", "Alias arn:aws:kms:… is not found.") },
    "serviceKeyId: KMS key alias/service doesn't exist in this account and region | `aws kms list-aliases --region eu-central-1` lists the keys with names",
  ],
  [
    "a key that the caller may not see",
    { aws: failing("AccessDeniedException", "User x is not authorized to perform: kms:DescribeKey on resource y") },
    "serviceKeyId: KMS key alias/service can't be read: the credentials don't allow it | allow the caller kms:DescribeKey",
  ],
  [
    "a disabled key",
    { aws: withKeys({ "alias/service": { KeyState: "Disabled", Enabled: false } }) },
    `serviceKeyId: alias/service is in state Disabled; allowed: an enabled key | aws kms enable-key --key-id ${service}`,
  ],
  [
    "a data key that is to be deleted",
    { config: { dataKeyId: "alias/data" }, aws: withKeys({ "alias/data": { KeyState: "PendingDeletion" } }) },
    /^dataKeyId: alias\/data is in state PendingDeletion; .* \| aws kms cancel-key-deletion --key-id \S+id-of-data && aws kms enable-key/,
  ],
  [
    "a key of AWS",
    { aws: withKeys({ "alias/service": { KeyManager: "AWS" } }) },
    "serviceKeyId: alias/service is a key that AWS manages; allowed: a key of your own",
  ],
  [
    "a key to sign with",
    { aws: withKeys({ "alias/service": { KeySpec: "RSA_2048", KeyUsage: "SIGN_VERIFY" } }) },
    "serviceKeyId: alias/service is for SIGN_VERIFY with RSA_2048; allowed: a symmetric key to encrypt and decrypt",
  ],
  [
    "a disabled key of a bucket",
    {
      config: { bucketPolicyName: "mine", bucketKeyArns: [keyArn("good"), keyArn("bad")] },
      aws: withKeys({ [keyArn("bad")]: { KeyState: "Disabled" } }),
    },
    /^bucketKeyArns: \S+key\/bad is in state Disabled/,
  ],
  [
    "a disabled key of the copies, in their region",
    {
      config: {
        bucketReplicationRegion: "eu-west-1",
        bucketReplicationKeyArn: keyArn("copies", "aws", "eu-west-1"),
      },
      aws: withKeys({ [keyArn("copies", "aws", "eu-west-1")]: { KeyState: "Disabled" } }),
    },
    /^bucketReplicationKeyArn: \S+eu-west-1\S+key\/copies is in state Disabled/,
  ],
  [
    "another service key than the deployed one",
    { aws: deployedWith(old) },
    `serviceKeyId: found ${service}, but the service encrypts with ${old}; what it encrypted so far would become unreadable | ` +
      `pulumi config set serviceKeyId ${old}; or, to give that up, for one deployment: pulumi config set confirmServiceKeyChange true`,
  ],
  [
    "another region than the deployed one, as IAM knows",
    { aws: deployedWith(keyArn("id-of-service", "aws", "us-east-1")) },
    /^aws:region: found eu-central-1, but the installation is deployed in us-east-1, and can't move: .* lost to it \| pulumi config set aws:region us-east-1$/,
  ],
];

describe("The look-up of keys", () => {
  for (const [fault, args, sentence] of faults) {
    it(`refuses, with that problem alone: ${fault}`, async () => {
      const { account } = await expectOnly(sentence, args);
      if (/key (that|of AWS|to sign)|^a disabled key$/.test(fault)) {
        expect(account).to.equal(undefined);
      }
    });
  }

  it("checks nothing else in another region than the deployed one", async () => {
    const aws = {
      ...deployedWith(keyArn("id-of-service", "aws", "us-east-1")),
      "ec2:DescribeVpcs": () => ({ Vpcs: [] }),
    };
    const { checks, location } = await expectOnly(/^aws:region: found eu-central-1/, { aws });
    expect([checks.length, location]).to.deep.equal([2, undefined]);
  });

  it("checks the other keys of buckets where the caller may not see one", async () => {
    const bad = withKeys({ [keyArn("bad")]: { KeyState: "Disabled" } })["kms:DescribeKey"];
    const found = await lookUp({
      config: { bucketPolicyName: "mine", bucketKeyArns: [keyArn("theirs"), keyArn("bad")] },
      aws: {
        "kms:DescribeKey": (input, location) => {
          if (input["KeyId"] === keyArn("theirs")) {
            throw awsError("AccessDeniedException", "not authorized to perform: kms:DescribeKey");
          }
          return bad?.(input, location) ?? {};
        },
      },
    });
    expect(found.errors.join()).to.match(/^bucketKeyArns: \S+key\/bad is in state Disabled/);
    expect(checkOf(`key ${keyArn("theirs")}`, found).skipped).to.match(/key\/theirs can't be read/);
  });

  it("finds the keys' ARNs", async () => {
    const { account, errors } = await lookUp({ config: { dataKeyId: "alias/data" } });
    expect([errors, account?.serviceKeyArn, account?.dataKeyArn]).to.deep.equal([[], service, keyArn("id-of-data")]);
  });

  it("asks for each key once, however many need it", async () => {
    const asked: unknown[] = [];
    const answer = withKeys({})["kms:DescribeKey"];
    await lookUp({
      config: { dataKeyId: "alias/data", bucketPolicyName: "mine", bucketKeyArns: keyArn("mine") },
      aws: {
        "kms:DescribeKey": (input: Values, region) => {
          asked.push(input["KeyId"]);
          return answer?.(input, region) ?? {};
        },
      },
    });
    expect(asked).to.have.members(["alias/service", "alias/data", keyArn("mine")]);
  });

  it("leaves the deployed service key, and exchanges it where that is confirmed", async () => {
    const same = await lookUp({ config: { serviceKeyId: "alias/old" }, aws: deployedWith(old) });
    expect([same.errors, same.account?.serviceKeyArn]).to.deep.equal([[], old]);
    expect(checkOf("deployed service key", same).detail).to.equal(old);
    const other = await lookUp({ config: { confirmServiceKeyChange: true }, aws: deployedWith(old) });
    expect([other.errors, other.account?.serviceKeyArn]).to.deep.equal([[], service]);
  });
});

describe("The look-up of the data key beside the service key", () => {
  const one = { dataKeyId: keyArn("id-of-service") };

  it("warns of one key for both, by whatever name, while neither is in use", async () => {
    for (const dataKeyId of [keyArn("id-of-service"), "alias/service"]) {
      const { errors, warnings } = await lookUp({ config: { dataKeyId } });
      expect(errors).to.deep.equal([]);
      expect(warnings.join()).to.match(/^dataKeyId: found \S+id-of-service, which is serviceKeyId too: /);
    }
    expect((await lookUp({ config: { dataKeyId: "alias/data" } })).warnings).to.deep.equal([]);
  });

  it("needs no look at the clusters without a data key", async () => {
    const denied = () => {
      throw awsError("AccessDenied", "not authorized to perform: rds:DescribeDBClusters");
    };
    const found = await lookUp({ aws: { "rds:DescribeDBClusters": denied } });
    expect(checkOf("two keys", found)).to.deep.equal({ name: "two keys", detail: "", problems: [] });
  });

  it("says nothing once they can't be changed", async () => {
    const deployed = await lookUp({ config: one, aws: withCluster({ KmsKeyId: keyArn("id-of-service") }) });
    expect([deployed.errors, deployed.warnings]).to.deep.equal([[], []]);
  });
});
