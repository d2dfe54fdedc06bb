import { type AwsAnswers, awsError, subnetIds, vpcId, withFakeAws } from "@selfhosted/common/testing";
import { expect } from "chai";
import { discover } from "../../init/discover";
import type { Facts } from "../../init/facts";

const region = "eu-central-1";
const arn = (id: string): string => `arn:aws:acm:${region}:111122223333:certificate/${id}`;

/** The answers to what only init asks. */
const lists: Partial<AwsAnswers> = {
  "ec2:DescribeVpcs": () => ({
    Vpcs: [{ VpcId: vpcId, CidrBlock: "10.0.0.0/16", Tags: [{ Key: "Name", Value: "main" }] }],
  }),
  "ec2:DescribeSubnets": () => ({
    Subnets: [
      ...Object.values(subnetIds).flatMap((ids) =>
        ids.map((SubnetId) => ({
          SubnetId,
          AvailabilityZone: `${region}${SubnetId.slice(-1)}`,
          CidrBlock: "10.0.0.0/24",
        })),
      ),
      { SubnetId: "subnet-00000001", AvailabilityZone: `${region}-ber-1a`, CidrBlock: "10.0.0.0/24" },
      { SubnetId: "subnet-00000002", AvailabilityZone: `${region}a` },
    ],
  }),
  "acm:ListCertificates": ({ NextToken, Includes }) => ({
    CertificateSummaryList: [{ CertificateArn: arn(NextToken === undefined ? "rsa" : "ec") }],
    ...(NextToken === undefined && { NextToken: "more" }),
    Includes,
  }),
  "acm:DescribeCertificate": ({ CertificateArn }) => ({ Certificate: { CertificateArn } }),
  "kms:ListAliases": () => ({
    Aliases: [
      { AliasName: "alias/pulumi-selfhosted", TargetKeyId: "1" },
      { AliasName: "alias/old", TargetKeyId: "2" },
      { AliasName: "alias/aws/s3", TargetKeyId: "3" },
      { AliasName: "alias/none" },
    ],
  }),
  "kms:DescribeKey": ({ KeyId }) => ({
    KeyMetadata: {
      KeyManager: "CUSTOMER",
      KeyState: KeyId === "1" ? "Enabled" : "PendingDeletion",
      KeySpec: "SYMMETRIC_DEFAULT",
    },
  }),
  "ecr:DescribeImages": ({ repositoryName }) => {
    if (String(repositoryName).endsWith("migrations")) {
      throw awsError("RepositoryNotFoundException", "The repository does not exist");
    }
    return { imageDetails: [{ imageTags: ["20260105-317-signed"] }, {}, { imageTags: ["20250901-101-signed"] }] };
  },
};

describe("what init finds in an account", () => {
  const { PULUMI_BACKEND_URL: before } = process.env;
  beforeEach(() => (process.env.PULUMI_BACKEND_URL = "s3://state"));
  afterEach(() => {
    delete process.env.PULUMI_BACKEND_URL;
    Object.assign(process.env, before === undefined ? {} : { PULUMI_BACKEND_URL: before });
  });

  const find = (changes: Partial<AwsAnswers> = {}, answers = {}): Promise<Facts> =>
    withFakeAws({ ...lists, ...changes }, () => discover(region, answers));

  it("is its VPCs, with the subnets of use by their routes", async () => {
    const { vpcs, unread } = await find();
    expect(unread).to.deep.equal({});
    const ids = Object.entries(vpcs[0]?.subnets ?? {}).map(([key, subnets]) => [key, subnets.map(({ id }) => id)]);
    expect(vpcs.map(({ id, name }) => [id, name])).to.deep.equal([[vpcId, "main"]]);
    expect(Object.fromEntries(ids)).to.deep.equal({
      publicSubnetIds: subnetIds.public,
      privateSubnetIds: subnetIds.private,
      isolatedSubnetIds: subnetIds.isolated,
    });
  });

  it("is zones with the VPCs that see them, all pages of certificates, and keys with a name", async () => {
    const { zones, certificates, keys, backend, accountId } = await find();
    expect(zones.map(({ id, vpcIds }) => [id, vpcIds.includes(vpcId)])).to.deep.equal([
      ["Z0PUBLICZONE", false],
      ["Z0PRIVATEZONE", true],
    ]);
    expect(certificates.map(({ CertificateArn }) => CertificateArn)).to.deep.equal([arn("rsa"), arn("ec")]);
    expect(keys).to.deep.equal([
      { alias: "alias/pulumi-selfhosted" },
      { alias: "alias/old", flaw: "is in state PendingDeletion; allowed: an enabled key" },
    ]);
    expect([backend, accountId]).to.deep.equal(["s3://state", "111122223333"]);
  });

  it("is the tags of the three repositories, under the prefix that was answered", async () => {
    const { repositories } = await find({}, { imagePrefix: "mirror/" });
    const tags = ["20250901-101-signed", "20260105-317-signed"];
    expect(repositories).to.deep.equal([
      { name: "mirror/pulumi/service", tags },
      { name: "mirror/pulumi/console", tags },
      { name: "mirror/pulumi/migrations" },
    ]);
  });

  it("is the rest too, where something can't be read", async () => {
    const denied = (): never => {
      const error = awsError("AccessDeniedException", "not authorized to perform: acm:ListCertificates");
      throw Object.assign(error, { $metadata: { httpStatusCode: 400 } });
    };
    const { certificates, zones, unread } = await find({ "acm:ListCertificates": denied });
    expect([certificates.length, zones.length]).to.deep.equal([0, 2]);
    expect(unread).to.deep.equal({
      certificates:
        "the certificates can't be read: the credentials don't allow it; allow the caller acm:ListCertificates",
    });
  });

  it("is nothing of another account than the one that was answered", async () => {
    const message = await find({}, { accountId: "999999999999" }).then(String, String);
    expect(message).to.match(/^Error: The answers are for account 999999999999, but the credentials are those of arn:/);
  });
});
