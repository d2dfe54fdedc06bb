import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { policyDocument, trustPolicy } from "../iam";
import { foreignNames } from "../testing";
import { arn, globalArn, servicePrincipal, viaServices, type Surroundings } from "../partition";

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

  it("names the services through which a key is used by either suffix that they may have", () => {
    expect(viaServices({ region: "eu-west-1", dnsSuffix: "amazonaws.com" }, "rds", "s3")).to.deep.equal([
      "rds.eu-west-1.amazonaws.com",
      "s3.eu-west-1.amazonaws.com",
    ]);
    expect(viaServices(china, "s3")).to.deep.equal(["s3.cn-north-1.amazonaws.com.cn", "s3.cn-north-1.amazonaws.com"]);
  });

  it("of tests sees names of another one, wherever they stand", () => {
    const key = (partition: string): string => `arn:${partition}:kms:cn-north-1:111122223333:key/1`;
    const policy = JSON.stringify({ Principal: { Service: servicePrincipal("ecs-tasks") }, Resource: key("aws") });
    expect(foreignNames("aws", [{ policy }])).to.deep.equal([]);
    expect(foreignNames("aws-cn", [{ policy }])).to.deep.equal([key("aws")]);
    expect(foreignNames("aws-us-gov", key("aws-cn"))).to.deep.equal([key("aws-cn")]);
    expect(foreignNames("aws-cn", "1.dkr.ecr.cn-north-1.amazonaws.com/a")).to.deep.equal([
      "1.dkr.ecr.cn-north-1.amazonaws.com",
    ]);
    expect(foreignNames("aws", { host: "sts.amazonaws.com.cn" })).to.deep.equal(["sts.amazonaws.com.cn"]);
    expect(
      foreignNames("aws-cn", [key("aws-cn"), "sts.amazonaws.com.cn", "logs.cn-north-1.amazonaws.com.cn"]),
    ).to.deep.equal([]);
  });
});
