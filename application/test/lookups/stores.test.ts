import { accountId, type AwsAnswers, awsError, keyArn, s3Error, type Values } from "@selfhosted/common/testing";
import { expect } from "chai";
import { registrySecretArn } from "../fixtures";
import { detail, problems, skipped, type Trial } from "./account";

const denied = (): never => {
  throw awsError("AccessDeniedException", "User: me is not authorized to perform: x:Describe");
};

describe("a registry bucket", () => {
  const config = { registryPublicBucket: "artefacts" };
  const refused = (statusCode: number, region?: string): Partial<AwsAnswers> => ({
    "s3:HeadBucket": () => {
      throw s3Error(statusCode, region ? { "x-amz-bucket-region": region } : {});
    },
  });

  it("exists in the installation's region", async () => {
    const aws = { "s3:HeadBucket": () => ({ BucketRegion: "eu-central-1" }) };
    expect(await problems({ config, aws })).to.deep.equal([]);
    expect(await detail({ config, aws }, "public registry bucket")).to.equal("artefacts");
    expect(await problems({ config, aws: refused(404) })).to.deep.equal([
      "error registryPublicBucket: bucket artefacts doesn't exist in this account and region → undefined",
    ]);
    expect(
      await problems({ config: { registryPrivateBucket: "artefacts" }, aws: refused(301, "us-east-1") }),
    ).to.deep.equal([
      "error registryPrivateBucket: bucket artefacts is in us-east-1; the API looks for it in the installation's region, " +
        "eu-central-1 → make a bucket in eu-central-1, and name that",
    ]);
  });

  it("isn't taken for readable because S3 names the region in an error", async () => {
    expect(await problems({ config, aws: refused(400, "eu-central-1") })).to.have.length(1);
  });

  it("that these credentials may not see stops nobody: the API's role may", async () => {
    const found = await problems({ config, aws: refused(403, "eu-central-1") });
    expect(found).to.have.length(1);
    expect(found[0]).to.match(
      /^warning registryPublicBucket: bucket artefacts exists, but these credentials may not see it/,
    );
  });
});

describe("the table for audit logs", () => {
  const config = { auditLogsTable: "audit" };
  const keys = (partition: string, sort: string): Values[] => [
    { AttributeName: partition, KeyType: "HASH" },
    { AttributeName: sort, KeyType: "RANGE" },
  ];
  const index = {
    IndexName: "org_user",
    KeySchema: keys("org_user_id", "timestamp_id"),
    Projection: { ProjectionType: "ALL" },
  };
  const table = (changes: Values): Partial<AwsAnswers> => ({
    "dynamodb:DescribeTable": () => ({
      Table: { KeySchema: keys("org_id", "timestamp_id"), GlobalSecondaryIndexes: [index], ...changes },
    }),
  });

  it("has the keys and the index that the product asks for", async () => {
    expect(await problems({ config, aws: table({}) })).to.deep.equal([]);
    expect((await problems({ config, aws: table({ KeySchema: keys("id", "timestamp_id") }) }))[0]).to.match(
      /^error auditLogsTable: table audit lacks the keys org_id/,
    );
    for (const wrong of [[], [{ ...index, KeySchema: keys("org_id", "timestamp_id") }]]) {
      expect((await problems({ config, aws: table({ GlobalSecondaryIndexes: wrong }) }))[0]).to.match(
        /lacks the global secondary index org_user/,
      );
    }
    const some = { ...index, Projection: { ProjectionType: "KEYS_ONLY" } };
    expect((await problems({ config, aws: table({ GlobalSecondaryIndexes: [some] }) }))[0]).to.match(
      /lacks all attributes/,
    );
  });

  it("exists", async () => {
    const aws = {
      "dynamodb:DescribeTable": () => {
        throw awsError("ResourceNotFoundException", "Requested resource not found");
      },
    };
    expect((await problems({ config, aws }))[0]).to.match(/^error auditLogsTable: table audit doesn't exist/);
  });
});

describe("what settings name", () => {
  it("is left unchecked where the caller may not see it, since the program doesn't need the answer", async () => {
    const trials: [string, Trial][] = [
      ["audit log table", { config: { auditLogsTable: "audit" }, aws: { "dynamodb:DescribeTable": denied } }],
      [
        "log router policy",
        { config: { logRouterPolicyArn: "arn:aws:iam::aws:policy/logs" }, aws: { "iam:GetPolicy": denied } },
      ],
      ["clients", { config: { allowedCidrBlocks: ["10.0.0.0/8"] }, aws: { "ec2:DescribeRouteTables": denied } }],
      [
        "prefix lists",
        { config: { allowedPrefixListIds: ["pl-00000001"] }, aws: { "ec2:DescribeManagedPrefixLists": denied } },
      ],
    ];
    for (const [name, trial] of trials) {
      expect(await problems(trial), name).to.deep.equal([]);
      expect(await skipped(trial, name), name).to.match(/the credentials don't allow it/);
    }
  });

  it("exists: the log router's policy", async () => {
    const config = { logRouterPolicyArn: "arn:aws:iam::111122223333:policy/logs" };
    expect(await problems({ config, aws: { "iam:GetPolicy": () => ({ Policy: {} }) } })).to.deep.equal([]);
    const aws = {
      "iam:GetPolicy": () => {
        throw awsError("NoSuchEntityException", "Policy was not found.");
      },
    };
    expect((await problems({ config, aws }))[0]).to.match(/^error logRouterPolicyArn: policy arn:.* doesn't exist/);
  });

  it("exists: the secret for the registry, which tasks may decrypt and nobody deletes", async () => {
    const config = {
      registryCredentialsSecretArn: registrySecretArn(),
    };
    const found = (values: Values): Promise<string[]> =>
      problems({ config, aws: { "secrets:DescribeSecret": () => values } });
    // The ID of a key or the ARN of an alias, as Secrets Manager gives them.
    const aliasArn = (name: string): string => `arn:aws:kms:eu-central-1:${accountId}:alias/${name}`;
    for (const KmsKeyId of [undefined, "data", aliasArn("aws/secretsmanager")]) {
      expect(await found({ KmsKeyId }), KmsKeyId).to.deep.equal([]);
    }
    expect((await found({ KmsKeyId: aliasArn("other") }))[0]).to.match(
      /^error .* encrypted with arn:\S+:alias\/other; tasks may decrypt with AWS's own key or the installation's data key only/,
    );
    const customers = { dataKeyArn: keyArn("id-of-data") };
    const secret = { "secrets:DescribeSecret": () => ({ KmsKeyId: aliasArn("data") }) };
    expect(await problems({ config, above: customers, aws: secret }), "the alias of the data key").to.deep.equal([]);
    expect((await problems({ config, above: {}, aws: secret })).join(), "another key's alias").to.match(/^error/);
    expect(await problems({ config, aws: { ...secret, "kms:DescribeKey": denied } }), "not to be seen").to.deep.equal(
      [],
    );
    expect((await found({ DeletedDate: new Date("2026-03-01") }))[0]).to.match(
      /^error registryCredentialsSecretArn: .* scheduled for deletion on 2026-03-01 → aws secretsmanager restore-secret/,
    );
  });

  it("exists: the secret of the database's user, with a key that tasks may use or that is named beside it", async () => {
    const config = { databaseUserSecretArn: registrySecretArn() };
    const customers = keyArn("customers");
    const found = (values: Values, more: Values = {}): Promise<string[]> =>
      problems({ config: { ...config, ...more }, aws: { "secrets:DescribeSecret": () => values } });
    expect(await found({})).to.deep.equal([]);
    expect((await found({ KmsKeyId: "customers" }))[0]).to.match(
      /^error databaseUserSecretArn: .* encrypted with customers; tasks may decrypt with AWS's own key, the installation's data key, or the key in databaseUserSecretKeyArn only → .*or set databaseUserSecretKeyArn$/,
    );
    expect(await found({ KmsKeyId: "customers" }, { databaseUserSecretKeyArn: customers })).to.deep.equal([]);
    expect((await found({ DeletedDate: new Date("2026-03-01") }))[0]).to.match(/scheduled for deletion on 2026-03-01/);
    const missing = () => {
      throw awsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
    };
    expect((await problems({ config, aws: { "secrets:DescribeSecret": missing } }))[0]).to.match(
      /^error databaseUserSecretArn: secret arn:.* doesn't exist/,
    );
  });
});

describe("the log group of Container Insights", () => {
  const name = "/aws/ecs/containerinsights/pulumi-test-cluster/performance";
  const config = { containerInsights: "enabled" as const };
  const logs = (groups: Record<string, Record<string, string>>): Partial<AwsAnswers> => ({
    "logs:DescribeLogGroups": () => ({
      logGroups: Object.keys(groups).map((logGroupName) => ({ logGroupName, arn: `${logGroupName}:*` })),
    }),
    "logs:ListTagsForResource": ({ resourceArn }) => ({ tags: groups[String(resourceArn)] }),
  });

  it("that ECS has made is refused, with the command that deletes it", async () => {
    expect((await problems({ config, aws: logs({ [name]: {} }) }))[0]).to.match(
      new RegExp(
        `^error containerInsights: log group ${name} exists already, .* → aws logs delete-log-group .*${name}$`,
      ),
    );
  });

  it("may be the stack's own, or another with a longer name, and isn't asked for where it is off", async () => {
    const own = { project: "pulumi", layer: "application", stack: "test" };
    const fine: Record<string, Record<string, string>>[] = [{}, { [name]: own }, { [`${name}-old`]: {} }];
    for (const groups of fine) {
      expect(await problems({ config, aws: logs(groups) })).to.deep.equal([]);
    }
    expect(await problems({ config: { containerInsights: "disabled" }, aws: logs({ [name]: {} }) })).to.deep.equal([]);
  });
});
