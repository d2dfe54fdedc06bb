import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { policyDocument, trustPolicy } from "../iam";

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

  it("lets several services assume a role, without a condition that they don't meet", async () => {
    expect(await value(trustPolicy(["s3", "batchoperations.s3"]))).to.have.deep.nested.property("Statement[0]", {
      Sid: "Assume",
      Effect: "Allow",
      Principal: { Service: ["s3.amazonaws.com", "batchoperations.s3.amazonaws.com"] },
      Action: ["sts:AssumeRole"],
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
