import { awsError, fakeClients } from "@selfhosted/common/testing";
import { expect } from "chai";
import { describe as look, findDatabase } from "../../adoption/describe";
import * as recorded from "./recorded";

const place = { region: "eu-central-1", vpcId: recorded.vpcId };

const never = (name: string) => () => {
  throw awsError(name, "never set");
};

/** A bucket as the vendor's installer leaves it: S3 answers what was never set with an error. */
const bare = {
  "s3:HeadBucket": () => ({ BucketRegion: "eu-central-1" }),
  "s3:GetBucketVersioning": () => ({}),
  "s3:GetBucketEncryption": never("ServerSideEncryptionConfigurationNotFoundError"),
  "s3:GetPublicAccessBlock": never("NoSuchPublicAccessBlockConfiguration"),
  "s3:GetBucketPolicy": never("NoSuchBucketPolicy"),
  "s3:GetBucketLifecycleConfiguration": never("NoSuchLifecycleConfiguration"),
  "s3:GetBucketAcl": () => ({ Owner: { ID: "me" }, Grants: [{ Grantee: { ID: "me" }, Permission: "FULL_CONTROL" }] }),
  "s3:GetBucketLogging": () => ({}),
} as const;

type Answers = NonNullable<Parameters<typeof fakeClients>[0]>;

async function checkpoint(answers: Answers = {}) {
  const aws = fakeClients({ ...bare, ...answers });
  const { buckets } = await look(aws, { checkpointBucket: "theirs", serviceKeyId: "alias/service" }, place);
  return buckets.checkpoint;
}

describe("What is there", () => {
  it("is a bucket with nothing set", async () => {
    expect(await checkpoint()).to.deep.equal(recorded.bucket("theirs"));
  });

  it("is a bucket with everything set", async () => {
    const all = { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true };
    const encryption = { SSEAlgorithm: "aws:kms", KMSMasterKeyID: "alias/theirs" } as const;
    const Grants = [
      { Grantee: { URI: "http://acs.amazonaws.com/groups/global/AllUsers" }, Permission: "READ" as const },
    ];
    const found = await checkpoint({
      "s3:GetBucketVersioning": () => ({ Status: "Enabled" }),
      "s3:GetBucketEncryption": () => ({
        ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: encryption }] },
      }),
      "kms:DescribeKey": () => ({ KeyMetadata: { KeyId: "k", Arn: "arn:of-bucket", KeyManager: "CUSTOMER" } }),
      "s3:GetPublicAccessBlock": () => ({ PublicAccessBlockConfiguration: all }),
      "s3:GetBucketPolicy": () => ({ Policy: "{}" }),
      "s3:GetBucketLifecycleConfiguration": () => ({ Rules: [{ Status: "Enabled" }] }),
      "s3:GetBucketAcl": () => ({ Owner: { ID: "me" }, Grants }),
      "s3:GetBucketLogging": () => ({ LoggingEnabled: { TargetBucket: "logs", TargetPrefix: "" } }),
    });
    expect(found).to.deep.equal({
      ...recorded.bucket("theirs"),
      ...{ versioned: true, algorithm: "aws:kms", keyArn: "arn:of-bucket", closed: true, hasPolicy: true },
      ...{ grants: 1, lifecycleRules: 1, logsTo: "logs" },
    });
  });

  it("is no bucket, or one elsewhere, of which nothing more is asked", async () => {
    expect(await checkpoint({ "s3:HeadBucket": never("NotFound") })).to.not.have.property("region");
    const elsewhere = await checkpoint({
      "s3:HeadBucket": () => ({ BucketRegion: "eu-west-1" }),
      "s3:GetBucketVersioning": never("PermanentRedirect"),
    });
    expect(elsewhere?.region).to.equal("eu-west-1");
  });

  it("is a key, or none", async () => {
    const found = await look(fakeClients(), { serviceKeyId: "alias/service" }, place);
    expect(found.serviceKey?.KeyState).to.equal("Enabled");
    const aws = fakeClients({ "kms:DescribeKey": never("NotFoundException") });
    expect((await look(aws, { serviceKeyId: "gone" }, place)).serviceKey).to.equal(undefined);
  });

  it("is what others have for endpoints in the VPC", async () => {
    const endpoint = (id: string, State: string) => ({ VpcEndpointId: id, ServiceName: "s3", State });
    const aws = fakeClients({
      "ec2:DescribeVpcEndpoints": ({ Filters }) => {
        expect(Filters).to.deep.equal([{ Name: "vpc-id", Values: [recorded.vpcId] }]);
        const states = ["available", "Pending", "Deleting", "deleted"];
        return { VpcEndpoints: states.map((state) => endpoint(`vpce-${state}`, state as "Available")) };
      },
    });
    const { endpoints } = await look(aws, {}, place);
    expect(endpoints.map(({ VpcEndpointId: id }) => id)).to.deep.equal(["vpce-available", "vpce-Pending"]);
  });

  it("is a cluster with its writer first, its subnet group and its log groups", async () => {
    const { cluster, subnetGroup } = recorded.database;
    const members = ["reader", "writer"].map((id) => ({ DBInstanceIdentifier: id, IsClusterWriter: id === "writer" }));
    const aws = fakeClients({
      "rds:DescribeDBClusters": () => ({ DBClusters: [{ ...cluster, DBClusterMembers: members }] }),
      "rds:DescribeDBInstances": () => ({ DBInstances: members }),
      "rds:DescribeDBSubnetGroups": () => ({ DBSubnetGroups: [subnetGroup] }),
      "logs:DescribeLogGroups": ({ logGroupNamePrefix }) => ({
        logGroups: [{ logGroupName: `${String(logGroupNamePrefix)}error` }],
      }),
    });
    const found = await findDatabase(aws, "pulumi-db-6f0c1a2");
    expect(found?.instances.map(({ DBInstanceIdentifier }) => DBInstanceIdentifier)).to.deep.equal([
      "writer",
      "reader",
    ]);
    expect(found).to.deep.include({ subnetGroup, logs: ["error"] });
    const gone = fakeClients({ "rds:DescribeDBClusters": never("DBClusterNotFoundFault") });
    expect(await findDatabase(gone, "gone")).to.equal(undefined);
  });
});
