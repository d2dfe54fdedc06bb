import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { policyDocument, trustPolicy } from "../iam";
import { arn, globalArn, servicePrincipal, type Surroundings } from "../partition";

const value = (output: pulumi.Output<string>): Promise<unknown> =>
  new Promise((resolve) => output.apply((text) => resolve(JSON.parse(text))));

describe("iam", () => {
  it("writes a statement as IAM spells it, without what is absent", async () => {
    const document = policyDocument([
      { sid: "Read", actions: ["s3:GetObject"], resources: [pulumi.output("arn:aws:s3:::b/*")] },
      {
        sid: "TlsOnly",
        effect: "Deny",
        actions: ["s3:*"],
        resources: "arn:aws:s3:::b",
        principals: "*",
        conditions: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
    expect(await value(document)).to.deep.equal({
      Version: "2012-10-17",
      Statement: [
        { Sid: "Read", Effect: "Allow", Action: ["s3:GetObject"], Resource: ["arn:aws:s3:::b/*"] },
        {
          Sid: "TlsOnly",
          Effect: "Deny",
          Principal: "*",
          Action: ["s3:*"],
          Resource: "arn:aws:s3:::b",
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ],
    });
  });

  it("lets one service assume a role, for one account only", async () => {
    expect(await value(trustPolicy("ecs-tasks", "111122223333"))).to.have.deep.nested.property("Statement[0]", {
      Sid: "Assume",
      Effect: "Allow",
      Principal: { Service: "ecs-tasks.amazonaws.com" },
      Action: ["sts:AssumeRole"],
      Condition: { StringEquals: { "aws:SourceAccount": "111122223333" } },
    });
  });
});

describe("partition", () => {
  const china: Surroundings = {
    accountId: "111122223333",
    region: "cn-north-1",
    partition: "aws-cn",
    dnsSuffix: "amazonaws.com.cn",
  };

  it("writes ARNs of the partition it runs in", () => {
    expect(arn(china, "logs", "log-group:a")).to.equal("arn:aws-cn:logs:cn-north-1:111122223333:log-group:a");
    expect(globalArn("aws-us-gov", "s3", "bucket")).to.equal("arn:aws-us-gov:s3:::bucket");
    expect(globalArn("aws-cn", "iam", "policy/x", "aws")).to.equal("arn:aws-cn:iam::aws:policy/x");
  });

  it("keeps the one suffix of service principals", () => {
    expect(servicePrincipal("delivery.logs")).to.equal("delivery.logs.amazonaws.com");
  });
});
