import { answerCalls, infrastructureContract } from "@selfhosted/common";
import { awsError, exampleOutputs, fakeAws } from "@selfhosted/common/testing";
import { expect } from "chai";
import { refuseOtherAccount, sayWhyRefused } from "../../aws/account";
import { describeDestruction, type EndingResource } from "../../aws/destruction";

const today = new Date("2026-03-20T12:00:00Z");
const outputs = exampleOutputs(infrastructureContract);
const { buckets } = outputs;

const bucket = (id: string, retainOnDelete = false): EndingResource => ({
  type: "aws:s3/bucket:Bucket",
  id,
  retainOnDelete,
});

describe("what a destruction does", () => {
  const described = (
    resources: EndingResource[],
    data: Parameters<typeof describeDestruction>[0] = outputs,
  ): string[] => describeDestruction(data, resources, today);

  it("loses the database, and the buckets that the stack has made", () => {
    const lines = described([bucket(buckets.checkpoint), bucket(buckets.logs)]);
    expect(lines[0]).to.match(/^lost: database pulumi-test-database with its automated backups/);
    expect(lines)
      .to.include(`lost: bucket ${buckets.checkpoint}: every version of its checkpoint objects`)
      .and.include(`lost: bucket ${buckets.logs}: every version of its access logs`);
  });

  it("leaves the customer's own buckets, and those that the stack keeps in AWS", () => {
    const lines = described([bucket(buckets.checkpoint), bucket(buckets.policy, true)]);
    expect(lines)
      .to.include(`stays: bucket ${buckets.policy} with its policy objects`)
      .and.include(`stays: bucket ${buckets.events} with its events objects`);
  });

  it("is the same for the copies in the other region", () => {
    const copies = { region: "eu-west-1", buckets: { checkpoint: "copy", events: "kept" } };
    expect(described([bucket("copy"), bucket("kept", true)], { copies })).to.deep.equal([
      "lost: bucket copy in eu-west-1: the copy of its checkpoint objects",
      "stays: bucket kept in eu-west-1 with the copy of its events objects",
    ]);
  });

  it("loses the logs, and the backups in a vault that doesn't stay", () => {
    const resources: EndingResource[] = [
      { type: "aws:cloudwatch/logGroup:LogGroup", id: "prod-api" },
      { type: "aws:backup/vault:Vault", id: "gone" },
      { type: "aws:backup/vault:Vault", id: "kept", retainOnDelete: true },
    ];
    expect(described(resources, {})).to.deep.equal([
      "lost: backup vault gone: every backup in it",
      "stays: backup vault kept with its backups",
      "lost: log group prod-api",
    ]);
  });

  it("leaves a secret for as long as it can be restored, and the customer's key", () => {
    const secret = (id: string, recoveryWindowInDays: number): EndingResource => {
      return { type: "aws:secretsmanager/secret:Secret", id, inputs: { recoveryWindowInDays } };
    };
    expect(
      described([secret("restorable", 30), secret("gone", 0)], { serviceKeyArn: "arn:service-key" }),
    ).to.deep.equal([
      "stays until 2026-04-19: secret restorable, by `aws secretsmanager restore-secret`",
      "stays: your service key arn:service-key",
    ]);
  });
});

describe("credentials that expire in the middle of a command", () => {
  const { error } = console;
  let said: string[];

  beforeEach(() => {
    said = [];
    console.error = (line: string) => void said.push(line);
  });
  afterEach(() => {
    console.error = error;
    answerCalls(undefined);
  });

  it("are named after a failure, and those that are valid aren't", async () => {
    answerCalls(fakeAws({ "sts:GetCallerIdentity": () => ({ Account: "111122223333" }) }));
    await sayWhyRefused("eu-central-1");
    expect(said).to.deep.equal([]);
    const expired = Object.assign(awsError("ExpiredToken", "The security token is expired"), { $metadata: {} });
    answerCalls(
      fakeAws({
        "sts:GetCallerIdentity": () => {
          throw expired;
        },
      }),
    );
    await sayWhyRefused("eu-central-1");
    expect(said.join()).to.match(/^the credentials have expired \(.*\); renew them/);
  });
});

describe("credentials of another account", () => {
  const installation = { accountId: "111122223333", region: "eu-central-1" };
  const caller = (Account: string): void =>
    answerCalls(fakeAws({ "sts:GetCallerIdentity": () => ({ Account, Arn: `arn:aws:iam::${Account}:user/me` }) }));

  afterEach(() => answerCalls(undefined));

  it("are refused, with both accounts", async () => {
    caller("999999999999");
    const message = await refuseOtherAccount("prod", installation).then(
      () => "accepted",
      (error: Error) => error.message,
    );
    expect(message).to.match(
      /^prod is in account 111122223333, .* arn:aws:iam::999999999999:user\/me\. Nothing was changed/,
    );
  });

  it("are the only ones that are", async () => {
    caller("111122223333");
    await refuseOtherAccount("prod", installation);
  });
});
