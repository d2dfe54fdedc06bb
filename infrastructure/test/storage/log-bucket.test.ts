import * as aws from "@pulumi/aws";
import { policyIn } from "@selfhosted/common/testing";
import { expect } from "chai";
import { type Outcome, runLayer } from "../layer";
import { bucketName, lifecycleRule, ofBuckets } from "./data-buckets";

describe("The bucket for access logs", () => {
  let standard: Outcome;
  before(async () => {
    standard = await runLayer();
  });

  it("has the encryption that AWS can deliver with, and forgets after a year", () => {
    expect(
      ofBuckets(standard, aws.s3.BucketServerSideEncryptionConfiguration, "logs-data-encryption").inputs.rules,
    ).to.deep.equal([{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" }, bucketKeyEnabled: false }]);
    expect(lifecycleRule(standard, "logs-data", "expiration")).to.deep.include({ expiration: { days: 365 } });
  });

  it("admits the log delivery of this account's buckets and load balancers", () => {
    const policy = policyIn(ofBuckets(standard, aws.s3.BucketPolicy, "logs-data-policy").inputs.policy);
    const arn = `arn:aws:s3:::${bucketName("logs")}`;
    expect(policy["BucketLogs"]).to.deep.include({
      Principal: { Service: "logging.s3.amazonaws.com" },
      Action: ["s3:PutObject"],
      Condition: { StringEquals: { "aws:SourceAccount": "111122223333" } },
    });
    expect(policy["LoadBalancerLogs"]).to.deep.include({
      Principal: { Service: "delivery.logs.amazonaws.com" },
      Action: ["s3:PutObject"],
      Resource: `${arn}/*AWSLogs/111122223333/*`,
    });
    expect(policy["LoadBalancerLogsCheck"]).to.deep.include({ Action: ["s3:GetBucketAcl"], Resource: arn });
    expect(policy["NoClearText"]?.Effect).to.equal("Deny");
  });

  it("lets nothing be logged before it admits it", () => {
    const policy = ofBuckets(standard, aws.s3.BucketPolicy, "logs-data-policy");
    for (const logging of standard.ofType(aws.s3.BucketLogging)) {
      expect(logging.dependsOn).to.include(policy.urn);
    }
  });
});
