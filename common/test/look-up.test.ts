import { expect } from "chai";
import { partlyKnown } from "../config";
import { explainAws, lookUp, lookUpCaller } from "../look-up";
import { accountId, awsError, fakeClients } from "../testing";

const what = "VPC vpc-1";

describe("a look-up", () => {
  it("goes on with what it saw, by its name", async () => {
    const check = await lookUp(
      "network",
      "vpcId",
      () => what,
      async () => ({ evidence: "two zones", value: 2 }),
    );
    expect(check).to.deep.equal({ name: "network", evidence: "two zones", problems: [], value: 2 });
  });

  it("makes a refusal of AWS a problem of the setting", async () => {
    const { problems, value } = await lookUp(
      "network",
      "vpcId",
      () => what,
      async () => {
        throw awsError("InvalidVpcID.NotFound", "The vpc ID 'vpc-1' does not exist");
      },
    );
    expect(problems).to.deep.equal([{ key: "vpcId", reason: "VPC vpc-1 doesn't exist in this account and region" }]);
    expect(value).to.equal(undefined);
  });

  it("says so where what answers isn't AWS", async () => {
    const aws = fakeClients({ "sts:GetCallerIdentity": () => ({}) });
    const { problems } = await lookUpCaller("accountId", () => ({ accountId, region: "eu-central-1" }), aws);
    expect(problems.map(({ reason }) => reason)).to.deep.equal([
      "the account of the credentials can't be read: the answer has no Account, as those of AWS have",
    ]);
  });

  it("is skipped, without a problem of its own, where a setting that it needs isn't valid", async () => {
    const config = partlyKnown<{ vpcId: string }>({});
    const check = await lookUp(
      "network",
      "vpcId",
      () => config.vpcId,
      async () => ({ evidence: config.vpcId }),
    );
    expect(check).to.deep.include({ problems: [], skipped: "a setting that it needs isn't valid" });
  });

  it("is skipped so too where it explains the refusals of AWS itself", async () => {
    const config = partlyKnown<{ image: string }>({});
    const look = async () => {
      try {
        return { evidence: config.image };
      } catch (error) {
        return { evidence: "", problems: [{ key: "image", ...explainAws(error, "the image") }] };
      }
    };
    const check = await lookUp("images", "image", () => "the image", look);
    expect(check).to.deep.include({ problems: [], skipped: "a setting that it needs isn't valid" });
  });

  it("goes by its name in a refusal where what it looks at isn't known", async () => {
    const config = partlyKnown<{ vpcId: string }>({});
    const refused = async () => {
      throw awsError("ThrottlingException", "Rate exceeded");
    };
    const { problems } = await lookUp("network", "vpcId", () => `VPC ${config.vpcId}`, refused);
    expect(problems.map(({ reason }) => reason)).to.deep.equal([
      "network can't be read: AWS limits how often it answers",
    ]);
  });
});

describe("an error of AWS", () => {
  const cases: [name: string, message: string, reason: string, fix: string | undefined, more?: object][] = [
    ["NoSuchHostedZone", "No hosted zone found", "VPC vpc-1 doesn't exist in this account and region", undefined],
    ["NotFound", "UnknownError", "doesn't exist", undefined, { $metadata: { httpStatusCode: 404 } }],
    ["PermanentRedirect", "Use the endpoint", "VPC vpc-1 is in another region", undefined],
    [
      "UnauthorizedOperation",
      "User: arn:aws:iam::1:user/me is not authorized to perform: ec2:DescribeVpcs because no identity-based policy allows it",
      "VPC vpc-1 can't be read: the credentials don't allow it",
      "allow the caller ec2:DescribeVpcs",
    ],
    [
      "AccessDeniedException",
      "User: x is not authorized to perform: kms:DescribeKey on resource: y with an explicit deny in a service control policy",
      "the credentials don't allow it",
      "allow the caller kms:DescribeKey; an explicit deny in a service control policy forbids it",
    ],
    ["Forbidden", "", "the credentials don't allow it", "scripts/permissions has the policies"],
    ["ExpiredTokenException", "The security token is expired", "the credentials aren't valid", "aws sso login"],
    ["CredentialsProviderError", "Could not load credentials from any providers", "aren't valid", "AWS_PROFILE"],
    [
      "AuthFailure",
      "AWS was not able to validate the credentials",
      "aren't valid",
      "the account has the region turned on",
    ],
    ["ThrottlingException", "Rate exceeded", "AWS limits how often it answers", "try again in a minute"],
    ["Error", "getaddrinfo ENOTFOUND sts.eu-wst-1.amazonaws.com", "isn't known here", "check the region"],
    ["Error", "connect ECONNREFUSED 127.0.0.1:1", "the AWS API doesn't answer", "HTTPS_PROXY"],
    ["Error", "self-signed certificate in certificate chain", "isn't trusted", "AWS_CA_BUNDLE"],
    // As S3 answers without a body.
    ["Unknown", "UnknownError", "AWS answered with status 503", "try again", { $metadata: { httpStatusCode: 503 } }],
    [
      "Unknown",
      "UnknownError",
      "status 400",
      "haven't expired, and this machine's clock",
      { $metadata: { httpStatusCode: 400 } },
    ],
    [
      "Unknown",
      "UnknownError",
      "can't be read: AWS answered with status 501",
      undefined,
      { $metadata: { httpStatusCode: 501 } },
    ],
    ["InternalFailure", "something\nelse", "VPC vpc-1 can't be read: something", undefined],
  ];
  for (const [name, message, reason, fix, more] of cases) {
    it(`is explained: ${name} ${message.split("\n")[0]}`, () => {
      const explained = explainAws(Object.assign(awsError(name, message), more), what);
      expect(explained.reason).to.include(reason);
      expect(explained.fix ?? "").to.include(fix ?? "");
      expect(explained.fix === undefined).to.equal(fix === undefined);
    });
  }

  it("is explained by its cause where Node gives several", () => {
    const refused = new AggregateError([new Error("connect ECONNREFUSED ::1:443"), new Error("connect ECONNREFUSED")]);
    expect(explainAws(refused, what).reason).to.equal("VPC vpc-1 can't be read: the AWS API doesn't answer");
  });
});
