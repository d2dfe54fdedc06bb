import { execFile } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";
import { paginateDescribeVpcs } from "@aws-sdk/client-ec2";
import { expect } from "chai";
import { answerCalls, assumingRole, awsClients } from "../../aws/clients";
import { accountId, awsError, fakeAws, fakeClients } from "../../testing";

describe("clients that a test answers", () => {
  it("answer as a healthy account, in the partition and region that are asked for", async () => {
    const china = fakeClients({}, "aws-cn");
    expect((await china.sts.getCallerIdentity({})).Arn).to.equal(`arn:aws-cn:iam::${accountId}:user/operator`);
    const regions: string[] = [];
    const answers = { "ec2:DescribeVpcs": (_input: object, region: string) => (regions.push(region), { Vpcs: [] }) };
    await fakeClients(answers, "aws-cn").ec2.describeVpcs({});
    await fakeClients(answers, "aws", "eu-west-1").ec2.describeVpcs();
    expect(regions).to.deep.equal(["cn-north-1", "eu-west-1"]);
  });

  it("answer the SDK's paginators page by page", async () => {
    const { ec2 } = fakeClients({
      "ec2:DescribeVpcs": ({ NextToken }) =>
        NextToken === undefined ? { Vpcs: [{ VpcId: "vpc-1" }], NextToken: "2" } : { Vpcs: [{ VpcId: "vpc-2" }] },
    });
    const found: unknown[] = [];
    for await (const { Vpcs } of paginateDescribeVpcs({ client: ec2 }, {})) {
      found.push(...(Vpcs ?? []));
    }
    expect(found).to.deep.equal([{ VpcId: "vpc-1" }, { VpcId: "vpc-2" }]);
  });

  it("refuse as AWS does, and name the call for which there is no answer", async () => {
    const { kms } = fakeClients({
      "kms:DescribeKey": () => {
        throw awsError("NotFoundException", "no such key");
      },
    });
    expect((await failure(kms.describeKey({ KeyId: "k" }))).name).to.equal("NotFoundException");
    expect((await failure(kms.listAliases({}))).message).to.equal("the test has no answer for kms:ListAliases {}");
  });

  it("keep their answers when another test comes, also those that a role gets from them", async () => {
    answerCalls(fakeAws({ "rds:DescribeDBClusters": () => ({ DBClusters: [{ Status: "first" }] }) }));
    const first = awsClients({ region: "eu-central-1" });
    answerCalls(fakeAws({ "rds:DescribeDBClusters": () => ({ DBClusters: [{ Status: "second" }] }) }));
    const second = awsClients({ region: "eu-central-1" });
    answerCalls(undefined);
    const status = async ({ rds }: typeof first) => (await rds.describeDBClusters({})).DBClusters?.[0]?.Status;
    expect(await status(first)).to.equal("first");
    expect(await status(second)).to.equal("second");
    expect(await status(await assumingRole(first, "eu-central-1", `arn:aws:iam::${accountId}:role/dns`))).to.equal(
      "first",
    );
  });
});

describe("clients of AWS", () => {
  const names = ["AWS_MAX_ATTEMPTS"];
  const before = { ...process.env };
  beforeEach(() => names.forEach((name) => delete process.env[name]));
  afterEach(() => {
    names.forEach((name) => delete process.env[name]);
    Object.assign(process.env, before);
  });
  const attempts = (): Promise<number> => awsClients({ region: "eu-central-1" }).sts.config.maxAttempts();

  it("ask again more often than the SDK by itself, unless the environment says how often", async () => {
    expect(await attempts()).to.equal(10);
    process.env["AWS_MAX_ATTEMPTS"] = "2";
    expect(await attempts()).to.equal(2);
  });

  it("write no warning about the version of Node into a deployment", async () => {
    const code = `require("@selfhosted/common/register"); require("./aws").awsClients({ region: "eu-central-1" }).sts`;
    const env = { ...before, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: undefined };
    const { stderr } = await promisify(execFile)(process.execPath, ["-e", code], {
      cwd: path.resolve(__dirname, "../.."),
      env,
    });
    expect(stderr).to.equal("");
  });
});

async function failure(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing failed");
}
