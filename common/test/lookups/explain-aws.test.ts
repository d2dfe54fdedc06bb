import { expect } from "chai";
import { explainAws, isDenied } from "../../lookups";
import { awsError } from "../../testing";

const what = "VPC vpc-1";

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
    ["ExpiredTokenException", "The security token is expired", "the credentials have expired", "aws sso login"],
    ["TokenProviderError", "The SSO session token has expired or is invalid", "the credentials have expired", "renew"],
    ["RequestTimeTooSkewed", "The difference is too large.", "its clock is wrong", "set the clock"],
    ["SignatureDoesNotMatch", "Signature expired: 1 is now earlier than 2", "its clock is wrong", "set the clock"],
    [
      "InvalidSignatureException",
      "Signature not yet current: 2 is still later than 1",
      "its clock is wrong",
      "set the clock",
    ],
    ["SignatureDoesNotMatch", "The request signature we calculated does not match", "aren't valid", "AWS_PROFILE"],
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

  it("is one of permissions where AWS names it so, but not where the credentials aren't valid or nothing is named", () => {
    for (const error of [
      awsError("AccessDenied", "Access Denied"),
      awsError("UnauthorizedOperation", "You are not authorized to perform this operation."),
      awsError("AuthorizationErrorException", "User: me is not authorized to perform: SNS:GetTopicAttributes"),
    ]) {
      expect(isDenied(error), error.name).to.equal(true);
    }
    const expired = awsError("ExpiredToken", "The security token included in the request is expired");
    for (const error of [
      Object.assign(expired, { $metadata: { httpStatusCode: 403 } }),
      Object.assign(awsError("403", "UnknownError"), { $metadata: { httpStatusCode: 403 } }),
      awsError("NotFound", ""),
      "x",
    ]) {
      expect(isDenied(error), String(error)).to.equal(false);
    }
  });
});
